// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loop_kernels.h"

#include "engine/formats/column_decoder.h"
#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"
#include "engine/formats/json_text.h"
#include "engine/kernels/loop_program.h"
#include "engine/operators/group_key.h"
#include "engine/script/function.h"
#include "engine/script/interpreter.h"
#include "engine/script/value_ops.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace fuseboard {

namespace {

Value valueOf(LoopContext* context, const Cell& cell) {
    return cell.isValue() ? cell.value() : cellValue(cell, *context->scratch);
}

// Cells that are values have their layout; the flag in between is not looked at.
const Value* asValues(const Cell* cells) {
    return reinterpret_cast<const Value*>(cells);
}

} // namespace

extern "C" {

void fbk_cell(LoopContext* context, std::uint32_t row, std::uint32_t column, Cell* out) {
    Value value;
    std::memcpy(static_cast<void*>(&value), context->rows + row * context->rowBytes, sizeof value);
    const ColumnPath& path = context->program->columns[column];
    std::uint32_t& hint = context->hints[column];
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (!value.isRecord()) {
            *out = Cell{CellKind::Irregular, 0, 0, 0, 0};
            return;
        }
        const Value* const found =
            i + 1 == path.size() ? value.find(path[i], hint) : value.find(path[i]);
        if (found == nullptr) {
            const bool last = i + 1 == path.size();
            *out = Cell{last ? CellKind::Absent : CellKind::Irregular, 0, 0, 0, 0};
            return;
        }
        value = *found;
    }
    *out = Cell::of(value);
}

std::uint32_t fbk_field(LoopContext* context, const Cell* record, const IrNode* node, Cell* out) {
    const Value value = valueOf(context, *record);
    if (!value.isRecord())
        return 0;
    const Value* const found = value.find(node->text);
    if (found == nullptr)
        return 0;
    *out = Cell::of(*found);
    return 1;
}

std::uint32_t fbk_at(LoopContext* context, const Cell* from, const Cell* at, Cell* out) {
    const Value value = valueOf(context, *from), key = valueOf(context, *at);
    const Value* found = nullptr;
    if (value.isRecord() && key.isString())
        found = value.find(key.asString());
    else if (value.isArray() && key.kind() == Kind::U64 && key.asU64() < value.size())
        found = &value.items()[key.asU64()];
    if (found == nullptr)
        return 0;
    *out = Cell::of(*found);
    return 1;
}

std::uint32_t fbk_binary(LoopContext* context, const IrNode* node, const Cell* a, const Cell* b,
                         Cell* out) {
    Value result;
    const OpFailure failure = applyBinary(node->binary, valueOf(context, *a), valueOf(context, *b),
                                          *context->scratch, result);
    if (failure != OpFailure::None)
        return 0;
    *out = Cell::of(result);
    return 1;
}

