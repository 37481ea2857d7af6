// SPDX-License-Identifier: Apache-2.0
// LineReader: raw bytes, decompressed, cut into chunks of whole lines in bounded memory.
#include "engine/base/stable_hash.h"
#include "engine/connectors/chunk_reader.h"
#include "engine/connectors/decompress.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::size_t kRawBuffer = 256 * 1024;
constexpr std::size_t kMagicBytes = 6;

/// Plain bytes of a source, whatever its compression.
class PlainBytes {
public:
    explicit PlainBytes(std::unique_ptr<ByteSource> source) : m_source(std::move(source)) {}

    Status open() {
        m_raw.resize(kRawBuffer);
        while (m_rawEnd < kMagicBytes && !m_rawEnded)
            FB_TRY(readRaw());
        FB_TRY_ASSIGN(m_decompressor, makeDecompressor(raw(), m_archive));
        return {};
    }

    /// Fills the front of `to`; 0 at the end. An archive that stops too early is Truncated.
    Result<std::size_t> read(std::span<char> to) {
        if (m_decompressor != nullptr)
            return readArchive(to);
        if (m_rawBegin < m_rawEnd) {
            const std::size_t size = std::min(to.size(), m_rawEnd - m_rawBegin);
            std::memcpy(to.data(), m_raw.data() + m_rawBegin, size);
            m_rawBegin += size;
            return size;
        }
        if (m_rawEnded)
            return std::size_t{0};
        auto size = m_source->read(to);
        if (size)
            take({to.data(), *size});
        return size;
    }

    [[nodiscard]] bool isArchive() const { return m_decompressor != nullptr; }
    [[nodiscard]] const ByteSource& source() const { return *m_source; }
    void interrupt() noexcept { m_source->interrupt(); }
    [[nodiscard]] std::uint64_t bytesRead() const { return m_bytesRead; }
    [[nodiscard]] std::string hash() const { return m_hasher.text(); }

private:
    [[nodiscard]] std::string_view raw() const {
        return {m_raw.data() + m_rawBegin, m_rawEnd - m_rawBegin};
    }

    void take(std::string_view bytes) {
        m_hasher.update(bytes);
        m_bytesRead += bytes.size();
        m_rawEnded = bytes.empty();
    }

    Status readRaw() {
        if (m_rawBegin == m_rawEnd)
            m_rawBegin = m_rawEnd = 0;
        FB_TRY_ASSIGN(const std::size_t size, m_source->read(std::span(m_raw).subspan(m_rawEnd)));
        take({m_raw.data() + m_rawEnd, size});
        m_rawEnd += size;
        return {};
    }

    Result<std::size_t> readArchive(std::span<char> to) {
        for (;;) {
            if (m_rawBegin == m_rawEnd && !m_rawEnded)
                FB_TRY(readRaw());
            FB_TRY_ASSIGN(const Decompressor::Step done, m_decompressor->step(raw(), to));
            const bool atEnd = m_rawEnded && m_rawBegin == m_rawEnd;
            m_rawBegin += done.consumed;
            if (done.produced > 0)
                return done.produced;
            if (atEnd) {
                if (m_decompressor->complete())
                    return std::size_t{0};
                return fail(ErrorCode::Truncated,
                            "the " + std::string(m_archive) + " archive ends too early",
                            "its complete rows were kept; get a whole copy of the file");
            }
            if (done.consumed == 0 && m_rawBegin < m_rawEnd)
                return fail(ErrorCode::InvalidSyntax,
                            "damaged " + std::string(m_archive) + " data: unreadable",
                            "the rows before the damage were kept");
        }
    }

    std::unique_ptr<ByteSource> m_source;
    std::unique_ptr<Decompressor> m_decompressor;
    std::string_view m_archive;
    StableHasher m_hasher;
    std::uint64_t m_bytesRead = 0;
    std::vector<char> m_raw;
    std::size_t m_rawBegin = 0;
    std::size_t m_rawEnd = 0;
    bool m_rawEnded = false;
};

} // namespace

struct LineReader::State {
    State(std::unique_ptr<ByteSource> source, std::size_t limit)
        : bytes(std::move(source)), maxEventBytes(limit) {}

