// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/row_evaluator.h"

#include "engine/script/aggregate.h"

namespace fuseboard {

bool RowEvaluator::value(const Expression& expression, const Row& row, Emitter& out,
                         Value& result) {
    m_context.prepare(expression.localCount);
    if (evaluate(*expression.tree, m_context, result)) [[likely]]
        return true;
    report(row, out);
    return false;
}

bool RowEvaluator::condition(const Expression& expression, const Row& row, Emitter& out,
                             bool& result) {
    Value answer;
    if (!value(expression, row, out, answer))
        return false;
    if (answer.isBool()) [[likely]] {
        result = answer.asBool();
        return true;
    }
    out.fail(ErrorCode::WrongType,
             fmt::format("the condition gave {}, not true or false", kindName(answer.kind())),
             expression.tree.get(), row);
    return false;
}

void RowEvaluator::report(const Row& row, Emitter& out) {
    const EvalError& error = m_context.error;
    out.fail(error.code, error.message, error.where, row);
}

double expressionCostNs(const Expr* tree) {
    if (tree == nullptr)
        return 0;
    double cost = 6;
    if (const auto* call = tryAs<CallExpr>(tree))
        cost += call->function->costNs;
    else if (const auto* aggregate = tryAs<AggregateExpr>(tree))
        cost += aggregate->aggregate->costNs;
    else if (const auto* path = tryAs<PathExpr>(tree))
        cost += 4.0 * static_cast<double>(path->segments.size());
    else if (tree->kind == ExprKind::Record || tree->kind == ExprKind::Interpolate)
        cost += 30;
    forEachChild(*tree, [&](const ExprPtr& child) { cost += expressionCostNs(child.get()); });
    return cost;
}

bool isWholeEvent(const Expression* expression) {
    if (expression == nullptr)
        return false;
    const auto* path = tryAs<PathExpr>(expression->tree.get());
    return path != nullptr && path->root == PathRoot::Event && path->segments.empty();
}

std::string durationText(std::uint64_t ns) {
    struct Unit {
        std::uint64_t size;
        const char* name;
    };
    static constexpr Unit kUnits[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"},
                                      {60'000'000'000, "min"},   {1'000'000'000, "s"},
                                      {1'000'000, "ms"},         {1'000, "µs"}};
    for (const Unit& unit : kUnits)
        if (ns >= unit.size)
            return ns % unit.size == 0
                       ? fmt::format("{} {}", ns / unit.size, unit.name)
                       : fmt::format("{:.3g} {}",
                                     static_cast<double>(ns) / static_cast<double>(unit.size),
                                     unit.name);
    return fmt::format("{} ns", ns);
}

Status requireExpression(const Config& config, std::string_view name, std::string_view title) {
    const Expression* expression = config.expression(name);
    if (expression != nullptr && expression->tree != nullptr)
        return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is missing", title),
                fmt::format("write an expression for \"{}\", such as event.value > 0", name));
}

Status requireUnsigned(const Config& config, std::string_view name, std::string_view title,
                       std::uint64_t least) {
    const Value* value = config.value(name);
    if (value != nullptr && value->kind() == Kind::U64 && value->asU64() >= least)
        return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" must be a whole number of at least {}", title, least),
                fmt::format("set \"{}\"", name));
}

} // namespace fuseboard
