// SPDX-License-Identifier: Apache-2.0
// fuse::string: what Tremor's std::string does not have. A module of its own, so that no later
// function of Tremor's can mean something else by the same name.
#include "engine/formats/byte_scan.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <algorithm>
#include <bit>

namespace fuseboard {

namespace {

using namespace native;

/// Most separators are one byte, which is looked for without comparing texts.
std::size_t find(std::string_view text, std::string_view part, std::size_t from) {
    return part.size() == 1 ? text.find(part.front(), from) : text.find(part, from);
}

// An empty part stands before every code point and at the end, as for std::string::replace.
bool count(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, part;
    if (!stringAt(a, 0, c, text) || !stringAt(a, 1, c, part))
        return false;
    if (part.empty())
        return give(r, Value::u64(countCodePoints(text) + 1));
    if (part.size() == 1)
        return give(r, Value::u64(static_cast<std::uint64_t>(std::ranges::count(text, part[0]))));
    std::uint64_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++found;
    return give(r, Value::u64(found));
}

/// Part number `index` of a text without separators: its code points with an empty one before and
/// behind, as std::string::split gives them.
Value codePointPart(std::string_view text, std::uint64_t index) {
    if (index == 0)
        return Value::string("");
    std::uint64_t number = 1;
    for (std::size_t at = 0; at < text.size(); ++number) {
        const std::size_t begin = at;
        (void)nextCodePoint(text, at);
        if (number == index)
            return Value::string(text.substr(begin, at - begin));
    }
    return number == index ? Value::string("") : Value::null();
}

/// part() of a separator of one byte. Those that stand close together are found in one pass over
/// the text.
Value bytePart(std::string_view text, char separator, std::uint64_t index) {
    const char *const end = text.data() + text.size(), *begin = text.data(), *at = begin;
    const auto ends = [&](const char* hit) {
        if (index-- == 0)
            return true;
        begin = hit + 1;
        return false;
    };
    const auto made = [&](const char* to) {
        return Value::string({begin, static_cast<std::size_t>(to - begin)});
    };
    for (; end - at >= 16; at += 16)
        for (std::uint32_t hits = byte_scan::Sixteen(at).equal(separator); hits != 0;
             hits &= hits - 1)
            if (const char* const hit = at + std::countr_zero(hits); ends(hit))
                return made(hit);
    for (; at != end; ++at)
        if (*at == separator && ends(at))
            return made(at);
    return index == 0 ? made(end) : Value::null();
}

bool part(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, separator;
    std::uint64_t index = 0;
    if (!stringAt(a, 0, c, text) || !stringAt(a, 1, c, separator) || !unsignedAt(a, 2, c, index))
        return false;
    if (separator.empty())
        return give(r, codePointPart(text, index));
    if (separator.size() == 1)
        return give(r, bytePart(text, separator.front(), index));
    std::size_t begin = 0;
    for (; index > 0; --index) {
        const std::size_t hit = find(text, separator, begin);
        if (hit == std::string_view::npos)
            return give(r, Value::null());
        begin = hit + separator.size();
    }
    return give(r, Value::string(text.substr(begin, find(text, separator, begin) - begin)));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "fuse::string::count",
     .signature = "(text: string, part: string) -> integer",
     .summary = "How often the part occurs in the text, without overlaps.",
     .example = R"(fuse::string::count("banana", "an") == 2)",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kString, kString},
     .resultKinds = kUnsigned,
     .costNs = 40,
     .body = count},
    {.name = "fuse::string::part",
     .signature = "(text: string, separator: string, index: integer) -> any",
     .summary = "One of the parts between the separators, from 0 on; null if there is none.",
     .example = R"(fuse::string::part("a/b/c", "/", 1) == "b")",
     .minArguments = 3,
     .maxArguments = 3,
     .mayRaise = false,
     .safeKinds = {kString, kString, kUnsigned},
     .resultKinds = kString | kNull,
     .costNs = 30,
     .body = part},
};

} // namespace

std::span<const FunctionSpec> fuseStringFunctions() {
    return kFunctions;
}

} // namespace fuseboard
