// SPDX-License-Identifier: Apache-2.0
// kv|…|: text of keys and values. Separators come from the pattern: what stands between %{key} and
// %{val} parts a key from its value, all else parts fields.
#include "engine/script/extractor_kinds.h"

#include <algorithm>

namespace fuseboard::extractors {

namespace {

struct Separators {
    std::vector<std::string> fields, pairs;
};

Result<Separators> separatorsFrom(std::string_view pattern) {
    constexpr std::string_view kKey = "%{key}", kValue = "%{val}";
    Separators found;
    const auto addField = [&](std::string_view text) {
        if (!text.empty())
            found.fields.emplace_back(text);
    };
    while (!pattern.empty()) {
        const std::size_t key = pattern.find(kKey);
        addField(pattern.substr(0, key));
        if (key == std::string_view::npos)
            break;
        pattern.remove_prefix(key + kKey.size());
        const std::size_t value = pattern.find(kValue);
        if (value == std::string_view::npos)
            return fail(ErrorCode::InvalidSyntax, "kv: %{key} is not followed by %{val}");
        if (value == 0)
            return fail(ErrorCode::InvalidSyntax, "kv: nothing separates %{key} from %{val}");
        found.pairs.emplace_back(pattern.substr(0, value));
        pattern.remove_prefix(value + kValue.size());
    }
    if (found.fields.empty())
        found.fields.emplace_back(" ");
    if (found.pairs.empty())
        found.pairs.emplace_back(":");
    for (auto* all : {&found.fields, &found.pairs}) {
        std::ranges::sort(*all);
        all->erase(std::unique(all->begin(), all->end()), all->end());
    }
    for (const std::string& field : found.fields)
        for (const std::string& pair : found.pairs)
            if (field.find(pair) != std::string::npos || pair.find(field) != std::string::npos)
                return fail(ErrorCode::InvalidSyntax,
                            "kv: separators of fields and of keys overlap");
    return found;
}

/// The first of `separators` at or after `from`, and its length.
std::pair<std::size_t, std::size_t> firstOf(std::string_view text, std::size_t from,
                                            const std::vector<std::string>& separators) {
    std::size_t at = std::string_view::npos, length = 0;
    for (const std::string& one : separators) {
        const std::size_t hit = text.find(one, from);
        if (hit < at) {
            at = hit;
            length = one.size();
        }
    }
    return {at, length};
}

class Kv final : public Extractor {
public:
    Kv(std::string pattern, Separators separators)
        : Extractor("kv", std::move(pattern)), m_separators(std::move(separators)) {}
    bool matches(const Value& subject) const override { return split(subject, nullptr); }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        RecordBuilder record;
        if (!split(subject, &record))
            return false;
        result = record.build(context.arena);
        return true;
    }

private:
    // Fields without a key are left out; a text without any field does not match.
    bool split(const Value& subject, RecordBuilder* record) const {
        if (!subject.isString())
            return false;
        const std::string_view text = subject.asString();
        bool any = false;
        for (std::size_t at = 0; at <= text.size();) {
            const auto [end, length] = firstOf(text, at, m_separators.fields);
            const std::string_view field =
                text.substr(at, end == std::string_view::npos ? end : end - at);
            const auto [middle, width] = firstOf(field, 0, m_separators.pairs);
            if (middle != std::string_view::npos) {
                any = true;
                if (record != nullptr)
                    record->set(field.substr(0, middle),
                                Value::string(field.substr(middle + width)));
            }
            if (end == std::string_view::npos)
                break;
            at = end + length;
        }
        return any;
    }
    Separators m_separators;
};

} // namespace

Made makeKv(std::string pattern) {
    FB_TRY_ASSIGN(auto separators, separatorsFrom(pattern));
    return std::make_shared<const Kv>(std::move(pattern), std::move(separators));
}

} // namespace fuseboard::extractors
