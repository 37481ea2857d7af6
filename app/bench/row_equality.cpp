// SPDX-License-Identifier: Apache-2.0
#include "app/bench/row_equality.h"

#include "engine/formats/json_text.h"
#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <map>

namespace fuseboard {

namespace {

/// Buckets of the histogram are at most this wide, as a share of what they hold, and at least 1.
constexpr double kBucketShare = 1.0 / 128;

bool isWhole(const Value& number) {
    return number.isInteger() || std::trunc(number.toDouble()) == number.toDouble();
}

bool near(double a, double b, double distance) {
    return a == b || std::fabs(a - b) <= distance;
}

/// Compares two values of results; `name` is that of the field that they stand in.
class Comparer {
public:
    explicit Comparer(const RowEquality& equality) : m_equality(equality) {}

    [[nodiscard]] bool same(const Value& a, const Value& b, std::string_view name = {}) const {
        if (a.isNumber() && b.isNumber())
            return sameNumber(a, b, name);
        if (a.isRecord() && b.isRecord())
            return covers(a, b) && covers(b, a);
        if (a.isArray() && b.isArray())
            return std::ranges::equal(a.items(), b.items(), [&](const Value& x, const Value& y) {
                return same(x, y, name);
            });
        return strictlyEqual(a, b);
    }

private:
    [[nodiscard]] bool sameNumber(const Value& a, const Value& b, std::string_view name) const {
        const double x = a.toDouble();
        const double y = b.toDouble();
        const double greater = std::max(std::fabs(x), std::fabs(y));
        if (std::ranges::find(m_equality.percentiles, name) != m_equality.percentiles.end())
            return near(x, y, std::max(1.0, greater * kBucketShare));
        if (a.isInteger() && b.isInteger())
            return strictlyEqual(a, b);
        return near(x, y, greater * m_equality.tolerance);
    }
    /// Every field of `a` is in `b` too; null counts as absent.
    [[nodiscard]] bool covers(const Value& a, const Value& b) const {
        return std::ranges::all_of(a.fields(), [&](const Field& field) {
            const Value* other = b.find(field.key);
            return same(field.value, other == nullptr ? Value::null() : *other, field.key);
        });
    }

    const RowEquality& m_equality;
};

/// NDJSON, a row at a time.
class RowFile {
public:
    explicit RowFile(std::string path) : m_path(std::move(path)), m_stream(m_path) {}
    [[nodiscard]] Status opened() const {
        if (m_stream.is_open())
            return {};
        return fail(ErrorCode::NotFound, fmt::format("there is no output {}", m_path));
    }
    /// False at the end.
    Result<bool> next(std::string& text, Value& row, Arena& arena) {
        do {
            if (!std::getline(m_stream, text))
                return false;
            ++m_line;
        } while (text.empty());
        arena.reset();
        auto parsed = parseJsonLine(text, arena);
        if (!parsed)
            return fail(ErrorCode::InvalidSyntax,
                        fmt::format("{}:{}: {}", m_path, m_line, parsed.error().message));
        row = *parsed;
        return true;
    }

private:
    std::string m_path;
    std::ifstream m_stream;
    std::uint64_t m_line = 0;
};

std::unexpected<Error> differ(std::string_view expected, std::string_view actual) {
    return fail(ErrorCode::Disagreement,
                fmt::format("the results differ\n  expected {}\n  actual   {}", expected, actual));
}

Status compareInOrder(const std::string& expected, const std::string& actual,
                      const Comparer& comparer) {
    RowFile left(expected);
    RowFile right(actual);
    FB_TRY(left.opened());
    FB_TRY(right.opened());
    std::string leftText, rightText;
    Arena leftArena, rightArena;
    while (true) {
        Value leftRow, rightRow;
        FB_TRY_ASSIGN(const bool hasLeft, left.next(leftText, leftRow, leftArena));
        FB_TRY_ASSIGN(const bool hasRight, right.next(rightText, rightRow, rightArena));
        if (!hasLeft && !hasRight)
            return {};
        if (hasLeft != hasRight || !comparer.same(leftRow, rightRow))
            return differ(hasLeft ? leftText : "no row", hasRight ? rightText : "no row");
    }
}

/// 13 and 13.0 are one key, and fields stand in one order.
std::string keyOf(const Value& row, const std::vector<std::string>& keys) {
    std::map<std::string_view, std::string> parts;
    for (const Field& field : row.isRecord() ? row.fields() : std::span<const Field>()) {
        const bool named = std::ranges::find(keys, field.key) != keys.end();
        const bool fraction = field.value.isNumber() && !isWhole(field.value);
        if (field.value.isNull() || (keys.empty() ? fraction : !named))
            continue;
        std::string& text = parts[field.key];
        if (field.value.isFloat() && isWhole(field.value))
            text = fmt::format("{:.0f}", field.value.toDouble());
        else
            printSortedJson(field.value, text);
    }
    std::string key;
    for (const auto& [name, text] : parts)
        key += fmt::format("{}={}\n", name, text);
    return key;
}

using KeyedRows = std::vector<std::pair<std::string, std::string>>; // key, text

Result<KeyedRows> sortedRows(const std::string& path, const RowEquality& equality) {
    RowFile file(path);
    FB_TRY(file.opened());
    KeyedRows rows;
    std::string text;
    Arena arena;
    Value row;
    while (true) {
        FB_TRY_ASSIGN(const bool more, file.next(text, row, arena));
        if (!more)
            break;
        rows.emplace_back(keyOf(row, equality.keys), text);
    }
    const auto key = &KeyedRows::value_type::first;
    std::ranges::stable_sort(rows, {}, key);
    if (equality.order == RowEquality::Order::LastOfKey) {
        std::ranges::reverse(rows); // the last of each comes first and stays
        const auto rest = std::ranges::unique(rows, {}, key);
        rows.erase(rest.begin(), rest.end());
        std::ranges::reverse(rows);
    }
    return rows;
}

Status compareSorted(const std::string& expected, const std::string& actual,
                     const RowEquality& equality, const Comparer& comparer) {
    FB_TRY_ASSIGN(const KeyedRows left, sortedRows(expected, equality));
    FB_TRY_ASSIGN(const KeyedRows right, sortedRows(actual, equality));
    Arena arena;
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        if (i >= left.size() || i >= right.size())
            return differ(i < left.size() ? left[i].second : "no row",
                          i < right.size() ? right[i].second : "no row");
        arena.reset();
        FB_TRY_ASSIGN(const Value a, parseJsonLine(left[i].second, arena));
        FB_TRY_ASSIGN(const Value b, parseJsonLine(right[i].second, arena));
        if (!comparer.same(a, b))
            return differ(left[i].second, right[i].second);
    }
    return {};
}

} // namespace

Status compareRows(const std::string& expected, const std::string& actual,
                   const RowEquality& equality) {
    const Comparer comparer(equality);
    if (equality.order == RowEquality::Order::Same)
        return compareInOrder(expected, actual, comparer);
    return compareSorted(expected, actual, equality, comparer);
}

} // namespace fuseboard
