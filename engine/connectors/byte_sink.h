// SPDX-License-Identifier: Apache-2.0
// ByteSink: where encoded rows go.
#pragma once

#include "engine/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Takes bytes from one thread at a time. Without finish() or keepPart() a file sink leaves nothing
/// behind.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    /// NotWritable with path and hint when the disk is full or the reader of a pipe went away.
    [[nodiscard]] virtual Status write(std::string_view bytes) = 0;
    /// Flushes and makes the result visible. Nothing may be written afterwards.
    [[nodiscard]] virtual Status finish() = 0;
    /// Instead of finish() when the output is not complete: flushes, and keeps what was written
    /// where it cannot be taken for the whole (of a file: as FILE.partial, replacing an older one).
    /// The name of that file; empty where the bytes are in their place already.
    [[nodiscard]] virtual Result<std::string> keepPart() {
        FB_TRY(finish());
        return std::string();
    }
    /// What messages call it.
    [[nodiscard]] virtual std::string name() const = 0;
};

/// Opens `-` (standard output), `discard:`, or a file, compressed if it ends in .gz or .zst. A file
/// is written beside its name (FILE.partial-…) and renamed by finish(), so that a failed run never
/// leaves half of it under the final name; devices and pipes are written directly.
[[nodiscard]] Result<std::unique_ptr<ByteSink>> openSink(const std::string& location);

/// What runs that were killed have left beside the file `location` (FILE.partial-…), by name.
[[nodiscard]] std::vector<std::string> leftParts(const std::string& location);

/// Appends to `out`, which must outlive the sink.
[[nodiscard]] std::unique_ptr<ByteSink> makeMemorySink(std::string& out);
/// Keeps nothing, but hashes everything: `hash`, if given, receives stableHashText at finish().
[[nodiscard]] std::unique_ptr<ByteSink> makeDiscardSink(std::string* hash = nullptr);

} // namespace fuseboard
