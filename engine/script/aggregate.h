// SPDX-License-Identifier: Apache-2.0
// Aggregate functions: a fixed-size state, fed row by row, merged frame into frame.
#pragma once

#include "engine/script/aggregates/layout.h"
#include "engine/script/function.h"

namespace fuseboard {

/// State memory is plain bytes owned by the caller (a group table), so that interpreter, compiled
/// code and probe share one layout. `destroy` frees what the state holds outside of it.
struct AggregateSpec {
    std::string_view name; ///< canonical: "aggr::stats::mean"
    std::string_view signature;
    std::string_view summary;
    std::uint8_t minArguments = 0;
    std::uint8_t maxArguments = 0;
    std::uint16_t stateBytes = 0; ///< at most 64, 8-aligned
    /// Other than Opaque: the state is a struct of layout.h, which generated code updates in place.
    aggregates::StateLayout layout = aggregates::StateLayout::Opaque;
    void (*init)(void* state) = nullptr;
    void (*destroy)(void* state) = nullptr;
    /// `sequence` is the source sequence number of the row: float sums are folded over blocks of
    /// 65,536 of them (docs: semantics of numbers). Strings are copied into the state.
    bool (*accumulate)(void* state, std::span<const Value> arguments, std::uint64_t sequence,
                       FunctionContext& context) = nullptr;
    /// Merges `older` frames' state `from` into `state`; called oldest frame first.
    bool (*merge)(void* state, const void* from, FunctionContext& context) = nullptr;
    /// The value now; lives in context.arena.
    bool (*result)(const void* state, FunctionContext& context, Value& out) = nullptr;
    /// Heap bytes that the state holds besides stateBytes. Null: it never holds any, and destroy()
    /// need not be called.
    std::size_t (*heapBytes)(const void* state) = nullptr;
    double costNs = 20;
};

[[nodiscard]] const AggregateSpec* findAggregate(std::string_view canonicalName);
[[nodiscard]] std::span<const AggregateSpec* const> allAggregates();

} // namespace fuseboard