std::uint32_t fbk_call(LoopContext* context, const IrNode* node, const Cell* arguments, Cell* out) {
    const auto& call = static_cast<const CallExpr&>(*node->origin);
    const std::size_t count = node->arguments.size();
    std::array<Value, 8> few;
    Value* values =
        count <= few.size() ? few.data() : context->scratch->allocateArray<Value>(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = valueOf(context, arguments[i]);
    FunctionContext function{*context->scratch, 0, 0};
    Value result;
    if (!call.function->body({values, count}, function, result))
        return 0;
    *out = Cell::of(result);
    return 1;
}

std::uint32_t fbk_evaluate(LoopContext* context, std::uint32_t row, const IrNode* node,
                           const Cell* event, const Cell* keys, Cell* out) {
    thread_local Arena nowhere(256);
    thread_local EvalContext eval(nowhere);
    eval.arena = context->scratch;
    eval.event = valueOf(context, *event);
    eval.meta = context->host->meta(row);
    if (const std::size_t count = node->arguments.size(); count > 0) {
        auto* const group = context->scratch->allocateArray<Value>(count);
        for (std::size_t i = 0; i < count; ++i)
            group[i] = valueOf(context, keys[i]);
        eval.group = node->text.empty() ? Value::array({group, count})
                                        : groupValue({group, count}, *context->scratch);
    }
    eval.prepare(node->index);
    Value result;
    const bool evaluated = evaluate(*node->origin, eval, result);
    if (evaluated)
        *out = Cell::of(result);
    return evaluated ? 1 : 0;
}

void fbk_record(LoopContext* context, const IrNode* node, const Cell* arguments, Cell* out) {
    const std::size_t count = node->arguments.size();
    std::array<Field, 32> few;
    Field* fields =
        count <= few.size() ? few.data() : context->scratch->allocateArray<Field>(count);
    for (std::size_t i = 0; i < count; ++i)
        fields[i] = {node->keys[i], valueOf(context, arguments[i])};
    *out = Cell::of(makeRecord(*context->scratch, {fields, count}));
}

std::uint32_t fbk_with(LoopContext* context, const IrNode* node, const Cell* record,
                       const Cell* value, Cell* out) {
    thread_local RecordBuilder builder;
    const Value from = valueOf(context, *record);
    if (!from.isRecord())
        return 0;
    builder.assign(from.fields());
    builder.set(node->text, valueOf(context, *value));
    *out = Cell::of(builder.build(*context->scratch));
    return 1;
}

void fbk_event(LoopContext* context, std::uint32_t row, Cell* out) {
    *out = Cell::of(context->host->event(row));
}

void fbk_meta(LoopContext* context, std::uint32_t row, Cell* out) {
    *out = Cell::of(context->host->meta(row));
}

char* fbk_put_float(char* at, double value, LoopBytes* out) {
    return printFloatTo(value, at, out->nonFinite);
}

char* fbk_put_text(char* at, const char* text, std::uint64_t size) {
    return printJsonStringTo({text, size}, at);
}

void fbk_put_value(LoopBytes* out, const Cell* value) {
    std::string text;
    printJson(value->value(), text, &out->nonFinite);
    char* const at = fbk_reserve(out, text.size());
    std::memcpy(at, text.data(), text.size());
    out->at = at + text.size();
}

void fbk_generic_row(LoopContext* context, std::uint32_t row) {
    context->host->genericRow(row);
}

void fbk_leave(LoopContext* context, std::uint32_t row, std::uint32_t effect, const Cell* data) {
    Value value;
    if (data != nullptr)
        value = valueOf(context, *data);
    context->host->leave(row, effect, data == nullptr ? nullptr : &value);
}

void fbk_generic(LoopContext* context, std::uint32_t row, std::uint32_t effect, const Cell* data) {
    Value value;
    if (data != nullptr)
        value = valueOf(context, *data);
    context->host->generic(row, effect, data == nullptr ? nullptr : &value);
}

std::byte* fbk_touch(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                     const Cell* keys) {
    return context->host->touch(row, effect, asValues(keys));
}

std::uint32_t fbk_know(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                       const Cell* keys, std::uint32_t group) {
    return context->host->know(row, effect, asValues(keys), group) ? 1 : 0;
}

std::byte* fbk_touch_hashed(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                            const Cell* keys, std::uint64_t hash) {
    return context->host->touchHashed(row, effect, asValues(keys), hash);
}

std::uint32_t fbk_add(LoopContext* context, std::uint32_t effect, std::uint32_t slot,
                      std::byte* states, const Cell* arguments) {
    return context->host->add(effect, slot, states, asValues(arguments)) ? 1 : 0;
}

void fbk_add_failed(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                    const Cell* data) {
    context->host->addFailed(row, effect, asValues(data));
}

std::uint32_t fbk_accumulate(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                             const Cell* keys, const Cell* arguments, const Cell* data) {
    return context->host->accumulate(row, effect, asValues(keys), asValues(arguments),
                                     asValues(data))
               ? 1
               : 0;
}

std::uint64_t fbk_hash(const Cell* key) {
    return group_key::hashKey(*asValues(key));
}

void fbk_begin_rows(LoopContext* context, std::uint32_t row) {
    context->host->beginRows(row);
}

void fbk_end_rows(LoopContext* context) {
    context->host->endRows();
}

void fbk_begin_groups(LoopContext* context, std::uint32_t row, std::uint32_t effect) {
    context->host->beginGroups(row, effect);
}

void fbk_end_groups(LoopContext* context) {
    context->host->endGroups();
}

void fbk_log(LoopContext* context, std::uint64_t words) {
    context->host->growLog(words);
}

std::uint32_t fbk_unescape(LoopContext* context, const Cell* cell, LoopText* out) {
    std::string_view text;
    if (!json_string::unescapeInto(cell->text(), *context->scratch, text))
        return 0;
    *out = {text.data(), text.size()};
    return 1;
}

void fbk_convert(LoopContext* context, const Cell* cell, Cell* out) {
    *out = Cell::of(cellValue(*cell, *context->scratch));
}

char* fbk_grow(LoopBytes* out, std::uint64_t size) {
    const auto used = static_cast<std::size_t>(out->at - out->begin);
    const auto held = static_cast<std::size_t>(out->end - out->begin);
    const std::size_t wanted = std::max({held * 2, used + size, std::size_t{64} << 10U});
    auto* const larger = static_cast<char*>(std::realloc(out->begin, wanted));
    FB_CHECK(larger != nullptr);
    out->begin = larger;
    out->at = larger + used;
    out->end = larger + wanted;
    return out->at;
}

void fbk_reset_scratch(LoopContext* context) {
    context->scratch->reset();
}

} // extern "C"

