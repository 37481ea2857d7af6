// SPDX-License-Identifier: Apache-2.0
// grok|…|: Oniguruma expressions with named building blocks, %{NAME} or %{NAME:field}. Matching is
// limited in steps and stack, so that no text can make it run away.
#include "engine/script/extractor_kinds.h"
#include "engine/script/grok_patterns.h"

#include <fmt/format.h>
#include <oniguruma.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace fuseboard::extractors {

namespace {

constexpr std::size_t kMaxExpression = 256 * 1024;
constexpr int kMaxDepth = 32;
constexpr unsigned long kMaxRetries = 100'000;
constexpr unsigned kMaxStack = 10'000;

const OnigUChar* bytesOf(std::string_view text) {
    return reinterpret_cast<const OnigUChar*>(text.data());
}
const OnigUChar* endOf(std::string_view text) {
    return bytesOf(text) + text.size();
}

bool isNameChar(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.' || c == '@';
}

/// Replaces building blocks by their expressions. Fields become groups g0, g1 …, because group
/// names are stricter than field names; names[i] is the field of group gi.
class Expander {
public:
    Result<std::string> expand(std::string_view pattern, int depth = 0) {
        if (depth > kMaxDepth)
            return fail(ErrorCode::LimitExceeded, "grok: building blocks are nested too deeply");
        std::string out;
        while (!pattern.empty()) {
            const std::size_t open = pattern.find("%{");
            out += pattern.substr(0, open);
            if (open == std::string_view::npos)
                break;
            pattern.remove_prefix(open);
            const std::size_t close = pattern.find('}');
            const std::string_view inside =
                close == std::string_view::npos ? std::string_view() : pattern.substr(2, close - 2);
            if (!isBlock(inside)) {
                out += '%'; // a percent sign that means itself
                pattern.remove_prefix(1);
                continue;
            }
            FB_TRY_ASSIGN(const std::string block, expandBlock(inside, depth));
            out += block;
            pattern.remove_prefix(close + 1);
            if (out.size() > kMaxExpression)
                return fail(ErrorCode::LimitExceeded, "grok: the expression grows too long");
        }
        return out;
    }
    std::vector<std::string> names;

private:
    static bool isBlock(std::string_view inside) {
        return !inside.empty() && inside.front() >= 'A' && inside.front() <= 'Z' &&
               std::ranges::all_of(inside, [](char c) { return isNameChar(c) || c == ':'; });
    }
    Result<std::string> expandBlock(std::string_view inside, int depth) {
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        const auto all = grokPatterns();
        const auto at = std::ranges::lower_bound(
            all, name, {}, &std::pair<std::string_view, std::string_view>::first);
        if (at == all.end() || at->first != name)
            return fail(ErrorCode::UnknownName,
                        fmt::format("grok: no building block is called {}", name.substr(0, 60)));
        if (colon == std::string_view::npos) {
            FB_TRY_ASSIGN(const std::string plain, expand(at->second, depth + 1));
            return "(?:" + plain + ")";
        }
        const std::string group = fmt::format("(?<g{}>", names.size());
        names.emplace_back(inside.substr(colon + 1));
        FB_TRY_ASSIGN(const std::string named, expand(at->second, depth + 1));
        return group + named + ")";
    }
};

struct FreeRegex {
    void operator()(regex_t* regex) const { onig_free(regex); }
};
using RegexPtr = std::unique_ptr<regex_t, FreeRegex>;
struct FreeRegion {
    void operator()(OnigRegion* region) const { onig_region_free(region, 1); }
};
struct FreeParam {
    void operator()(OnigMatchParam* param) const { onig_free_match_param(param); }
};

/// A group of the expression and the field that it fills.
struct GrokField {
    std::string name;
    std::vector<int> groups; ///< alternatives may name one field several times
};

class Grok final : public Extractor {
public:
    Grok(std::string pattern, RegexPtr regex, std::vector<GrokField> fields)
        : Extractor("grok", std::move(pattern)), m_regex(std::move(regex)),
          m_fields(std::move(fields)) {}

    bool matches(const Value& subject) const override {
        return subject.isString() && search(subject.asString(), nullptr);
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        if (!subject.isString())
            return false;
        const std::string_view text = subject.asString();
        const std::unique_ptr<OnigRegion, FreeRegion> region(onig_region_new());
        if (!search(text, region.get()))
            return false;
        RecordBuilder record;
        for (const GrokField& field : m_fields)
            for (const int group : field.groups)
                if (region->beg[group] >= 0)
                    record.set(field.name, Value::string(text.substr(
                                               static_cast<std::size_t>(region->beg[group]),
                                               static_cast<std::size_t>(region->end[group] -
                                                                        region->beg[group]))));
        result = record.build(context.arena);
        return true;
    }

private:
    bool search(std::string_view text, OnigRegion* region) const {
        const std::unique_ptr<OnigMatchParam, FreeParam> param(onig_new_match_param());
        onig_initialize_match_param(param.get());
        onig_set_retry_limit_in_match_of_match_param(param.get(), kMaxRetries);
        onig_set_match_stack_limit_size_of_match_param(param.get(), kMaxStack);
        return onig_search_with_param(m_regex.get(), bytesOf(text), endOf(text), bytesOf(text),
                                      endOf(text), region, ONIG_OPTION_NONE, param.get()) >= 0;
    }
    RegexPtr m_regex;
    std::vector<GrokField> m_fields;
};

struct Collector {
    const std::vector<std::string>& names;
    std::vector<GrokField> fields;
};
int collect(const OnigUChar* name, const OnigUChar* end, int count, int* groups, regex_t*,
            void* to) {
    auto& collector = *static_cast<Collector*>(to);
    const std::string group(reinterpret_cast<const char*>(name),
                            static_cast<std::size_t>(end - name));
    GrokField field{group, std::vector<int>(groups, groups + count)};
    // gN stands for the field N of the expander; other groups were named in the pattern itself.
    if (group.size() > 1 && group[0] == 'g' &&
        group.find_first_not_of("0123456789", 1) == std::string::npos) {
        const std::size_t index = std::strtoul(group.c_str() + 1, nullptr, 10);
        if (index < collector.names.size())
            field.name = collector.names[index];
    }
    collector.fields.push_back(std::move(field));
    return 0;
}

} // namespace

Made makeGrok(std::string pattern) {
    static std::once_flag once;
    std::call_once(once, [] {
        OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
        onig_initialize(encodings, 1);
    });
    Expander expander;
    FB_TRY_ASSIGN(const std::string expression, expander.expand(pattern));
    regex_t* raw = nullptr;
    OnigErrorInfo info{};
    const int status =
        onig_new(&raw, bytesOf(expression), endOf(expression), ONIG_OPTION_CAPTURE_GROUP,
                 ONIG_ENCODING_UTF8, ONIG_SYNTAX_RUBY, &info);
    RegexPtr regex(raw);
    if (status != ONIG_NORMAL) {
        OnigUChar message[ONIG_MAX_ERROR_MESSAGE_LEN] = {};
        onig_error_code_to_str(message, status, &info);
        return fail(ErrorCode::InvalidSyntax,
                    fmt::format("grok: {}", reinterpret_cast<const char*>(message)));
    }
    Collector collector{expander.names, {}};
    onig_foreach_name(regex.get(), collect, &collector);
    std::ranges::sort(collector.fields, {}, [](const GrokField& f) { return f.groups.front(); });
    return std::make_shared<const Grok>(std::move(pattern), std::move(regex),
                                        std::move(collector.fields));
}

} // namespace fuseboard::extractors
