// SPDX-License-Identifier: Apache-2.0
// The user's failures: what went wrong, where, and what to do next. They travel as values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fuseboard {

/// What kind of failure it is. Tests, counters and the comparison of two plans use the code; the
/// message may be reworded at any time.
enum class ErrorCode : std::uint8_t {
    InvalidSyntax,      ///< a script, query or data file does not parse
    UnknownName,        ///< an operator, function, field, port, node or file kind nobody knows
    WrongType,          ///< a value of a kind that the operation does not accept
    MissingField,       ///< a key or index that is not there
    ArithmeticOverflow, ///< an integer result that fits neither u64 nor i64, or a division by zero
    NoMatch,            ///< a `match` in which no case holds
    InvalidArgument,    ///< an option, parameter or argument out of its range
    InvalidGraph,       ///< cycle, wrong port, duplicate name, missing definition
    LimitExceeded,      ///< size, depth, memory, group or error limits
    NotFound,           ///< a file or record that does not exist
    NotReadable,        ///< the operating system refused to read
    NotWritable,        ///< the operating system refused to write, or the disk is full
    Truncated,          ///< compressed or framed input that ends too early
    NewerVersion,       ///< written by a later Fuseboard than this one
    Locked,             ///< another process holds the database
    NotAllowed,         ///< reaches outside the process without permission
    Unsupported,        ///< understood, but not expressible or not runnable here
    Cancelled,          ///< the user stopped it
    Disagreement,       ///< two plans gave different results
};

/// The stable lower-case name of a code, for JSON and the database ("wrong_type").
[[nodiscard]] std::string_view toString(ErrorCode code);

/// A place in a text. Lines and columns count from 1; 0 means "not known". Columns count code
/// points.
struct Place {
    std::string file; ///< as the user gave it; empty for text that is not a file
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string sourceLine; ///< the text of that line, without its newline; for the caret
};

/// One failure that the user can do something about. Message and hint are lower-case sentences
/// without a final period.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    std::string message;
    std::string hint;
    Place place;
    std::string node; ///< id of the node at fault, when there is one

    Error() = default;
    Error(ErrorCode errorCode, std::string text, std::string whatToDo = {})
        : code(errorCode), message(std::move(text)), hint(std::move(whatToDo)) {}

    [[nodiscard]] Error at(Place where) && {
        place = std::move(where);
        return std::move(*this);
    }
};

/// `FILE:LINE:COL: error: …`, the source line with a caret, and the hint, each on its own line.
[[nodiscard]] std::string describe(const Error& error, std::string_view severity = "error");

} // namespace fuseboard