    PlainBytes bytes;
    std::size_t maxEventBytes;
    // Bytes not yet given away: [begin, end) of a buffer that chunks share and nobody overwrites.
    std::shared_ptr<char[]> buffer;
    std::size_t capacity = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool shared = false; // a chunk views the buffer: decoders may load past the chunk's end
    bool ended = false;
    std::optional<Error> failure; // what ended it
    std::uint64_t nextLine = 1;
    std::uint64_t nextRow = 0;

    [[nodiscard]] std::string_view rest() const { return {buffer.get() + begin, end - begin}; }

    /// Makes a buffer with room for `wanted` bytes beyond the rest, unless there is room already.
    void makeRoom(std::size_t wanted) {
        if (!shared && capacity - end >= wanted)
            return;
        const std::size_t kept = end - begin;
        capacity = kept + wanted;
        auto larger = std::make_shared_for_overwrite<char[]>(capacity + kChunkPadding);
        if (kept > 0)
            std::memcpy(larger.get(), buffer.get() + begin, kept);
        std::memset(larger.get() + capacity, 0, kChunkPadding);
        buffer = std::move(larger);
        shared = false;
        begin = 0;
        end = kept;
    }

    /// Reads into the room there is, once. Returns whether the room was filled.
    bool readOnce() {
        const std::size_t room = capacity - end;
        auto got = bytes.read({buffer.get() + end, room});
        if (!got) {
            stop(std::move(got.error()));
            return false;
        }
        ended = *got == 0;
        end += *got;
        return *got == room;
    }

    void stop(Error error) {
        if (error.place.file.empty())
            error.place.file = bytes.source().name();
        failure = std::move(error);
        ended = true;
        // What follows the last newline is a piece of a line, and no row.
        const std::size_t newline = rest().rfind('\n');
        end = newline == std::string_view::npos ? begin : begin + newline + 1;
    }

    /// Reads until the room is used up; a live stream is not kept waiting once it gave a whole
    /// line.
    void fill() {
        const std::size_t before = end;
        while (!ended && end < capacity) {
            const bool full = readOnce();
            const std::string_view fresh(buffer.get() + before, end - before);
            if (!full && !bytes.isArchive() && fresh.find('\n') != std::string_view::npos)
                return;
        }
    }

    void take(SourceChunk& chunk, std::size_t targetBytes);
    void skipLine(SourceChunk& chunk);
};

/// Gives away whole lines at the front until there are enough bytes, up to and including the first
/// too long ones.
void LineReader::State::take(SourceChunk& chunk, std::size_t targetBytes) {
    chunk.memory = std::shared_ptr<const char>(buffer, buffer.get());
    shared = true;
    chunk.firstLine = nextLine;
    chunk.firstRow = nextRow;
    const std::string_view text = rest();
    std::size_t size = 0; // of the lines that are kept
    std::size_t at = 0;
    while (at < text.size() && size < std::max<std::size_t>(targetBytes, 1)) {
        const auto* newline =
            static_cast<const char*>(std::memchr(text.data() + at, '\n', text.size() - at));
        if (newline == nullptr && !ended)
            break;
        const std::size_t next =
            newline == nullptr ? text.size() : static_cast<std::size_t>(newline - text.data()) + 1;
        const std::size_t length = next - at - (newline == nullptr ? 0 : 1);
        if (length > maxEventBytes) [[unlikely]] {
            chunk.skipped.push_back({nextLine++, nextRow++, length});
            at = next;
            continue;
        }
        if (!chunk.skipped.empty())
            break;
        const bool surelyRow = static_cast<unsigned char>(text[at]) > ' ';
        nextRow += surelyRow || !isBlankLine(text.substr(at, length)) ? 1U : 0U;
        ++nextLine;
        at = next;
        size = at;
    }
    chunk.bytes = text.substr(0, size);
    begin += at;
    if (begin < end && !ended && end - begin > maxEventBytes && chunk.skipped.empty() &&
        rest().find('\n') == std::string_view::npos)
        skipLine(chunk);
    chunk.last = ended && begin == end && !failure;
}

