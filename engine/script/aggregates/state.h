// SPDX-License-Identifier: Apache-2.0
// From a C++ class to the function pointers of an AggregateSpec. Private to aggregates/.
//
// A state class has: a default constructor, accumulate(arguments, sequence, context),
// merge(const State&, context) and result(context, out) const; heapBytes() const if it holds memory
// outside of itself; and kLayout if it is nothing but that struct of layout.h.
#pragma once

#include "engine/script/aggregate.h"

#include <memory>
#include <new>
#include <type_traits>

namespace fuseboard::aggregates {

template <class State> AggregateSpec specFor() {
    static_assert(sizeof(State) <= 64 && alignof(State) <= 8);
    AggregateSpec spec;
    spec.stateBytes = static_cast<std::uint16_t>((sizeof(State) + 7) / 8 * 8);
    spec.init = [](void* state) { new (state) State(); };
    spec.destroy = [](void* state) { std::destroy_at(static_cast<State*>(state)); };
    spec.accumulate = [](void* state, std::span<const Value> arguments, std::uint64_t sequence,
                         FunctionContext& context) {
        return static_cast<State*>(state)->accumulate(arguments, sequence, context);
    };
    spec.merge = [](void* state, const void* from, FunctionContext& context) {
        return static_cast<State*>(state)->merge(*static_cast<const State*>(from), context);
    };
    spec.result = [](const void* state, FunctionContext& context, Value& out) {
        return static_cast<const State*>(state)->result(context, out);
    };
    if constexpr (requires(const State& state) { state.heapBytes(); })
        spec.heapBytes = [](const void* state) {
            return static_cast<const State*>(state)->heapBytes();
        };
    else
        static_assert(std::is_trivially_destructible_v<State>);
    if constexpr (requires { State::kLayout; })
        spec.layout = State::kLayout;
    return spec;
}

/// As specFor(), named.
template <class State>
AggregateSpec describe(std::string_view name, std::string_view signature, std::string_view summary,
                       std::uint8_t minArguments, std::uint8_t maxArguments, double costNs) {
    AggregateSpec spec = specFor<State>();
    spec.name = name;
    spec.signature = signature;
    spec.summary = summary;
    spec.minArguments = minArguments;
    spec.maxArguments = maxArguments;
    spec.costNs = costNs;
    return spec;
}

} // namespace fuseboard::aggregates
