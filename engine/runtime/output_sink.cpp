// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/output_sink.h"

#include "engine/base/clock.h"
#include "engine/runtime/merged_rows.h"
#include "engine/runtime/written_rows.h"

#include <algorithm>

namespace fuseboard {

Result<std::unique_ptr<OutputSink>> OutputSink::open(const OutputRequest& request,
                                                     std::string name) {
    std::unique_ptr<OutputSink> sink(new OutputSink());
    sink->m_name = std::move(name);
    sink->m_watch = request.watch;
    sink->m_format = request.format;
    FB_TRY_ASSIGN(sink->m_encoder, makeRowEncoder(request.format));
    if (request.capture != nullptr) {
        sink->m_sink = makeMemorySink(*request.capture);
    } else if (request.location != "discard:") {
        FB_TRY_ASSIGN(sink->m_sink, openSink(request.location));
    }
    return sink;
}

// The rows of a batch are written one by one, batches inside batches too.
void OutputSink::encodeRow(const Value& data, bool isBatch, EncodedMorsel& into) {
    forWrittenRows(data, isBatch, [&](const Value& row) {
        if (m_encoder->needsFirstRow())
            m_encoder->fixHeader(row, into.bytes);
        m_encoder->encode(row, into.bytes, into.counters);
        ++into.rows;
        if (into.firstCutRow == 0 && into.counters.unnamedFields > 0)
            into.firstCutRow = into.rows;
    });
}

EncodedMorsel OutputSink::encode(const Morsel& morsel, std::span<const EdgeBatch> inputs,
                                 const std::optional<RowKey>& cut) {
    EncodedMorsel encoded;
    encoded.arrivalNs = morsel.arrivalNs;
    if (inputs.size() == 1 && inputs[0].printed != nullptr) {
        encoded.printed = inputs[0].printed;
        encoded.rows = encoded.printed->rows;
        encoded.events = encoded.printed->events;
        encoded.counters.nonFinite = encoded.printed->nonFinite;
        return encoded;
    }
    Arena paths(4096);
    MergedRows rows;
    for (rows.reset(inputs, paths); !rows.atEnd(); rows.next()) {
        if (cut && rows.key() > *cut)
            break;
        ++encoded.events;
        encodeRow(rows.row().data, rows.row().isBatch, encoded);
    }
    return encoded;
}

Status OutputSink::write(const EncodedMorsel& encoded) {
    m_nonFinite += encoded.counters.nonFinite;
    if (m_cutFields == 0 && encoded.firstCutRow > 0) {
        m_firstCutRow = m_rows + encoded.firstCutRow;
        m_cutNames = encoded.counters.unnamedNames;
    }
    m_cutFields += encoded.counters.unnamedFields;
    const std::string_view text = encoded.text();
    if (text.empty())
        return {};
    if (m_watch)
        m_watch(text);
    if (m_sink != nullptr)
        FB_TRY(m_sink->write(text));
    m_hasher.update(text);
    m_rows += encoded.rows;
    m_bytes += text.size();
    if (!m_measures || encoded.rows == 0)
        return {};
    const std::lock_guard lock(m_mutex);
    m_latency.record(monotonicNs() - encoded.arrivalNs, encoded.rows);
    return {};
}

Status OutputSink::commit(std::uint64_t ordinal, EncodedMorsel encoded) {
    std::unique_lock lock(m_mutex);
    m_waiting.emplace(ordinal, std::move(encoded));
    if (m_writing)
        return {};
    m_writing = true;
    Status outcome;
    while (!m_waiting.empty() && m_waiting.begin()->first == m_next) {
        const EncodedMorsel next = std::move(m_waiting.begin()->second);
        m_waiting.erase(m_waiting.begin());
        ++m_next;
        lock.unlock();
        if (!m_failure) {
            if (auto written = write(next); !written) {
                m_failure = written.error();
                outcome = std::move(written);
            }
        }
        lock.lock();
    }
    m_writing = false;
    return outcome;
}

Histogram OutputSink::latency() const {
    const std::lock_guard lock(m_mutex);
    return m_latency;
}

Status OutputSink::finish() {
    return m_sink == nullptr ? Status() : m_sink->finish();
}

Result<std::string> OutputSink::keepPart() {
    if (m_sink == nullptr || m_rows == 0 || m_failure)
        return std::string();
    return m_sink->keepPart();
}

std::string OutputSink::lossText() const {
    if (m_cutFields == 0)
        return {};
    return fmt::format("output {}: {} of the rows were left out, because the first row has no such "
                       "column; the first of them in row {}: {}",
                       m_name, m_cutFields == 1 ? "1 field" : fmt::format("{} fields", m_cutFields),
                       m_firstCutRow, m_cutNames);
}

SinkResult OutputSink::result() const {
    SinkResult result;
    result.name = m_name;
    result.rows = m_rows;
    result.bytes = m_bytes;
    result.hash = m_hasher.text();
    return result;
}

} // namespace fuseboard
