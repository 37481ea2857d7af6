// SPDX-License-Identifier: Apache-2.0
// The parameters of one node: plain values, expressions with their trees, group-by clauses, windows
// and named branches. Immutable once a node holds them.
#pragma once

#include "engine/script/query.h"
#include "engine/value/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fuseboard {

struct GroupByText {
    std::string text;
    GroupByPtr tree;
};

/// A tumbling window as a select uses it.
struct WindowSpec {
    enum class Kind : std::uint8_t { Size, Interval, State };
    std::string name;
    Kind kind = Kind::Interval;
    std::uint64_t amount = 0;    ///< rows (Size) or nanoseconds (Interval)
    std::uint64_t maxGroups = 0; ///< 0: unlimited
    /// Interval: windows end at multiples of the interval since the epoch of the clock, instead of
    /// one interval after their first row. Only in drawn pipelines; Tremor has no such window.
    bool aligned = false;
    OwnedValue initialState;    ///< State
    ExprPtr script, tickScript; ///< may be null
    std::uint32_t localCount = 0;
};

/// One way out of a route: rows for which `when` is true leave on `port`.
struct NamedExpression {
    std::string name;
    Expression expression;
};

/// One parameter. OwnedValue for plain values (numbers, texts, lists of field names).
using Parameter = std::variant<OwnedValue, Expression, GroupByText, std::vector<WindowSpec>,
                               std::vector<NamedExpression>>;

/// Parameters by name, in the order of the operator's contract.
class Config {
public:
    void set(std::string name, Parameter value);
    void erase(std::string_view name);
    [[nodiscard]] const Parameter* find(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, Parameter>>& all() const {
        return m_all;
    }

    // nullptr / fallback when the parameter is missing or of another form.
    [[nodiscard]] const Expression* expression(std::string_view name) const;
    [[nodiscard]] GroupByPtr groupBy(std::string_view name) const;
    [[nodiscard]] const std::vector<WindowSpec>* windows(std::string_view name) const;
    [[nodiscard]] const std::vector<NamedExpression>* branches(std::string_view name) const;
    [[nodiscard]] const Value* value(std::string_view name) const;
    [[nodiscard]] std::uint64_t unsignedOr(std::string_view name, std::uint64_t fallback) const;
    [[nodiscard]] std::string_view textOr(std::string_view name, std::string_view fallback) const;
    [[nodiscard]] bool boolOr(std::string_view name, bool fallback) const;

private:
    std::vector<std::pair<std::string, Parameter>> m_all;
};

} // namespace fuseboard
