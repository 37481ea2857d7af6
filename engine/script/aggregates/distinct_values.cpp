// SPDX-License-Identifier: Apache-2.0
#include "engine/script/aggregates/distinct_values.h"

#include "engine/value/arena.h"

#include <tsl/robin_set.h>

#include <utility>

namespace fuseboard::aggregates {

namespace {

constexpr std::uint32_t kFirstBits = 3;

struct ValueHash {
    std::size_t operator()(const Value& value) const { return hashValue(value); }
};
struct ValueEqual {
    bool operator()(const Value& a, const Value& b) const { return strictlyEqual(a, b); }
};

/// Where to begin to look for `number`: the upper bits of a product depend on all of its bits.
std::size_t placeOf(std::uint64_t number, std::uint32_t bits) {
    return static_cast<std::size_t>((number * 0x9E3779B97F4A7C15ULL) >> (64 - bits));
}

} // namespace

struct DistinctValues::Others {
    Arena memory{256};
    tsl::robin_set<Value, ValueHash, ValueEqual> values;
};

DistinctValues::DistinctValues() = default;
DistinctValues::~DistinctValues() = default;

void DistinctValues::addNumber(std::uint64_t number) {
    if (number == 0) {
        m_holdsZero = true;
        return;
    }
    if (m_placeBits == 0) {
        m_placeBits = kFirstBits;
        m_places = std::make_unique<std::uint64_t[]>(std::size_t{1} << m_placeBits);
    }
    const std::size_t mask = (std::size_t{1} << m_placeBits) - 1;
    std::size_t at = placeOf(number, m_placeBits);
    for (; m_places[at] != 0; at = (at + 1) & mask)
        if (m_places[at] == number)
            return;
    m_places[at] = number;
    if (++m_taken * 4 > (mask + 1) * 3)
        grow();
}

void DistinctValues::grow() {
    const std::size_t before = std::size_t{1} << m_placeBits;
    const auto old = std::move(m_places);
    ++m_placeBits;
    m_places = std::make_unique<std::uint64_t[]>(2 * before);
    for (std::size_t i = 0; i < before; ++i) {
        if (old[i] == 0)
            continue;
        std::size_t at = placeOf(old[i], m_placeBits);
        while (m_places[at] != 0)
            at = (at + 1) & (2 * before - 1);
        m_places[at] = old[i];
    }
}

void DistinctValues::addOther(const Value& value) {
    if (m_others == nullptr)
        m_others = std::make_unique<Others>();
    if (!m_others->values.contains(value))
        m_others->values.insert(deepCopy(value, m_others->memory));
}

void DistinctValues::merge(const DistinctValues& other) {
    m_holdsZero = m_holdsZero || other.m_holdsZero;
    if (other.m_placeBits != 0)
        for (std::size_t i = 0; i < std::size_t{1} << other.m_placeBits; ++i)
            if (other.m_places[i] != 0)
                addNumber(other.m_places[i]);
    if (other.m_others != nullptr)
        for (const Value& value : other.m_others->values)
            addOther(value);
}

std::uint64_t DistinctValues::size() const {
    return m_taken + (m_holdsZero ? 1U : 0U) + (m_others == nullptr ? 0 : m_others->values.size());
}

std::size_t DistinctValues::heapBytes() const {
    std::size_t bytes = m_placeBits == 0 ? 0 : sizeof(std::uint64_t) << m_placeBits;
    if (m_others != nullptr)
        bytes += sizeof(Others) + m_others->memory.reserved() +
                 m_others->values.bucket_count() * (sizeof(Value) + sizeof(std::uint64_t));
    return bytes;
}

} // namespace fuseboard::aggregates
