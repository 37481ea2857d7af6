// SPDX-License-Identifier: Apache-2.0
// What the shapes of the generator have in common. Private to engine/connectors.
#pragma once

#include "engine/connectors/generator.h"
#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine.
class GeneratorRandom {
public:
    explicit GeneratorRandom(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next();
    /// 0 … bound - 1; 0 for a bound of 0. The bias of at most bound / 2^64 does not matter here.
    std::uint64_t below(std::uint64_t bound);
    bool chance(double probability);
    template <std::size_t N> std::string_view pick(const std::string_view (&choices)[N]) {
        return choices[below(N)];
    }

private:
    std::uint64_t m_state;
};

/// Draws key numbers from 0, all alike or by Zipf's law (0 is the most frequent).
class KeyPicker {
public:
    KeyPicker(std::uint64_t keys, double skew);
    std::uint64_t pick(GeneratorRandom& random) const;

private:
    std::uint64_t m_keys;
    std::vector<std::uint64_t> m_thresholds; // cumulative, in 2^-53
};

/// What one row is made from.
struct RowContext {
    GeneratorRandom& random;
    Arena& arena;
    std::uint64_t row;
    std::uint64_t key;
    std::uint64_t timeMs;
    Format format;

    /// `thousandths` / 1000 and so on: exact divisions, so the text is the same everywhere.
    [[nodiscard]] static Value decimal(std::uint64_t units, std::uint64_t scale) {
        return Value::f64(static_cast<double>(units) / static_cast<double>(scale));
    }
    [[nodiscard]] Value text(std::string_view literal) const { return Value::string(literal); }
    [[nodiscard]] Value copied(std::string_view made) const {
        return Value::string(arena.copy(made));
    }
};

/// Collects the fields of one row and applies its faults: a leaf left out, a leaf of another type.
class RowMaker {
public:
    static constexpr std::size_t kNone = std::size_t(-1);
    RowMaker(Arena& arena, std::size_t drop, std::size_t change)
        : m_arena(arena), m_drop(drop), m_change(change) {}

    void open(std::string_view key);
    void close();
    /// A field that no fault touches.
    void fixed(std::string_view key, Value value) { m_fields.push_back({key, value}); }
    /// A field that may be missing or of another type.
    void leaf(std::string_view key, Value value);
    [[nodiscard]] Value finish();

private:
    struct Open {
        std::string_view key;
        std::size_t first;
    };
    Arena& m_arena;
    std::size_t m_drop;
    std::size_t m_change;
    std::size_t m_leaf = 0;
    std::vector<Field> m_fields;
    std::vector<Open> m_open;
};

/// A column of the CSV form: `inner` of record `outer`, or `inner` of the event itself.
struct ShapeColumn {
    std::string_view outer;
    std::string_view inner;
};

/// One shape: its file defines one of these.
struct ShapeMaker {
    GeneratorShape info;
    std::uint64_t defaultKeys = 1;
    std::size_t leaves = 1; ///< how many leaf() calls a row makes at least
    std::span<const ShapeColumn> columns;
    void (*make)(RowMaker& row, RowContext& context) = nullptr;
    /// The row as a log line; nullptr if the shape has none.
    void (*line)(const Value& row, std::string& out) = nullptr;
    /// The row as CSV where its fields alone do not say how; nullptr: printed from `columns`.
    void (*csv)(const Value& row, std::string& out) = nullptr;
};

const ShapeMaker& metricsShape();
const ShapeMaker& logsShape();
const ShapeMaker& ordersShape();
const ShapeMaker& nestedShape();
const ShapeMaker& nexmarkShape();
const ShapeMaker& readingsShape();
const ShapeMaker& lineitemShape();

/// A point of time (UTC) as calendar and clock.
struct CivilTime {
    std::int64_t year;
    unsigned month; ///< from 1
    unsigned day;
    unsigned hour;
    unsigned minute;
    unsigned second;
    unsigned millisecond;
};
[[nodiscard]] CivilTime civilTime(std::uint64_t timeMs);

} // namespace fuseboard
