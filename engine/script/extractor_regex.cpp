// SPDX-License-Identifier: Apache-2.0
// re|…|: named groups of the first match; rerg|…|: named groups of all matches.
#include "engine/script/extractor_kinds.h"
#include "engine/script/regex.h"

#include <algorithm>

namespace fuseboard::extractors {

namespace {

class Re final : public Extractor {
public:
    Re(std::string pattern, std::shared_ptr<const Regex> regex)
        : Extractor("re", std::move(pattern)), m_regex(std::move(regex)) {}

    bool matches(const Value& subject) const override {
        return subject.isString() && m_regex->matches(subject.asString());
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        if (!subject.isString())
            return false;
        const std::size_t count = m_regex->groupCount();
        auto* groups = context.arena.allocateArray<std::string_view>(count);
        std::fill_n(groups, count, std::string_view());
        if (!m_regex->find(subject.asString(), 0, {groups, count}))
            return false;
        const auto& names = m_regex->names();
        Field* fields = context.arena.allocateArray<Field>(names.size());
        std::size_t filled = 0;
        for (const auto& [name, number] : names)
            if (groups[number].data() != nullptr)
                fields[filled++] = {name, Value::string(groups[number])};
        result = makeRecord(context.arena, {fields, filled});
        return true;
    }

private:
    std::shared_ptr<const Regex> m_regex;
};

// As in Tremor, taking apart always succeeds: without a match the record is empty.
class Rerg final : public Extractor {
public:
    Rerg(std::string pattern, std::shared_ptr<const Regex> regex)
        : Extractor("rerg", std::move(pattern)), m_regex(std::move(regex)) {}

    bool matches(const Value& subject) const override {
        return subject.isString() && m_regex->matches(subject.asString());
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        if (!subject.isString())
            return false;
        const auto& names = m_regex->names();
        std::vector<std::vector<Value>> captures(names.size());
        std::vector<std::size_t> order; // of first capture
        m_regex->forEachMatch(subject.asString(), [&](std::span<const std::string_view> groups) {
            for (std::size_t i = 0; i < names.size(); ++i) {
                const std::string_view text = groups[names[i].second];
                if (text.data() == nullptr)
                    continue;
                if (captures[i].empty())
                    order.push_back(i);
                captures[i].push_back(Value::string(text));
            }
            return true;
        });
        std::vector<Field> fields;
        for (const std::size_t i : order)
            fields.push_back({names[i].first, makeArray(context.arena, captures[i])});
        result = makeRecord(context.arena, fields);
        return true;
    }

private:
    std::shared_ptr<const Regex> m_regex;
};

} // namespace

Made makeRe(std::string pattern) {
    FB_TRY_ASSIGN(auto regex, Regex::make(pattern));
    return std::make_shared<const Re>(std::move(pattern), std::move(regex));
}

Made makeRerg(std::string pattern) {
    FB_TRY_ASSIGN(auto regex, Regex::make(pattern));
    return std::make_shared<const Rerg>(std::move(pattern), std::move(regex));
}

} // namespace fuseboard::extractors
