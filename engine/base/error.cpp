// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"

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
    if (place.line != 0 && !place.sourceLine.empty()) {
        const std::string number = std::to_string(place.line);
        text += fmt::format("\n  {} | {}", number, place.sourceLine);
        // Tabs stay tabs under the line, so that the caret stands below its column.
        std::string pad;
        std::uint32_t column = 1;
        for (const char c : place.sourceLine) {
            if (column >= place.column)
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
