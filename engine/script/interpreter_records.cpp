// SPDX-License-Identifier: Apache-2.0
// Record literals, `merge` and `patch`.
#include "engine/script/interpreter_parts.h"
#include "engine/script/value_ops.h"

namespace fuseboard::interpreting {

namespace {

using Op = PatchExpr::OpKind;
using Operation = PatchExpr::Operation;

/// The operands of one operation, evaluated before the first change.
struct Operand {
    std::string_view key;
    Value value;
    std::string_view target; ///< Copy, Move: the new key
};

bool evalOperand(const Operation& op, EvalContext& context, Operand& to) {
    if (op.key != nullptr && !evalKey(*op.key, context, to.key))
        return false;
    switch (op.kind) {
    case Op::Copy:
    case Op::Move: return evalKey(*op.value, context, to.target);
    case Op::Erase:
    case Op::Default:
    case Op::DefaultRecord: return true; // defaults are evaluated only where they are needed
    default: return eval(*op.value, context, to.value);
    }
}

bool keyExists(const PatchExpr& patch, std::string_view key, EvalContext& context) {
    return failAt(patch, context, ErrorCode::InvalidArgument, "the key \"{}\" is already there",
                  key);
}

bool copyOrMove(const PatchExpr& patch, const Operation& op, const Operand& operand,
                EvalContext& context, FieldList& fields) {
    if (fields.find(operand.target) != nullptr)
        return keyExists(patch, operand.target, context);
    const Value* there = fields.find(operand.key);
    if (there == nullptr)
        return true;
    const Value value = *there;
    if (op.kind == Op::Move)
        fields.erase(operand.key);
    fields.append(operand.target, value);
    return true;
}

bool mergeField(const PatchExpr& patch, const Operand& operand, EvalContext& context,
                FieldList& fields) {
    Value* there = fields.find(operand.key);
    if (there == nullptr) {
        fields.append(operand.key, mergeValues(Value::record({}), operand.value, *context.arena));
        return true;
    }
    if (!there->isRecord() || !operand.value.isRecord())
        return failAt(patch, context, ErrorCode::WrongType,
                      "merge \"{}\" needs records, but it holds {} and is given {}", operand.key,
                      showValue(*there), showValue(operand.value));
    *there = mergeValues(*there, operand.value, *context.arena);
    return true;
}

bool mergeRecord(const PatchExpr& patch, const Operand& operand, EvalContext& context,
                 FieldList& fields) {
    if (!operand.value.isRecord())
        return failAt(patch, context, ErrorCode::WrongType, "merge needs a record, this is {}",
                      showValue(operand.value));
    for (const Field& field : operand.value.fields()) {
        if (Value* there = fields.find(field.key))
            *there = mergeValues(*there, field.value, *context.arena);
        else
            fields.append(field.key, field.value);
    }
    return true;
}

/// `value` with the fields it lacks taken from `defaults`, records into each other.
Value fillIn(const Value& value, const Value& defaults, Arena& arena) {
    FieldList fields(arena);
    fields.assign(value.fields());
    for (const Field& field : defaults.fields()) {
        Value* there = fields.find(field.key);
        if (there == nullptr)
            fields.append(field.key, field.value);
        else if (there->isRecord() && field.value.isRecord())
            *there = fillIn(*there, field.value, arena);
    }
    return fields.build();
}

bool applyDefaults(const PatchExpr& patch, const Operation& op, EvalContext& context,
                   FieldList& fields) {
    Value defaults;
    if (!eval(*op.value, context, defaults))
        return false;
    if (!defaults.isRecord())
        return failAt(patch, context, ErrorCode::WrongType, "default needs a record, this is {}",
                      showValue(defaults));
    for (const Field& field : defaults.fields()) {
        Value* there = fields.find(field.key);
        if (there == nullptr)
            fields.append(field.key, field.value);
        else if (there->isRecord() && field.value.isRecord())
            *there = fillIn(*there, field.value, *context.arena);
    }
    return true;
}

bool apply(const PatchExpr& patch, const Operation& op, const Operand& operand,
           EvalContext& context, FieldList& fields) {
    switch (op.kind) {
    case Op::Insert:
        if (fields.find(operand.key) != nullptr)
            return keyExists(patch, operand.key, context);
        fields.append(operand.key, operand.value);
        return true;
    case Op::Update: {
        Value* there = fields.find(operand.key);
        if (there == nullptr)
            return failAt(patch, context, ErrorCode::MissingField,
                          "the key \"{}\" to update is not there", operand.key);
        *there = operand.value;
        return true;
    }
    case Op::Upsert: fields.set(operand.key, operand.value); return true;
    case Op::Erase: fields.erase(operand.key); return true;
    case Op::Copy:
    case Op::Move: return copyOrMove(patch, op, operand, context, fields);
    case Op::Merge: return mergeField(patch, operand, context, fields);
    case Op::MergeRecord: return mergeRecord(patch, operand, context, fields);
    case Op::Default: {
        Value value;
        if (fields.find(operand.key) != nullptr)
            return true;
        if (!eval(*op.value, context, value))
            return false;
        fields.append(operand.key, value);
        return true;
    }
    case Op::DefaultRecord: return applyDefaults(patch, op, context, fields);
    }
    return true;
}

} // namespace

bool evalRecord(const RecordExpr& expr, EvalContext& context, Value& result) {
    FieldList fields(*context.arena);
    for (const auto& entry : expr.entries) {
        std::string_view key;
        Value value;
        if (!evalKey(*entry.key, context, key) || !eval(*entry.value, context, value)) [[unlikely]]
            return false;
        fields.set(key, value);
    }
    result = fields.build();
    return true;
}

Value mergeValues(const Value& base, const Value& with, Arena& arena) {
    if (!base.isRecord() || !with.isRecord())
        return with;
    FieldList fields(arena);
    fields.assign(base.fields());
    for (const Field& field : with.fields()) {
        if (Value* there = fields.find(field.key))
            *there = mergeValues(*there, field.value, arena);
        else
            fields.append(field.key, field.value);
    }
    return fields.build();
}

bool evalMerge(const MergeExpr& expr, EvalContext& context, Value& result) {
    Value target, with;
    if (!eval(*expr.target, context, target) || !eval(*expr.with, context, with)) [[unlikely]]
        return false;
    if (!target.isRecord() || !with.isRecord()) [[unlikely]]
        return failAt(expr, context, ErrorCode::WrongType, "merge needs two records, not {} and {}",
                      showValue(target), showValue(with));
    result = mergeValues(target, with, *context.arena);
    return true;
}

bool evalPatch(const PatchExpr& expr, EvalContext& context, Value& result) {
    Value target;
    if (!eval(*expr.target, context, target)) [[unlikely]]
        return false;
    if (!target.isRecord()) [[unlikely]]
        return failAt(expr, context, ErrorCode::WrongType, "patch needs a record, this is {}",
                      showValue(target));
    const std::size_t count = expr.operations.size();
    auto* operands = context.arena->allocateArray<Operand>(count);
    for (std::size_t i = 0; i < count; ++i) {
        operands[i] = Operand{};
        if (!evalOperand(expr.operations[i], context, operands[i])) [[unlikely]]
            return false;
    }
    FieldList fields(*context.arena);
    fields.assign(target.fields());
    for (std::size_t i = 0; i < count; ++i)
        if (!apply(expr, expr.operations[i], operands[i], context, fields)) [[unlikely]]
            return false;
    result = fields.build();
    return true;
}

} // namespace fuseboard::interpreting
