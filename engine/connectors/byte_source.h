// SPDX-License-Identifier: Apache-2.0
// ByteSource: where raw bytes come from, before lines are cut.
#pragma once

#include "engine/base/result.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace fuseboard {

/// A stream of bytes, read once from front to back by one thread.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills the front of `to` (not empty) and says how far; 0 is the end. Blocks as needed.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> to) = 0;
    /// From now on reads fail with Cancelled soon after `cancelled` (which outlives the source, or
    /// is null) became true, also those that wait. Before the first read.
    virtual void watch(const std::atomic<bool>* cancelled) { (void)cancelled; }
    /// As if the watched flag had become true. From any thread; sources that never wait ignore it.
    virtual void interrupt() noexcept {}
    /// Size of the whole stream, when known beforehand.
    [[nodiscard]] virtual std::optional<std::uint64_t> totalBytes() const { return std::nullopt; }
    /// What messages call it: the path, or `<standard input>`.
    [[nodiscard]] virtual std::string name() const = 0;
};

} // namespace fuseboard
