// SPDX-License-Identifier: Apache-2.0
// std::re: regular expressions; the expression is the first argument.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/interpreter.h"
#include "engine/script/regex.h"

#include <vector>

namespace fuseboard {

namespace {

using namespace native;

bool regexAt(Arguments a, FunctionContext& c, std::shared_ptr<const Regex>& regex) {
    std::string_view pattern;
    if (!stringAt(a, 0, c, pattern))
        return false;
    auto made = Regex::cached(pattern);
    if (!made)
        return failed(c, ErrorCode::InvalidArgument, "{}", made.error().message);
    regex = *std::move(made);
    return true;
}

bool isNameChar(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
std::string_view groupNamed(const Regex& regex, std::string_view name,
                            std::span<const std::string_view> groups) {
    if (name.find_first_not_of("0123456789") == std::string_view::npos) {
        std::size_t number = 0;
        for (const char digit : name.substr(0, 6))
            number = number * 10 + static_cast<std::size_t>(digit - '0');
        return number < groups.size() ? groups[number] : std::string_view();
    }
    for (const auto& [known, number] : regex.names())
        if (known == name)
            return groups[number];
    return {};
}
/// Appends `to` with $1, $name and ${name} filled in and $$ as a dollar.
void expand(const Regex& regex, std::string_view to, std::span<const std::string_view> groups,
            std::string& out) {
    for (std::size_t at = 0; at < to.size();) {
        if (to[at] != '$' || at + 1 == to.size()) {
            out.push_back(to[at++]);
            continue;
        }
        if (to[at + 1] == '$') {
            out.push_back('$');
            at += 2;
            continue;
        }
        const bool braced = to[at + 1] == '{';
        const std::size_t begin = at + (braced ? 2 : 1);
        std::size_t end = begin;
        while (end < to.size() && (braced ? to[end] != '}' : isNameChar(to[end])))
            ++end;
        if (end == begin || (braced && end == to.size())) {
            out.push_back(to[at++]);
            continue;
        }
        out.append(groupNamed(regex, to.substr(begin, end - begin), groups));
        at = end + (braced ? 1 : 0);
    }
}

template <bool All> bool replace(Arguments a, FunctionContext& c, Value& r) {
    std::shared_ptr<const Regex> regex;
    std::string_view text, to;
    if (!regexAt(a, c, regex) || !stringAt(a, 1, c, text) || !stringAt(a, 2, c, to))
        return false;
    std::string out;
    std::size_t copied = 0;
    regex->forEachMatch(text, [&](std::span<const std::string_view> groups) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        out.append(text.substr(copied, begin - copied));
        expand(*regex, to, groups, out);
        copied = begin + groups[0].size();
        return All && out.size() <= kMaxValueBytes;
    });
    if (out.empty() && copied == 0)
        return give(r, a[1]);
    return giveText(r, out.append(text.substr(copied)), c);
}
bool isMatch(Arguments a, FunctionContext& c, Value& r) {
    std::shared_ptr<const Regex> regex;
    std::string_view text;
    return regexAt(a, c, regex) && stringAt(a, 1, c, text) &&
           give(r, Value::boolean(regex->matches(text)));
}
bool split(Arguments a, FunctionContext& c, Value& r) {
    std::shared_ptr<const Regex> regex;
    std::string_view text;
    if (!regexAt(a, c, regex) || !stringAt(a, 1, c, text))
        return false;
    std::vector<Value> parts;
    std::size_t at = 0;
    regex->forEachMatch(text, [&](std::span<const std::string_view> groups) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        parts.push_back(Value::string(text.substr(at, begin - at)));
        at = begin + groups[0].size();
        return true;
    });
    parts.push_back(Value::string(text.substr(at)));
    return give(r, makeArray(c.arena, parts));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::re::replace",
     .signature = "(re: string, text: string, to: string) -> string",
     .summary = "Replaces the first match; $1 and $name stand for what groups matched.",
     .example = R"re(std::re::replace("a(b)", "abab", "<$1>") == "<b>ab")re",
     .minArguments = 3,
     .maxArguments = 3,
     .resultKinds = kString,
     .costNs = 300,
     .body = replace<false>},
    {.name = "std::re::replace_all",
     .signature = "(re: string, text: string, to: string) -> string",
     .summary = "Replaces every match; $1 and $name stand for what groups matched.",
     .example = R"(std::re::replace_all("[ab]", "abc", "x") == "xxc")",
     .minArguments = 3,
     .maxArguments = 3,
     .resultKinds = kString,
     .costNs = 500,
     .body = replace<true>},
    {.name = "std::re::is_match",
     .signature = "(re: string, text: string) -> bool",
     .summary = "Whether the expression matches anywhere in the text.",
     .example = R"(std::re::is_match("b+", "abc") == true)",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kBool,
     .costNs = 150,
     .body = isMatch},
    {.name = "std::re::split",
     .signature = "(re: string, text: string) -> array",
     .summary = "The parts of the text between the matches.",
     .example = R"(std::re::split("[,;]", "a,b;c") == ["a", "b", "c"])",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kArray,
     .costNs = 400,
     .body = split},
};

} // namespace

std::span<const FunctionSpec> stdReFunctions() {
    return kFunctions;
}

} // namespace fuseboard
