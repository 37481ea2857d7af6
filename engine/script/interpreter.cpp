// SPDX-License-Identifier: Apache-2.0
#include "engine/script/interpreter.h"

#include "engine/formats/json_text.h"
#include "engine/script/aggregate.h"
#include "engine/script/interpreter_parts.h"
#include "engine/script/value_ops.h"

#include <algorithm>

namespace fuseboard {

void EvalContext::prepare(std::uint32_t localCount) {
    notes.frame = 0;
    notes.calls = 0;
    if (localCount == 0 && locals.empty())
        return;
    locals.resize(localCount);
    localsSet.assign(localCount, false);
}

namespace interpreting {

namespace {

using Stop = EvalContext::Notes::Stop;

/// Interpreter frames may use this much of the thread's stack (deep user functions stop first).
constexpr std::ptrdiff_t kMaxStackBytes = 4 << 20;
/// Arguments and items that are evaluated on the stack.
constexpr std::size_t kInlineItems = 8;

class Items {
public:
    Items(std::size_t count, Arena& arena)
        : m_all(count <= kInlineItems ? m_inline : arena.allocateArray<Value>(count)),
          m_count(count) {}
    Items(const Items&) = delete;
    Items& operator=(const Items&) = delete;
    [[nodiscard]] Value& operator[](std::size_t i) { return m_all[i]; }
    [[nodiscard]] std::span<const Value> all() const { return {m_all, m_count}; }

private:
    Value m_inline[kInlineItems];
    Value* m_all;
    std::size_t m_count;
};

bool evalAll(const std::vector<ExprPtr>& exprs, EvalContext& context, Items& to) {
    for (std::size_t i = 0; i < exprs.size(); ++i)
        if (!eval(*exprs[i], context, to[i])) [[unlikely]]
            return false;
    return true;
}

bool evalList(const ListExpr& list, EvalContext& context, Value& result) {
    const std::size_t count = list.items.size();
    Value* items = context.arena->allocateArray<Value>(count);
    for (std::size_t i = 0; i < count; ++i)
        if (!eval(*list.items[i], context, items[i])) [[unlikely]]
            return false;
    result = Value::array({items, count});
    return true;
}

// Pieces are gathered behind those of the enclosing interpolation, whose text is kept in front.
bool evalInterpolate(const InterpolateExpr& expr, EvalContext& context, Value& result) {
    std::string& text = context.notes.text;
    const std::size_t begin = text.size();
    for (const ExprPtr& part : expr.parts) {
        Value piece;
        if (!eval(*part, context, piece)) [[unlikely]] {
            text.resize(begin);
            return false;
        }
        if (piece.isString())
            text.append(piece.asString());
        else
            printJson(piece, text);
        if (text.size() - begin > kMaxValueBytes) [[unlikely]] {
            text.resize(begin);
            return failAt(expr, context, ErrorCode::LimitExceeded, "the text is larger than {} MiB",
                          kMaxValueBytes >> 20U);
        }
    }
    result = makeString(*context.arena, std::string_view(text).substr(begin));
    text.resize(begin);
    return true;
}

/// Packs bits, most significant first; the last byte's bits end up at its low end.
class BitWriter {
public:
    explicit BitWriter(std::string& out) : m_out(out) {}
    void put(std::uint64_t bits, unsigned count) {
        for (unsigned left = count; left > 0;) {
            const unsigned take = std::min(8U - m_used, left);
            const auto chunk =
                static_cast<unsigned>((bits >> (left - take)) & ((1ULL << take) - 1));
            m_current = (m_current << take) | chunk;
            m_used += take;
            left -= take;
            if (m_used == 8)
                flush();
        }
    }
    void finish() {
        if (m_used > 0)
            flush();
    }

private:
    void flush() {
        m_out.push_back(static_cast<char>(m_current));
        m_current = 0;
        m_used = 0;
    }
    std::string& m_out;
    unsigned m_current = 0;
    unsigned m_used = 0;
};

bool putPart(const BytesLiteralExpr::Part& part, const Value& value, EvalContext& context,
             BitWriter& writer) {
    if (part.type == BytesLiteralExpr::PartType::Binary) {
        if (!value.isString() && !value.isBytes())
            return failAt(*part.value, context, ErrorCode::WrongType,
                          "a binary part needs bytes or a string, not {}", showValue(value));
        for (const char c : value.asString())
            writer.put(static_cast<unsigned char>(c), 8);
        return true;
    }
    if (!value.isInteger() || (!part.isSigned && value.kind() == Kind::I64))
        return failAt(*part.value, context, ErrorCode::WrongType,
                      "{} part needs {} integer, not {}",
                      part.isSigned ? "a signed" : "an unsigned",
                      part.isSigned ? "an" : "a non-negative", showValue(value));
    std::uint64_t bits = value.asU64();
    if (part.littleEndian) {
        // The lowest bytes come first; what is over the last whole byte follows them.
        unsigned left = part.bits;
        for (; left >= 8; left -= 8, bits >>= 8U)
            writer.put(bits & 0xFFU, 8);
        if (left > 0)
            writer.put(bits & ((1ULL << left) - 1), left);
        return true;
    }
    writer.put(bits, part.bits);
    return true;
}

bool evalBytes(const BytesLiteralExpr& expr, EvalContext& context, Value& result) {
    std::string bytes;
    BitWriter writer(bytes);
    for (const auto& part : expr.parts) {
        Value value;
        if (!eval(*part.value, context, value) || !putPart(part, value, context, writer))
            return false;
    }
    writer.finish();
    result = Value::bytes(context.arena->copy(bytes));
    return true;
}

bool evalUnary(const UnaryExpr& expr, EvalContext& context, Value& result) {
    Value operand;
    if (!eval(*expr.operand, context, operand)) [[unlikely]]
        return false;
    const OpFailure failure = applyUnary(expr.op, operand, result);
    if (failure == OpFailure::None) [[likely]]
        return true;
    return failAt(expr, context, errorCodeOf(failure), "{}",
                  describeFailure(failure, expr.op, operand));
}

bool notBool(const Expr& where, const Value& got, BinaryOp op, EvalContext& context) {
    return failAt(where, context, ErrorCode::WrongType, "{} needs bools, this is {} ({})",
                  operatorText(op), kindName(got.kind()), showValue(got));
}

bool evalLogical(const BinaryExpr& expr, EvalContext& context, Value& result) {
    Value left;
    if (!eval(*expr.left, context, left)) [[unlikely]]
        return false;
    if (!left.isBool()) [[unlikely]]
        return notBool(*expr.left, left, expr.op, context);
    if (expr.op != BinaryOp::Xor && left.asBool() == (expr.op == BinaryOp::Or)) {
        result = left;
        return true;
    }
    Value right;
    if (!eval(*expr.right, context, right)) [[unlikely]]
        return false;
    if (!right.isBool()) [[unlikely]]
        return notBool(*expr.right, right, expr.op, context);
    result = expr.op == BinaryOp::Xor ? Value::boolean(left.asBool() != right.asBool()) : right;
    return true;
}

bool evalBinary(const BinaryExpr& expr, EvalContext& context, Value& result) {
    if (expr.op <= BinaryOp::And)
        return evalLogical(expr, context, result);
    Value left, right;
    if (!eval(*expr.left, context, left) || !eval(*expr.right, context, right)) [[unlikely]]
        return false;
    return binary(expr.op, left, right, expr, context, result);
}

bool evalCall(const CallExpr& expr, EvalContext& context, Value& result) {
    Items arguments(expr.arguments.size(), *context.arena);
    if (!evalAll(expr.arguments, context, arguments)) [[unlikely]]
        return false;
    FunctionContext call{*context.arena, context.ingestNs, context.groupCount};
    if (expr.function->body(arguments.all(), call, result)) [[likely]]
        return true;
    return failAt(expr, context, call.errorCode, "{}: {}", expr.function->name, call.errorMessage);
}

bool evalAggregate(const AggregateExpr& expr, EvalContext& context, Value& result) {
    if (expr.slot >= context.aggregates.size()) [[unlikely]]
        return failAt(expr, context, ErrorCode::Unsupported, "{} needs a select with a window",
                      expr.aggregate->name);
    FunctionContext call{*context.arena, context.ingestNs, context.groupCount};
    if (expr.aggregate->result(context.aggregates[expr.slot], call, result)) [[likely]]
        return true;
    return failAt(expr, context, call.errorCode, "{}: {}", expr.aggregate->name, call.errorMessage);
}

// --- functions of the program --------------------------------------------------------------------

/// The locals of one running function, stacked behind its caller's.
class Frame {
public:
    Frame(EvalContext& context, std::uint32_t locals)
        : m_context(context), m_callers(context.notes.frame), m_begin(context.locals.size()) {
        context.locals.resize(m_begin + locals);
        context.localsSet.resize(m_begin + locals, false);
        context.notes.frame = m_begin;
        ++context.notes.calls;
    }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    ~Frame() {
        --m_context.notes.calls;
        m_context.notes.frame = m_callers;
        m_context.locals.resize(m_begin);
        m_context.localsSet.resize(m_begin);
    }

private:
    EvalContext& m_context;
    std::size_t m_callers;
    std::size_t m_begin;
};

void bindParameters(const UserFunction& function, std::span<const Value> arguments,
                    EvalContext& context) {
    for (std::uint32_t i = 0; i < function.localCount; ++i)
        context.localsSet[context.notes.frame + i] = false;
    const std::size_t named = function.parameters.size();
    for (std::uint32_t i = 0; i < named && i < arguments.size(); ++i)
        setLocal(context, i, arguments[i]);
    if (function.open) {
        const auto more =
            arguments.size() > named ? arguments.subspan(named) : std::span<const Value>{};
        setLocal(context, static_cast<std::uint32_t>(named), makeArray(*context.arena, more));
    }
}

bool evalUserCall(const UserCallExpr& expr, EvalContext& context, Value& result) {
    const UserFunction& function = *expr.function;
    Items arguments(expr.arguments.size(), *context.arena);
    if (!evalAll(expr.arguments, context, arguments)) [[unlikely]]
        return false;
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    if (context.notes.calls >= kMaxRecursion || context.notes.stack - here > kMaxStackBytes)
        return failAt(expr, context, ErrorCode::LimitExceeded,
                      "{}: functions call each other too deeply", function.name);
    const Frame frame(context, function.localCount);
    bindParameters(function, arguments.all(), context);
    for (int rounds = 0; !eval(*function.body, context, result); ++rounds) {
        if (context.notes.stop != Stop::Recur) [[unlikely]]
            return false;
        context.notes.stop = Stop::Error;
        if (rounds >= kMaxRecursion)
            return failAt(expr, context, ErrorCode::LimitExceeded, "{}: more than {} recursions",
                          function.name, kMaxRecursion);
        bindParameters(function, context.notes.emitted.items(), context);
    }
    if (withinLimits(result)) [[likely]]
        return true;
    return failAt(expr, context, ErrorCode::LimitExceeded,
                  "{}: the result is too large or nested too deeply", function.name);
}

bool evalRecur(const RecurExpr& expr, EvalContext& context) {
    const std::size_t count = expr.arguments.size();
    Value* arguments = context.arena->allocateArray<Value>(count);
    for (std::size_t i = 0; i < count; ++i)
        if (!eval(*expr.arguments[i], context, arguments[i]))
            return false;
    context.notes.emitted = Value::array({arguments, count});
    context.notes.stop = Stop::Recur;
    return false;
}

// --- statements ----------------------------------------------------------------------------------

bool evalEmit(const EmitExpr& expr, EvalContext& context) {
    Value value = context.event;
    std::string_view port = "out";
    if (expr.value != nullptr && !eval(*expr.value, context, value))
        return false;
    if (expr.port != nullptr && !evalKey(*expr.port, context, port))
        return false;
    context.notes.emitted = value;
    context.notes.port = port;
    context.notes.stop = Stop::Emit;
    return false;
}

bool evalBlock(const BlockExpr& block, EvalContext& context, Value& result) {
    for (std::size_t i = 0; i + 1 < block.statements.size(); ++i)
        if (!run(*block.statements[i], context)) [[unlikely]]
            return false;
    return eval(*block.statements.back(), context, result);
}

bool drop(EvalContext& context) {
    context.notes.stop = Stop::Drop;
    return false;
}

} // namespace

bool binary(BinaryOp op, const Value& left, const Value& right, const Expr& where,
            EvalContext& context, Value& result) {
    const OpFailure failure = applyBinary(op, left, right, *context.arena, result);
    if (failure == OpFailure::None) [[likely]]
        return true;
    return failAt(where, context, errorCodeOf(failure), "{}",
                  describeFailure(failure, op, left, right));
}

bool eval(const Expr& expr, EvalContext& context, Value& result) {
    switch (expr.kind) {
    case ExprKind::Literal: result = *static_cast<const LiteralExpr&>(expr).value; return true;
    case ExprKind::Constant: result = *static_cast<const ConstantExpr&>(expr).value; return true;
    case ExprKind::List: return evalList(static_cast<const ListExpr&>(expr), context, result);
    case ExprKind::Record: return evalRecord(static_cast<const RecordExpr&>(expr), context, result);
    case ExprKind::Interpolate:
        return evalInterpolate(static_cast<const InterpolateExpr&>(expr), context, result);
    case ExprKind::BytesLiteral:
        return evalBytes(static_cast<const BytesLiteralExpr&>(expr), context, result);
    case ExprKind::Path: return evalPath(static_cast<const PathExpr&>(expr), context, result);
    case ExprKind::Presence:
        return evalPresence(static_cast<const PresenceExpr&>(expr), context, result);
    case ExprKind::Unary: return evalUnary(static_cast<const UnaryExpr&>(expr), context, result);
    case ExprKind::Binary: return evalBinary(static_cast<const BinaryExpr&>(expr), context, result);
    case ExprKind::Call: return evalCall(static_cast<const CallExpr&>(expr), context, result);
    case ExprKind::UserCall:
        return evalUserCall(static_cast<const UserCallExpr&>(expr), context, result);
    case ExprKind::Recur: return evalRecur(static_cast<const RecurExpr&>(expr), context);
    case ExprKind::Aggregate:
        return evalAggregate(static_cast<const AggregateExpr&>(expr), context, result);
    case ExprKind::Match: return evalMatch(static_cast<const MatchExpr&>(expr), context, &result);
    case ExprKind::For: return evalFor(static_cast<const ForExpr&>(expr), context, &result);
    case ExprKind::Merge: return evalMerge(static_cast<const MergeExpr&>(expr), context, result);
    case ExprKind::Patch: return evalPatch(static_cast<const PatchExpr&>(expr), context, result);
    case ExprKind::Let: return evalLet(static_cast<const LetExpr&>(expr), context, result);
    case ExprKind::Drop: return drop(context);
    case ExprKind::Emit: return evalEmit(static_cast<const EmitExpr&>(expr), context);
    case ExprKind::Block: return evalBlock(static_cast<const BlockExpr&>(expr), context, result);
    }
    FB_CHECK(false);
    return false;
}

bool run(const Expr& expr, EvalContext& context) {
    Value unused;
    switch (expr.kind) {
    case ExprKind::Let:
    case ExprKind::Drop:
    case ExprKind::Emit:
    case ExprKind::Recur: return eval(expr, context, unused);
    case ExprKind::Match: return evalMatch(static_cast<const MatchExpr&>(expr), context, nullptr);
    case ExprKind::For: return evalFor(static_cast<const ForExpr&>(expr), context, nullptr);
    case ExprKind::Block:
        for (const ExprPtr& statement : static_cast<const BlockExpr&>(expr).statements)
            if (!run(*statement, context))
                return false;
        return true;
    default: return true;
    }
}

bool evalGuard(const ExprPtr& guard, EvalContext& context, bool& holds) {
    holds = true;
    if (guard == nullptr)
        return true;
    Value value;
    if (!eval(*guard, context, value)) [[unlikely]]
        return false;
    if (!value.isBool()) [[unlikely]]
        return failAt(*guard, context, ErrorCode::WrongType,
                      "a guard must be a bool, this is {} ({})", kindName(value.kind()),
                      showValue(value));
    holds = value.asBool();
    return true;
}

bool evalKey(const Expr& expr, EvalContext& context, std::string_view& key) {
    if (expr.kind == ExprKind::Literal) [[likely]] {
        key = static_cast<const LiteralExpr&>(expr).value->asString();
        return true;
    }
    Value value;
    if (!eval(expr, context, value)) [[unlikely]]
        return false;
    if (!value.isString()) [[unlikely]]
        return failAt(expr, context, ErrorCode::WrongType, "a key must be a string, this is {}",
                      showValue(value));
    key = value.asString();
    return true;
}

} // namespace interpreting

namespace {

void begin(EvalContext& context) {
    context.notes.stop = EvalContext::Notes::Stop::Error;
    context.notes.text.clear();
    context.notes.stack = static_cast<const char*>(__builtin_frame_address(0));
}

} // namespace

bool evaluate(const Expr& expr, EvalContext& context, Value& result) {
    begin(context);
    return interpreting::eval(expr, context, result);
}

ScriptOutcome runScript(const Expr& body, EvalContext& context, Value& result,
                        std::string_view& port) {
    using Stop = EvalContext::Notes::Stop;
    begin(context);
    port = "out";
    ScriptOutcome outcome = ScriptOutcome::Value;
    if (!interpreting::eval(body, context, result)) {
        if (context.notes.stop == Stop::Drop)
            return ScriptOutcome::Drop;
        if (context.notes.stop != Stop::Emit)
            return ScriptOutcome::Error;
        result = context.notes.emitted;
        port = context.notes.port;
        outcome = ScriptOutcome::Emit;
    }
    if (withinLimits(result)) [[likely]]
        return outcome;
    (void)interpreting::failAt(body, context, ErrorCode::LimitExceeded,
                               "the script's result is too large or nested too deeply");
    return ScriptOutcome::Error;
}

Error toError(const EvalError& error) {
    Error made(error.code, error.message);
    if (error.where != nullptr && error.where->source != nullptr)
        made.place = placeOf(*error.where->source, error.where->span);
    return made;
}

namespace {

bool within(const Value& value, int depth, std::size_t& budget) {
    std::size_t own = 16;
    if (value.isArray())
        own += value.size() * sizeof(Value);
    else if (value.isRecord())
        own += value.size() * sizeof(Field);
    else if (value.isString() || value.isBytes())
        own += value.size();
    if (depth > kMaxValueDepth || own > budget)
        return false;
    budget -= own;
    if (value.isArray())
        return std::ranges::all_of(
            value.items(), [&](const Value& item) { return within(item, depth + 1, budget); });
    if (value.isRecord())
        return std::ranges::all_of(value.fields(), [&](const Field& field) {
            return within(field.value, depth + 1, budget);
        });
    return true;
}

} // namespace

bool withinLimits(const Value& value) {
    if (!value.isArray() && !value.isRecord())
        return value.size() <= kMaxResultBytes;
    std::size_t budget = kMaxResultBytes;
    return within(value, 1, budget);
}

} // namespace fuseboard
