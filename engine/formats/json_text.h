// SPDX-License-Identifier: Apache-2.0
// Whole JSON documents to values, and the one printer of values (semantics, section 2).
#pragma once

#include "engine/base/result.h"
#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fuseboard {

/// Containers inside each other that every decoder accepts; one more is malformed.
inline constexpr std::size_t kMaxNesting = 256;

/// Exactly RFC 8259, UTF-8 checked, surrounding whitespace and one byte-order mark allowed. A
/// repeated key keeps its first place and takes the last value. Integers that fit neither u64 nor
/// i64 become floats, and a float beyond the range an infinity. Strings are views of `text` where
/// nothing is escaped, else they stand in `arena`. Errors: InvalidSyntax (LimitExceeded for
/// nesting) with `file`, line, column and source line.
[[nodiscard]] Result<Value> parseJson(std::string_view text, Arena& arena, std::string file = {});

/// As parseJson() of one row: the error's message is all (no place), ending in "at column N".
[[nodiscard]] Result<Value> parseJsonLine(std::string_view line, Arena& arena);

/// Appends compact JSON. Numbers in the shortest form that reads back to the same bits, in ryu's
/// layout; bytes as base64; escapes only where JSON demands them. NaN and infinities print null and
/// are added to *nonFinite.
void printJson(const Value& value, std::string& out, std::uint64_t* nonFinite = nullptr);
[[nodiscard]] std::string printJson(const Value& value);
/// Two spaces a level; empty containers on one line.
void printJsonPretty(const Value& value, std::string& out);
/// Compact, keys of all records sorted by their bytes.
void printSortedJson(const Value& value, std::string& out);

/// The pieces of the printer, for other printers. A float of any value; NaN and infinities as null.
void printFloat(double value, std::string& out);
/// As printFloat(), at `at`, where kFloatBytes are free; counts NaN and infinities. The place
/// behind.
[[nodiscard]] char* printFloatTo(double value, char* at, std::uint64_t& nonFinite);
inline constexpr std::size_t kFloatBytes = 32;
/// `text` in quotes, escaped.
void printJsonString(std::string_view text, std::string& out);
/// As printJsonString(), at `at`, where six bytes for each of the text and two more are free.
[[nodiscard]] char* printJsonStringTo(std::string_view text, char* at);
/// RFC 4648 with padding, no quotes.
void printBase64(std::string_view bytes, std::string& out);

} // namespace fuseboard
