// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/source_reader.h"

#include "engine/base/clock.h"

#include <chrono>

namespace fuseboard {

namespace {
constexpr std::size_t kQueuedBytes = 2U << 20U;
constexpr std::size_t kQueuedChunks = 8;
} // namespace

SourceReader::SourceReader(std::unique_ptr<ChunkReader> reader, Settings settings,
                           std::function<void()> arrived)
    : m_reader(std::move(reader)), m_settings(settings), m_arrived(std::move(arrived)),
      m_total(m_reader->totalBytes()),
      m_target(settings.batchBytes != 0 ? settings.batchBytes : kFirstBatchBytes) {}

SourceReader::~SourceReader() {
    stop();
}

void SourceReader::start() {
    m_beganNs = monotonicNs();
    m_thread = std::thread([this] { loop(); });
}

void SourceReader::stop() {
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_room.notify_all();
    m_reader->interrupt();
    if (m_thread.joinable())
        m_thread.join();
}

void SourceReader::loop() {
    while (true) {
        SourceChunk chunk;
        std::size_t target = 0;
        {
            const std::lock_guard lock(m_mutex);
            if (m_stop)
                return;
            target = m_settings.oneRowBatches ? 1 : m_target;
        }
        Result<bool> more = m_reader->next(chunk, target);
        {
            const std::lock_guard lock(m_mutex);
            if (m_stop)
                return;
            m_bytesRead = m_reader->bytesRead();
            if (!more)
                m_failure = more.error();
            if (!more || !*more)
                m_hash = m_reader->inputHash();
        }
        if (!more || !*more) {
            put(std::move(chunk), true);
            return;
        }
        if (!put(std::move(chunk), false))
            return;
    }
}

// Under an offered load a chunk is let go when its last row is due; its rows arrived as scheduled.
void SourceReader::pace(std::uint64_t rows, std::uint64_t& arrival) {
    const double perRow = 1e9 / m_settings.rate;
    arrival = m_beganNs + static_cast<std::uint64_t>(static_cast<double>(m_offered) * perRow);
    m_offered += rows;
    const auto due =
        m_beganNs + static_cast<std::uint64_t>(static_cast<double>(m_offered) * perRow);
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        const std::uint64_t now = monotonicNs();
        if (now >= due)
            return;
        m_room.wait_for(lock, std::chrono::nanoseconds(due - now));
    }
}

bool SourceReader::put(SourceChunk chunk, bool last) {
    ArrivedChunk arrived;
    arrived.arrivalNs = monotonicNs();
    if (m_settings.rate > 0 && !last)
        pace(countLines(chunk.bytes).rows + chunk.skipped.size(), arrived.arrivalNs);
    arrived.wallNs = wallNs();
    arrived.last = last;
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [&] {
            return m_stop || m_queue.empty() ||
                   (m_queue.size() < kQueuedChunks && m_queuedBytes < kQueuedBytes);
        });
        if (m_stop)
            return false;
        arrived.ordinal = m_ordinal++;
        m_queuedBytes += chunk.bytes.size();
        arrived.chunk = std::move(chunk);
        m_queue.push_back(std::move(arrived));
    }
    m_arrived();
    return true;
}

bool SourceReader::hasChunk() const {
    const std::lock_guard lock(m_mutex);
    return !m_queue.empty();
}

std::optional<ArrivedChunk> SourceReader::take() {
    std::optional<ArrivedChunk> taken;
    bool roomy = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_queue.empty())
            return std::nullopt;
        taken = std::move(m_queue.front());
        m_queue.pop_front();
        m_queuedBytes -= taken->chunk.bytes.size();
        // The thread reads several pieces each time that it is woken up.
        roomy = m_queue.size() <= kQueuedChunks / 2 && m_queuedBytes <= kQueuedBytes / 2;
    }
    if (roomy)
        m_room.notify_one();
    return taken;
}

void SourceReader::setTarget(std::size_t bytes) {
    const std::lock_guard lock(m_mutex);
    if (m_settings.batchBytes == 0)
        m_target = bytes;
}

std::optional<Error> SourceReader::failure() const {
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

std::uint64_t SourceReader::bytesRead() const {
    const std::lock_guard lock(m_mutex);
    return m_bytesRead;
}

std::string SourceReader::inputHash() const {
    const std::lock_guard lock(m_mutex);
    return m_hash;
}

} // namespace fuseboard