/// The rest is the beginning of a line over the limit: drops it and what follows, up to its
/// newline.
void LineReader::State::skipLine(SourceChunk& chunk) {
    std::uint64_t length = end - begin;
    begin = end = 0; // dropped; makeRoom() leaves the buffer to the chunk
    for (;;) {
        makeRoom(kRawBuffer);
        readOnce();
        if (failure)
            return; // the end of this line was never seen
        const std::size_t newline = rest().find('\n');
        if (newline != std::string_view::npos || ended) {
            length += std::min(newline, rest().size());
            begin += std::min(newline + 1, rest().size());
            break;
        }
        length += rest().size();
        begin = end = 0;
    }
    chunk.skipped.push_back({nextLine++, nextRow++, length});
}

LineReader::LineReader() = default;
LineReader::~LineReader() = default;

Result<std::unique_ptr<LineReader>> LineReader::open(std::unique_ptr<ByteSource> source,
                                                     std::size_t maxEventBytes) {
    auto state = std::make_unique<State>(std::move(source), maxEventBytes);
    if (Status opened = state->bytes.open(); !opened) {
        Error error = std::move(opened.error());
        if (error.place.file.empty())
            error.place.file = state->bytes.source().name();
        return fail(std::move(error));
    }
    std::unique_ptr<LineReader> reader(new LineReader);
    reader->m_state = std::move(state);
    if (reader->peek(3).starts_with("\xEF\xBB\xBF"))
        reader->m_state->begin += 3;
    return reader;
}

Result<bool> LineReader::next(SourceChunk& chunk, std::size_t targetBytes) {
    State& state = *m_state;
    chunk = {};
    for (;;) {
        const bool wholeLine = state.rest().find('\n') != std::string_view::npos;
        const bool lastLine = state.ended && state.begin < state.end;
        if (wholeLine || lastLine || state.end - state.begin > state.maxEventBytes) {
            state.take(chunk, targetBytes);
            return true;
        }
        if (state.ended) {
            if (state.failure)
                return fail(*state.failure);
            return false;
        }
        // Twice what is there, so that a long line is copied a bounded number of times.
        const std::size_t rest = state.end - state.begin;
        state.makeRoom(std::max({targetBytes, rest, std::size_t{4096}}));
        state.fill();
    }
}

std::string_view LineReader::peek(std::size_t bytes) {
    State& state = *m_state;
    while (!state.ended && state.end - state.begin < bytes) {
        state.makeRoom(std::max(bytes, kRawBuffer));
        const bool full = state.readOnce();
        if (!full && !state.bytes.isArchive() && state.rest().find('\n') != std::string_view::npos)
            break;
    }
    return state.rest();
}

Result<std::optional<std::string>> LineReader::takeHeaderLine() {
    State& state = *m_state;
    for (;;) {
        const std::size_t newline = state.rest().find('\n');
        if (newline != std::string_view::npos || state.ended) {
            if (state.begin == state.end) {
                if (state.failure)
                    return fail(*state.failure);
                return std::nullopt;
            }
            std::string line(state.rest().substr(0, newline));
            state.begin = newline == std::string_view::npos ? state.end : state.begin + newline + 1;
            ++state.nextLine;
            if (isBlankLine(line))
                continue;
            if (line.ends_with('\r'))
                line.pop_back();
            return line;
        }
        if (state.end - state.begin > state.maxEventBytes)
            return fail(Error(ErrorCode::LimitExceeded,
                              "the header line is longer than the limit of one event",
                              "raise --max-event-bytes or check that the file is CSV")
                            .at({.file = name(), .line = 1, .column = 0, .sourceLine = {}}));
        state.makeRoom(std::max(state.end - state.begin, kRawBuffer));
        state.readOnce();
    }
}

std::uint64_t LineReader::bytesRead() const {
    return m_state->bytes.bytesRead();
}
std::optional<std::uint64_t> LineReader::totalBytes() const {
    return m_state->bytes.source().totalBytes();
}
std::string LineReader::inputHash() const {
    return m_state->bytes.hash();
}
bool LineReader::truncated() const {
    return m_state->failure && m_state->failure->code == ErrorCode::Truncated;
}
void LineReader::interrupt() noexcept {
    m_state->bytes.interrupt();
}

std::string LineReader::name() const {
    return m_state->bytes.source().name();
}

} // namespace fuseboard
