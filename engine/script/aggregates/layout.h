// SPDX-License-Identifier: Apache-2.0
// The states of the simple aggregates and what one row does to them: one definition for the
// interpreter and for generated code, which updates a state in place. Every struct is trivial, of
// standard layout, 8-aligned and, when it is new, all zero. AggregateSpec::layout says which struct
// an aggregate has.
//
// Who updates a state by these functions has to say so to the window (KeyedWindows::enter), and may
// do so only with a number: anything but a number is a failure that the generic way reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace fuseboard {

/// Rows of one source sequence block share one partial sum.
inline constexpr std::uint64_t kSumBlockRows = 65'536;

namespace aggregates {

/// Which struct of this header is an aggregate's state.
enum class StateLayout : std::uint8_t {
    Opaque,   ///< none: only the functions of the AggregateSpec know it
    Count,    ///< CountState
    CountIf,  ///< CountState; of a bool, anything else is a failure
    Sum,      ///< SumState
    Mean,     ///< MeanState
    Least,    ///< ExtremeState, updateLeast()
    Greatest, ///< ExtremeState, updateGreatest()
    Variance, ///< VarianceState; also of the deviation
};

struct CountState {
    std::uint64_t count;
};
static inline void update(CountState* state) {
    ++state->count;
}
static inline void update(CountState* state, bool holds) {
    state->count += holds ? 1 : 0;
}

/// The sum of semantics, section 8: in-order fold of sequential partial sums over blocks of source
/// sequence numbers, so that blocks may be summed by different threads.
struct SumState {
    double folded;       ///< of the blocks before
    double partial;      ///< of this block
    std::uint64_t block; ///< sequence / kSumBlockRows of the last value
};
/// Before a value of `block` is added: what was summed in another one is folded away.
static inline void bringTo(SumState* state, std::uint64_t block) {
    if (block != state->block) [[unlikely]] {
        state->folded += state->partial;
        state->partial = 0;
        state->block = block;
    }
}
static inline void update(SumState* state, double value, std::uint64_t sequence) {
    bringTo(state, sequence / kSumBlockRows);
    state->partial += value;
}

static inline double total(const SumState& state) {
    return state.folded + state.partial;
}
/// `newer` begins where `state` ended: a frame of a window that closed earlier was merged first.
static inline void merge(SumState& state, const SumState& newer) {
    state.folded = total(state) + total(newer);
    state.partial = 0;
    state.block = newer.block;
}

struct MeanState {
    SumState sum;
    std::uint64_t count;
};
static inline void update(MeanState* state, double value, std::uint64_t sequence) {
    update(&state->sum, value, sequence);
    ++state->count;
}

struct ExtremeState {
    double value;
    std::uint64_t any; ///< 1: `value` is set
};
/// A NaN that comes first stays, because nothing is less; later ones change nothing.
static inline void updateLeast(ExtremeState* state, double value) {
    if (state->any == 0 || value < state->value)
        state->value = value;
    state->any = 1;
}
static inline void updateGreatest(ExtremeState* state, double value) {
    if (state->any == 0 || value > state->value)
        state->value = value;
    state->any = 1;
}

/// Sums of the differences from the first value and of their squares, block by block like SumState.
struct VarianceState {
    std::uint64_t count;
    double shift; ///< the first value
    double sum, squares;
    double foldedSum, foldedSquares;
    std::uint64_t block;
};
static inline void foldBlock(VarianceState* state) {
    state->foldedSum += state->sum;
    state->foldedSquares += state->squares;
    state->sum = 0;
    state->squares = 0;
}
static inline void bringTo(VarianceState* state, std::uint64_t block) {
    if (block != state->block) [[unlikely]] {
        foldBlock(state);
        state->block = block;
    }
}
static inline void update(VarianceState* state, double value, std::uint64_t sequence) {
    if (state->count == 0)
        state->shift = value;
    ++state->count;
    const double difference = value - state->shift;
    bringTo(state, sequence / kSumBlockRows);
    state->sum += difference;
    state->squares += difference * difference;
}

/// Brings the state of any layout to a block, as the next value would.
static inline void bringTo(StateLayout layout, std::byte* state, std::uint64_t block) {
    switch (layout) {
    case StateLayout::Sum: bringTo(reinterpret_cast<SumState*>(state), block); break;
    case StateLayout::Mean: bringTo(&reinterpret_cast<MeanState*>(state)->sum, block); break;
    case StateLayout::Variance: bringTo(reinterpret_cast<VarianceState*>(state), block); break;
    case StateLayout::Opaque:
    case StateLayout::Count:
    case StateLayout::CountIf:
    case StateLayout::Least:
    case StateLayout::Greatest: break; // nothing depends on the block
    }
}

/// Counts `rows` values whose sums were added already, where a state counts them apart.
static inline void countRows(StateLayout layout, std::byte* state, std::uint64_t rows) {
    if (layout == StateLayout::Count)
        reinterpret_cast<CountState*>(state)->count += rows;
    else if (layout == StateLayout::Mean)
        reinterpret_cast<MeanState*>(state)->count += rows;
}

template <class State>
inline constexpr bool kIsPlainState =
    std::is_trivial_v<State> && std::is_standard_layout_v<State> && alignof(State) == 8;
static_assert(kIsPlainState<CountState> && sizeof(CountState) == 8);
static_assert(kIsPlainState<SumState> && sizeof(SumState) == 24);
static_assert(kIsPlainState<MeanState> && sizeof(MeanState) == 32);
static_assert(kIsPlainState<ExtremeState> && sizeof(ExtremeState) == 16);
static_assert(kIsPlainState<VarianceState> && sizeof(VarianceState) == 56);

} // namespace aggregates
} // namespace fuseboard
