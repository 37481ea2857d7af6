// SPDX-License-Identifier: Apache-2.0
// Names that exist without any module file: constants, definitions, and older spellings.
#include "engine/script/scope.h"

#include <algorithm>
#include <array>
#include <limits>

namespace fuseboard {

namespace {

using ConstantTable = std::map<std::string, OwnedValue, std::less<>>;

ConstantTable makeConstants() {
    ConstantTable table;
    const auto add = [&](std::string name, Value value) {
        table.emplace(std::move(name), OwnedValue(value));
    };
    const auto integer = [&](std::string name, std::uint64_t v) {
        add(std::move(name), Value::u64(v));
    };
    const auto text = [&](std::string name, std::string_view v) {
        add(std::move(name), Value::string(v));
    };
    const std::string nanos = "std::time::nanos::NANOS_PER_";
    integer(nanos + "MICROSECOND", 1'000);
    integer(nanos + "MILLISECOND", 1'000'000);
    integer(nanos + "SECOND", 1'000'000'000);
    integer(nanos + "MINUTE", 60'000'000'000);
    integer(nanos + "HOUR", 3'600'000'000'000);
    integer(nanos + "DAY", 86'400'000'000'000);
    integer(nanos + "WEEK", 604'800'000'000'000);
    integer("std::integer::signed::MAX", std::numeric_limits<std::int64_t>::max());
    add("std::integer::signed::MIN", Value::i64(std::numeric_limits<std::int64_t>::min()));
    integer("std::integer::unsigned::MAX", std::numeric_limits<std::uint64_t>::max());
    integer("std::integer::unsigned::MIN", 0);
    text("std::datetime::formats::RFC3339", "%+");
    text("std::datetime::formats::RFC2822", "%a, %d %b %Y %H:%M:%S %z");
    text("std::datetime::formats::RFC5322", "%a, %d %b %Y %H:%M:%S %z");
    const Value yes = Value::boolean(true);
    const Value no = Value::boolean(false);
    const std::array<Value, 2> include{yes, yes};
    const std::array<Value, 2> exclude{yes, no};
    add("tremor::windows::EMIT_AND_INCLUDE", Value::array(include));
    add("tremor::windows::EMIT_AND_EXCLUDE", Value::array(exclude));
    add("tremor::windows::DONT_EMIT", no);
    return table;
}

const ConstantTable& constants() {
    static const ConstantTable kTable = makeConstants();
    return kTable;
}

/// Modules whose last part alone was enough in older programs.
constexpr std::array<std::string_view, 6> kImplicitPrefixes{
    "", "std::", "tremor::", "aggr::", "std::time::", "cncf::otel::"};

struct Rename {
    std::string_view old;
    std::string_view now;
};
constexpr Rename kRenamed[] = {
    {"datetime::with_micros", "std::time::nanos::from_micros"},
    {"datetime::with_millis", "std::time::nanos::from_millis"},
    {"datetime::with_seconds", "std::time::nanos::from_seconds"},
    {"datetime::with_minutes", "std::time::nanos::from_minutes"},
    {"datetime::with_hours", "std::time::nanos::from_hours"},
    {"datetime::with_days", "std::time::nanos::from_days"},
    {"datetime::with_weeks", "std::time::nanos::from_weeks"},
};

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

bool startsModule(std::string_view name, std::string_view prefix) {
    return name.size() > prefix.size() + 2 && name.starts_with(prefix) &&
           name.substr(prefix.size(), 2) == "::";
}

} // namespace

const OwnedValue* findBuiltinConstant(std::string_view canonicalName) {
    const auto found = constants().find(canonicalName);
    return found == constants().end() ? nullptr : &found->second;
}

bool isBuiltinModule(std::string_view prefix) {
    const auto inside = [&](const auto* spec) { return startsModule(spec->name, prefix); };
    return std::ranges::any_of(allFunctions(), inside) ||
           std::ranges::any_of(allAggregates(), inside) ||
           std::ranges::any_of(constants(),
                               [&](const auto& c) { return startsModule(c.first, prefix); }) ||
           !builtinModuleText(prefix).empty() || prefix == "tremor";
}

std::string_view builtinModuleText(std::string_view canonicalName) {
    if (canonicalName == "tremor::pipelines")
        return "define pipeline passthrough pipeline select event from in into out; end;";
    if (canonicalName == "tremor::connectors")
        return "define connector exit from exit;\n"
               "define connector metrics from metrics;\n"
               "define connector console from stdio with preprocessors = [\"separate\"],\n"
               "  postprocessors = [\"separate\"], codec = \"string\" end;";
    return {};
}

std::string findImplicitFunction(std::string_view path) {
    for (const std::string_view prefix : kImplicitPrefixes) {
        std::string name = std::string(prefix) + std::string(path);
        if (findFunction(name) != nullptr || findAggregate(name) != nullptr)
            return name;
    }
    return {};
}

std::string findImplicitConstant(std::string_view path) {
    for (const std::string_view prefix : kImplicitPrefixes) {
        std::string name = std::string(prefix) + std::string(path);
        if (findBuiltinConstant(name) != nullptr)
            return name;
    }
    return {};
}

std::string_view renamedFunction(std::string_view path) {
    for (const std::string_view prefix : {"core::", "std::"}) {
        if (path.starts_with(prefix))
            path.remove_prefix(prefix.size());
    }
    const auto* found = std::ranges::find(kRenamed, path, &Rename::old);
    return found == std::end(kRenamed) ? std::string_view() : found->now;
}

std::string closestName(std::string_view name, const std::vector<std::string>& candidates) {
    const std::size_t limit = name.size() <= 3 ? 1 : name.size() / 3 + 1;
    std::size_t best = limit + 1;
    std::string closest;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > name.size() + limit || name.size() > candidate.size() + limit)
            continue;
        const std::size_t distance = editDistance(name, candidate);
        if (distance < best && candidate != name) {
            best = distance;
            closest = candidate;
        }
    }
    return closest;
}

std::string closestFunction(std::string_view path) {
    std::vector<std::string> candidates;
    const auto collect = [&](std::string_view name) {
        // Compared in the same number of parts as was written.
        const auto parts = [](std::string_view text) {
            std::size_t n = 1;
            for (std::size_t at = text.find("::"); at != std::string_view::npos;
                 at = text.find("::", at + 2))
                ++n;
            return n;
        };
        while (parts(name) > parts(path))
            name.remove_prefix(name.find("::") + 2);
        candidates.emplace_back(name);
    };
    for (const FunctionSpec* spec : allFunctions())
        collect(spec->name);
    for (const AggregateSpec* spec : allAggregates())
        collect(spec->name);
    return closestName(path, candidates);
}

} // namespace fuseboard
