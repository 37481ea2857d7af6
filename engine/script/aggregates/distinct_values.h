// SPDX-License-Identifier: Apache-2.0
// A set of values, exact, for counting the different ones. Values are equal as keys of a group are:
// 1 and 1.0 are two.
#pragma once

#include "engine/value/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace fuseboard::aggregates {

class DistinctValues {
public:
    DistinctValues();
    DistinctValues(const DistinctValues&) = delete;
    DistinctValues& operator=(const DistinctValues&) = delete;
    ~DistinctValues();

    /// Texts, arrays and records are copied.
    void add(const Value& value) {
        if (value.kind() == Kind::U64) [[likely]]
            addNumber(value.asU64());
        else
            addOther(value);
    }
    void merge(const DistinctValues& other);
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] std::size_t heapBytes() const;

private:
    struct Others;
    void addNumber(std::uint64_t number);
    void addOther(const Value& value);
    void grow();

    // Most keys are numbers from 0 on: they stand in a table of their own, without a copy. It has a
    // power of two of places, of which at most three in four are taken; 0 means free.
    std::unique_ptr<std::uint64_t[]> m_places;
    std::uint32_t m_placeBits = 0; ///< 0: no table yet
    bool m_holdsZero = false;
    std::uint64_t m_taken = 0;
    std::unique_ptr<Others> m_others; ///< all other kinds
};

} // namespace fuseboard::aggregates
