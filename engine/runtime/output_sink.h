// SPDX-License-Identifier: Apache-2.0
// One sink of a run: merges the ports that it serves, prints rows, writes and hashes the bytes in
// row order.
#pragma once

#include "engine/connectors/byte_sink.h"
#include "engine/formats/row_encoder.h"
#include "engine/measure/histogram.h"
#include "engine/runtime/batch.h"
#include "engine/runtime/run.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

namespace fuseboard {

/// One morsel's rows as bytes.
struct EncodedMorsel {
    std::string bytes;
    std::shared_ptr<const PrintedRows> printed; ///< instead of bytes
    std::uint64_t rows = 0;                     ///< written: a batch counts each of its rows
    std::uint64_t events = 0;                   ///< taken from the edges
    std::uint64_t arrivalNs = 0;
    EncodeCounters counters;
    std::uint64_t firstCutRow = 0; ///< from 1: of those with fields that were left out; 0: none

    [[nodiscard]] std::string_view text() const {
        return printed != nullptr ? printed->text() : std::string_view(bytes);
    }
};

class OutputSink {
public:
    /// Opens the sink. NotWritable, NotFound.
    [[nodiscard]] static Result<std::unique_ptr<OutputSink>> open(const OutputRequest& request,
                                                                  std::string name);

    /// Whether encode() must be called in the order of morsels.
    [[nodiscard]] bool ordered() const { return m_encoder->needsFirstRow(); }
    /// Whether rows may come printed as NDJSON.
    [[nodiscard]] bool takesNdjson() const { return m_format == Format::Ndjson; }
    /// Prints the rows with keys up to `cut` (inclusive), if there is one. Any thread (one at a
    /// time and in order if ordered()).
    [[nodiscard]] EncodedMorsel encode(const Morsel& morsel, std::span<const EdgeBatch> inputs,
                                       const std::optional<RowKey>& cut);
    /// Hands over morsel `ordinal`; writes all that are next in order. Any thread; writing happens
    /// in one of them at a time. Errors of the sink come back once.
    [[nodiscard]] Status commit(std::uint64_t ordinal, EncodedMorsel encoded);
    /// Makes the output visible under its name. Not after a failure.
    [[nodiscard]] Status finish();
    /// Instead of finish() when the run was cancelled: keeps the rows written so far, if there are
    /// any. The name of the file that holds them; empty: there is none apart.
    [[nodiscard]] Result<std::string> keepPart();

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] SinkResult result() const;
    /// So far. Any thread.
    [[nodiscard]] Histogram latency() const;
    [[nodiscard]] std::uint64_t nonFinite() const { return m_nonFinite; }
    /// What the output does not hold of its rows, for people; empty: it holds all.
    [[nodiscard]] std::string lossText() const;
    void measureLatency(bool on) { m_measures = on; }

private:
    OutputSink() = default;
    Status write(const EncodedMorsel& encoded);
    void encodeRow(const Value& data, bool isBatch, EncodedMorsel& into);

    std::string m_name;
    Format m_format = Format::Ndjson;
    std::unique_ptr<ByteSink> m_sink; ///< null: discard
    std::unique_ptr<RowEncoder> m_encoder;
    std::function<void(std::string_view)> m_watch; ///< may be empty
    bool m_measures = true;

    mutable std::mutex m_mutex; // guards what follows
    std::map<std::uint64_t, EncodedMorsel> m_waiting;
    std::uint64_t m_next = 0;
    bool m_writing = false;
    Histogram m_latency;

    // Touched by the one thread that writes.
    std::optional<Error> m_failure;
    StableHasher m_hasher;
    std::uint64_t m_rows = 0, m_bytes = 0, m_nonFinite = 0;
    std::uint64_t m_cutFields = 0, m_firstCutRow = 0;
    std::string m_cutNames;
};

} // namespace fuseboard
