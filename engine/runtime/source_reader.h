// SPDX-License-Identifier: Apache-2.0
// The I/O thread of one source: reads chunks ahead into a bounded queue, paced under an offered
// load.
#pragma once

#include "engine/connectors/source.h"
#include "engine/runtime/decoded_chunk.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace fuseboard {

/// Thread-safe. The thread ends at the end of input, at an error, or at stop().
class SourceReader {
public:
    struct Settings {
        std::uint64_t batchBytes = 0; ///< 0: adapts through setTarget()
        bool oneRowBatches = false;
        double rate = 0; ///< rows per second; 0: unlimited
    };
    /// `arrived` is called from the thread after each new chunk.
    SourceReader(std::unique_ptr<ChunkReader> reader, Settings settings,
                 std::function<void()> arrived);
    ~SourceReader();
    void start();
    void stop();

    [[nodiscard]] bool hasChunk() const;
    [[nodiscard]] std::optional<ArrivedChunk> take();
    /// Bytes of the pieces to read from now on.
    void setTarget(std::size_t bytes);
    /// What ended the reading early; Truncated keeps all rows before it.
    [[nodiscard]] std::optional<Error> failure() const;
    [[nodiscard]] std::uint64_t bytesRead() const;
    [[nodiscard]] std::optional<std::uint64_t> totalBytes() const { return m_total; }
    [[nodiscard]] std::string inputHash() const; ///< after the end

private:
    void loop();
    bool put(SourceChunk chunk, bool last);
    void pace(std::uint64_t rows, std::uint64_t& arrival);

    std::unique_ptr<ChunkReader> m_reader;
    Settings m_settings;
    std::function<void()> m_arrived;
    std::optional<std::uint64_t> m_total;
    mutable std::mutex m_mutex;
    std::condition_variable m_room;
    std::deque<ArrivedChunk> m_queue;
    std::size_t m_queuedBytes = 0;
    std::size_t m_target;
    std::uint64_t m_ordinal = 0, m_bytesRead = 0, m_offered = 0, m_beganNs = 0;
    bool m_stop = false;
    std::optional<Error> m_failure;
    std::string m_hash;
    std::thread m_thread;
};

/// Sizes of input pieces: small enough for a batch to stay in cache, large enough to hide the cost
/// of a hand-over.
inline constexpr std::size_t kLeastBatchBytes = 16U << 10U;
inline constexpr std::size_t kFirstBatchBytes = 64U << 10U;
/// Of input that is kept in packed columns, of which little is read at a time.
inline constexpr std::size_t kPackedBatchBytes = 1U << 20U;
inline constexpr std::size_t kMostBatchBytes = 512U << 10U;

} // namespace fuseboard
