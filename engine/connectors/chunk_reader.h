// SPDX-License-Identifier: Apache-2.0
// ChunkReader: bytes of a source in chunks of whole lines, with line and row numbers.
#pragma once

#include "engine/base/result.h"
#include "engine/connectors/byte_source.h"
#include "engine/formats/row_decoder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// The longest line that becomes an event, in bytes without the newline.
inline constexpr std::size_t kDefaultMaxEventBytes = std::size_t{16} << 20;

/// Reads one source once, from one thread at a time. Chunks own their memory and may travel.
class ChunkReader {
public:
    virtual ~ChunkReader() = default;
    /// The next chunk of about `targetBytes` (more only for one line that is longer). False: the
    /// end; `chunk` is empty then. Rows that were read before a failure are delivered first: the
    /// error comes with the call after the last good chunk, and again with each later one.
    [[nodiscard]] virtual Result<bool> next(SourceChunk& chunk, std::size_t targetBytes) = 0;
    /// Raw bytes taken from the source so far (compressed ones, if it is).
    [[nodiscard]] virtual std::uint64_t bytesRead() const = 0;
    /// Raw size of the source, when known.
    [[nodiscard]] virtual std::optional<std::uint64_t> totalBytes() const = 0;
    /// stableHashText of the raw bytes read so far; after the end, of the input.
    [[nodiscard]] virtual std::string inputHash() const = 0;
    /// A waiting next(), and each later one, ends with Cancelled. From any thread.
    virtual void interrupt() noexcept {}
    /// Whether compressed input ended too early (known at the end).
    [[nodiscard]] virtual bool truncated() const { return false; }
    /// What messages call the source.
    [[nodiscard]] virtual std::string name() const = 0;
};

/// Cuts decompressed lines from `source`. Compression (.gz, .zst, .xz) is told by content. A
/// byte-order mark at the start is dropped; a line longer than `maxEventBytes` is skipped without
/// being buffered; the unfinished last line of a truncated archive is dropped.
class LineReader final : public ChunkReader {
public:
    /// NotReadable when the first bytes cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<LineReader>>
    open(std::unique_ptr<ByteSource> source, std::size_t maxEventBytes = kDefaultMaxEventBytes);
    ~LineReader() override;

    Result<bool> next(SourceChunk& chunk, std::size_t targetBytes) override;
    std::uint64_t bytesRead() const override;
    std::optional<std::uint64_t> totalBytes() const override;
    std::string inputHash() const override;
    bool truncated() const override;
    std::string name() const override;
    void interrupt() noexcept override;

    /// The decompressed bytes that come next, at least `bytes` of them if there are so many; does
    /// not take them. Valid until the next call.
    [[nodiscard]] std::string_view peek(std::size_t bytes);
    /// Takes the first line that is no blank one, without newline and carriage return (CSV header).
    /// Nothing when the input is empty. Only before the first next().
    [[nodiscard]] Result<std::optional<std::string>> takeHeaderLine();

private:
    LineReader();
    struct State;
    std::unique_ptr<State> m_state;
};

/// All chunks of an input, held in memory (--preload, spooled standard input). Immutable; readers
/// of it may run on several threads.
class PreloadedInput {
public:
    /// Reads `reader` to its end. LimitExceeded above `maxBytes` of decompressed input. A truncated
    /// archive keeps its rows; readers report it again at their end.
    [[nodiscard]] static Result<std::shared_ptr<const PreloadedInput>>
    load(ChunkReader& reader, std::size_t targetBytes, std::uint64_t maxBytes = std::uint64_t(-1));

    /// A reader from the start. Chunks come as they were loaded; targetBytes is ignored.
    [[nodiscard]] static std::unique_ptr<ChunkReader>
    makeReader(std::shared_ptr<const PreloadedInput> input);

    [[nodiscard]] const std::vector<SourceChunk>& chunks() const { return m_chunks; }
    [[nodiscard]] std::uint64_t memoryBytes() const { return m_memoryBytes; }

private:
    friend class PreloadedReader;
    std::vector<SourceChunk> m_chunks;
    std::uint64_t m_memoryBytes = 0;
    std::uint64_t m_rawBytes = 0;
    std::string m_hash;
    std::string m_name;
    std::optional<Error> m_endError; ///< Truncated, or nothing
};

/// A source that yields `text` in reads of at most `readBytes`. The text is copied.
[[nodiscard]] std::unique_ptr<ByteSource> makeMemorySource(std::string text,
                                                           std::string name = "<memory>",
                                                           std::size_t readBytes = std::size_t(-1));

} // namespace fuseboard
