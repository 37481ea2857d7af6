// SPDX-License-Identifier: Apache-2.0
// Native functions of the script language: what each promises and how it is called.
#pragma once

#include "engine/base/error.h"
#include "engine/value/value.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace fuseboard {

/// What a native function may read besides its arguments, and where its result may be placed.
struct FunctionContext {
    Arena& arena;                               ///< results live here or in the arguments
    std::uint64_t ingestNs;                     ///< time of the event at hand
    std::uint64_t groupCount;                   ///< live groups of the select, for win::cardinality
    ErrorCode errorCode = ErrorCode::WrongType; ///< set on failure
    std::string errorMessage{};                 ///< set on failure
};

/// The body: false means failure, with code and message in the context. Must be thread-safe.
using FunctionBody = bool (*)(std::span<const Value> arguments, FunctionContext& context,
                              Value& result);

enum class Purity : std::uint8_t {
    Pure,      ///< depends on its arguments alone: folding may evaluate it
    EventTime, ///< depends on the event's ingest time or the group: repeatable, not constant
    Impure,    ///< wall clock, random: results differ between runs
};

struct FunctionSpec {
    std::string_view name;      ///< canonical: "std::string::uppercase"
    std::string_view signature; ///< "(text: string) -> string"
    std::string_view summary;   ///< one sentence
    std::string_view example;   ///< `uppercase("a") == "A"`-like expression that evaluates to true
    std::uint8_t minArguments = 0;
    std::uint8_t maxArguments = 0; ///< 255: any number
    Purity purity = Purity::Pure;
    /// Whether a call may fail even when every argument has a kind that the signature names.
    bool mayRaise = true;
    /// Kinds of arguments for which it cannot fail; empty: never proven. One mask a parameter, bit
    /// = 1 << Kind.
    std::uint16_t safeKinds[4] = {0, 0, 0, 0};
    /// Kinds that the result can have, bit = 1 << Kind; 0: any.
    std::uint16_t resultKinds = 0;
    double costNs = 30; ///< rough cost of one call, for the cost model
    FunctionBody body = nullptr;
};

/// Registry look-ups; nullptr when unknown. Names are canonical ("std::type::is_number").
[[nodiscard]] const FunctionSpec* findFunction(std::string_view canonicalName);
[[nodiscard]] std::span<const FunctionSpec* const> allFunctions();

} // namespace fuseboard
