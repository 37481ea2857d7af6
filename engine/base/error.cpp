// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"

#include <algorithm>
#include <fmt/format.h>

namespace fuseboard {

std::string_view toString(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidSyntax: return "invalid_syntax";
    case ErrorCode::UnknownName: return "unknown_name";
    case ErrorCode::WrongType: return "wrong_type";
    case ErrorCode::MissingField: return "missing_field";
    case ErrorCode::ArithmeticOverflow: return "arithmetic_overflow";
    case ErrorCode::NoMatch: return "no_match";
    case ErrorCode::InvalidArgument: return "invalid_argument";
    case ErrorCode::InvalidGraph: return "invalid_graph";
    case ErrorCode::LimitExceeded: return "limit_exceeded";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::NotReadable: return "not_readable";
    case ErrorCode::NotWritable: return "not_writable";
    case ErrorCode::Truncated: return "truncated";
    case ErrorCode::NewerVersion: return "newer_version";
    case ErrorCode::Locked: return "locked";
    case ErrorCode::NotAllowed: return "not_allowed";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Disagreement: return "disagreement";
    }
    return "unknown";
}

namespace {

constexpr std::uint32_t kShownColumns = 120;

/// The part of a long line around its column, which then is `place.column` of the shown text.
Place shown(Place place) {
    const auto isStart = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    const std::string& line = place.sourceLine;
    const auto columns =
        static_cast<std::uint32_t>(std::count_if(line.begin(), line.end(), isStart));
    if (columns <= kShownColumns)
        return place;
    // Two thirds of what is shown stand before the column.
    const std::uint32_t before = kShownColumns * 2 / 3;
    const std::uint32_t at = std::min(place.column, columns + 1);
    const std::uint32_t first = at <= before ? 0 : std::min(at - before, columns - kShownColumns);
    std::string part;
    std::uint32_t column = 0; // counted from 0
    for (const char c : line) {
        column += isStart(c) ? 1 : 0;
        if (column > first && column <= first + kShownColumns)
            part += c;
    }
    place.sourceLine = (first > 0 ? "…" : "") + part;
    if (first + kShownColumns < columns)
        place.sourceLine += "…";
    place.column = at - first + (first > 0 ? 1 : 0);
    return place;
}

} // namespace

std::string describe(const Error& error, std::string_view severity) {
    std::string text;
    const Place& place = error.place;
    if (!place.file.empty()) {
        text += place.file;
        text += ':';
    }
    if (place.line != 0)
        text += fmt::format("{}:{}:", place.line, place.column);
    if (!text.empty())
        text += ' ';
    text += fmt::format("{}: {}", severity, error.message);
    // Without a line the node is all that says where.
    if (!error.node.empty() && place.line == 0 &&
        error.message.find(error.node) == std::string::npos)
        text += fmt::format(" (node {})", error.node);
    if (place.line != 0 && !place.sourceLine.empty()) {
        const std::string number = std::to_string(place.line);
        const Place part = shown(place);
        text += fmt::format("\n  {} | {}", number, part.sourceLine);
        // Tabs stay tabs under the line, so that the caret stands below its column.
        std::string pad;
        std::uint32_t column = 1;
        for (const char c : part.sourceLine) {
            if (column >= part.column)
                break;
            if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U)
                continue;
            pad += c == '\t' ? '\t' : ' ';
            ++column;
        }
        text += fmt::format("\n  {} | {}^", std::string(number.size(), ' '), pad);
    }
    if (!error.hint.empty())
        text += fmt::format("\n  hint: {}", error.hint);
    return text;
}

} // namespace fuseboard
