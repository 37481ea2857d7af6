// SPDX-License-Identifier: Apache-2.0
// Made-up but plausible data, repeatable to the byte on every machine for a given seed.
#pragma once

#include "engine/base/result.h"
#include "engine/connectors/byte_source.h"
#include "engine/formats/row_decoder.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// What to generate. Probabilities are between 0 and 1 and drawn per row.
struct GeneratorOptions {
    std::string shape = "metrics"; ///< one of generatorShapes()
    std::uint64_t rows = 1000;
    std::uint64_t seed = 1;
    std::uint64_t keys = 0; ///< distinct hosts, clients, customers; 0: the shape's own default
    double skew = 0;        ///< Zipf exponent of the keys; 0: all alike
    /// "" or "none": even. "EVERY:LENGTH:FACTOR": in the first LENGTH of every EVERY rows, event
    /// time runs FACTOR times slower (as many more events a second).
    std::string burst;
    double faults = 0;            ///< malformed rows
    double late = 0;              ///< rows whose time lies up to 30 s back
    double missing = 0;           ///< rows without one of their fields
    double typeChange = 0;        ///< rows with a field of another type
    std::optional<Format> format; ///< default: the shape's own
    std::uint64_t startTimeMs = 1'700'000'000'000;
    double eventsPerSecond = 1000;
};

/// One shape, for help texts.
struct GeneratorShape {
    std::string_view name;
    std::string_view about;
    std::span<const Format> formats; ///< the default first
};
[[nodiscard]] std::span<const GeneratorShape> generatorShapes();

/// The bytes, with a CSV header. UnknownName for the shape, Unsupported for a format that it does
/// not have, InvalidArgument for options out of range; each hint names what there is.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> makeGenerator(const GeneratorOptions& options);

/// From `SHAPE` or `SHAPE?rows=1000&seed=7&keys=50&skew=1.1&burst=…&faults=0.01&late=…&missing=…&
/// type-change=…&format=csv&start=…&rate=…` (the location `generate:…` without its prefix).
[[nodiscard]] Result<GeneratorOptions> parseGeneratorOptions(std::string_view text);

} // namespace fuseboard