std::span<const Kernel> loopKernels() {
    const auto kernel = [](std::string_view name, auto* function) {
        return Kernel{name, reinterpret_cast<void*>(function)};
    };
    static const std::array kAll = {
        kernel("fbk_number", fbk_number),
        kernel("fbk_cell", fbk_cell),
        kernel("fbk_field", fbk_field),
        kernel("fbk_at", fbk_at),
        kernel("fbk_text", fbk_text),
        kernel("fbk_value", fbk_value),
        kernel("fbk_binary", fbk_binary),
        kernel("fbk_call", fbk_call),
        kernel("fbk_evaluate", fbk_evaluate),
        kernel("fbk_record", fbk_record),
        kernel("fbk_with", fbk_with),
        kernel("fbk_event", fbk_event),
        kernel("fbk_meta", fbk_meta),
        kernel("fbk_compare", fbk_compare),
        kernel("fbk_reserve", fbk_reserve),
        kernel("fbk_put_int", fbk_put_int),
        kernel("fbk_put_float", fbk_put_float),
        kernel("fbk_put_text", fbk_put_text),
        kernel("fbk_put_value", fbk_put_value),
        kernel("fbk_generic_row", fbk_generic_row),
        kernel("fbk_leave", fbk_leave),
        kernel("fbk_generic", fbk_generic),
        kernel("fbk_touch", fbk_touch),
        kernel("fbk_know", fbk_know),
        kernel("fbk_touch_hashed", fbk_touch_hashed),
        kernel("fbk_add", fbk_add),
        kernel("fbk_add_failed", fbk_add_failed),
        kernel("fbk_accumulate", fbk_accumulate),
        kernel("fbk_hash", fbk_hash),
        kernel("fbk_begin_rows", fbk_begin_rows),
        kernel("fbk_end_rows", fbk_end_rows),
        kernel("fbk_begin_groups", fbk_begin_groups),
        kernel("fbk_end_groups", fbk_end_groups),
        kernel("fbk_log", fbk_log),
        kernel("fbk_recycle", fbk_recycle),
        kernel("fbk_unescape", fbk_unescape),
        kernel("fbk_convert", fbk_convert),
        kernel("fbk_grow", fbk_grow),
        kernel("fbk_reset_scratch", fbk_reset_scratch),
        // What json_number::read() itself calls, by the names that the linker knows.
        kernel("_ZN9fuseboard11json_number18convertLongIntegerE"
               "St17basic_string_viewIcSt11char_traitsIcEE",
               json_number::convertLongInteger),
        kernel("_ZN9fuseboard11json_number16convertLongFloatE"
               "St17basic_string_viewIcSt11char_traitsIcEE",
               json_number::convertLongFloat),
    };
    return kAll;
}

} // namespace fuseboard
