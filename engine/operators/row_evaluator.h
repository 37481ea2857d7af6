// SPDX-License-Identifier: Apache-2.0
// What bodies share: evaluating expressions over a row and reporting what failed.
#pragma once

#include "engine/operators/operator_body.h"
#include "engine/script/interpreter.h"

namespace fuseboard {

/// Evaluation over one row at a time. Owned by one body.
class RowEvaluator {
public:
    RowEvaluator() : m_context(m_nowhere) {}

    /// Points the evaluation at `row`; results live in `arena`.
    void begin(const Row& row, Arena& arena) {
        m_context.arena = &arena;
        m_context.event = row.data;
        m_context.meta = row.meta;
        m_context.ingestNs = row.ingestNs;
    }
    [[nodiscard]] EvalContext& context() { return m_context; }

    /// False: it failed, and the failure went to `out` for `row`.
    [[nodiscard]] bool value(const Expression& expression, const Row& row, Emitter& out,
                             Value& result);
    /// As value(); anything but a boolean is a failure too.
    [[nodiscard]] bool condition(const Expression& expression, const Row& row, Emitter& out,
                                 bool& result);
    /// Hands the context's last error to `out`.
    void report(const Row& row, Emitter& out);

private:
    Arena m_nowhere{256};
    EvalContext m_context;
};

/// Empty record, as the `$` of rows that no event brought.
[[nodiscard]] inline Value emptyRecord() {
    return Value::record({});
}

/// Rough cost of one evaluation, for the cost model.
[[nodiscard]] double expressionCostNs(const Expr* tree);

/// `event`, alone.
[[nodiscard]] bool isWholeEvent(const Expression* expression);

/// "12 ms", "5 s" for a duration in nanoseconds; "1.5 s" where it is not whole.
[[nodiscard]] std::string durationText(std::uint64_t ns);

/// Complains when the parameter is missing or is no expression.
[[nodiscard]] Status requireExpression(const Config& config, std::string_view name,
                                       std::string_view title);
/// Complains when the parameter is missing or is no whole number of at least `least`.
[[nodiscard]] Status requireUnsigned(const Config& config, std::string_view name,
                                     std::string_view title, std::uint64_t least);

} // namespace fuseboard
