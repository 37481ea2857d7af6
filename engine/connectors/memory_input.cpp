// SPDX-License-Identifier: Apache-2.0
// Inputs that are in memory already: preloaded ones and texts.
#include "engine/connectors/chunk_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace fuseboard {

class PreloadedReader final : public ChunkReader {
public:
    explicit PreloadedReader(std::shared_ptr<const PreloadedInput> input)
        : m_input(std::move(input)) {}

    Result<bool> next(SourceChunk& chunk, std::size_t) override {
        if (m_next < m_input->m_chunks.size()) {
            chunk = m_input->m_chunks[m_next++];
            return true;
        }
        chunk = {};
        if (m_input->m_endError)
            return fail(*m_input->m_endError);
        return false;
    }
    std::uint64_t bytesRead() const override {
        const std::size_t chunks = m_input->m_chunks.size();
        return m_next == chunks ? m_input->m_rawBytes : m_input->m_rawBytes / chunks * m_next;
    }
    std::optional<std::uint64_t> totalBytes() const override { return m_input->m_rawBytes; }
    std::string inputHash() const override { return m_input->m_hash; }
    bool truncated() const override {
        return m_next == m_input->m_chunks.size() && m_input->m_endError.has_value();
    }
    std::string name() const override { return m_input->m_name; }

private:
    std::shared_ptr<const PreloadedInput> m_input;
    std::size_t m_next = 0;
};

Result<std::shared_ptr<const PreloadedInput>>
PreloadedInput::load(ChunkReader& reader, std::size_t targetBytes, std::uint64_t maxBytes) {
    auto input = std::make_shared<PreloadedInput>();
    for (;;) {
        SourceChunk chunk;
        auto more = reader.next(chunk, targetBytes);
        if (!more) {
            if (more.error().code != ErrorCode::Truncated)
                return fail(std::move(more.error()));
            input->m_endError = std::move(more.error());
            break;
        }
        if (!*more)
            break;
        input->m_memoryBytes += chunk.bytes.size();
        if (input->m_memoryBytes > maxBytes)
            return fail(ErrorCode::LimitExceeded,
                        fmt::format("{} has more than {} bytes, which is the limit for input that "
                                    "is kept in memory",
                                    reader.name(), maxBytes),
                        "save it to a file first, or raise the limit");
        input->m_chunks.push_back(std::move(chunk));
    }
    input->m_rawBytes = reader.bytesRead();
    input->m_hash = reader.inputHash();
    input->m_name = reader.name();
    return input;
}

std::unique_ptr<ChunkReader>
PreloadedInput::makeReader(std::shared_ptr<const PreloadedInput> input) {
    return std::make_unique<PreloadedReader>(std::move(input));
}

namespace {

class MemorySource final : public ByteSource {
public:
    MemorySource(std::string text, std::string name, std::size_t readBytes)
        : m_text(std::move(text)), m_name(std::move(name)), m_readBytes(readBytes) {}

    Result<std::size_t> read(std::span<char> to) override {
        const std::size_t size = std::min({to.size(), m_readBytes, m_text.size() - m_at});
        std::memcpy(to.data(), m_text.data() + m_at, size);
        m_at += size;
        return size;
    }
    std::optional<std::uint64_t> totalBytes() const override { return m_text.size(); }
    std::string name() const override { return m_name; }

private:
    std::string m_text;
    std::string m_name;
    std::size_t m_readBytes;
    std::size_t m_at = 0;
};

} // namespace

std::unique_ptr<ByteSource> makeMemorySource(std::string text, std::string name,
                                             std::size_t readBytes) {
    return std::make_unique<MemorySource>(std::move(text), std::move(name), readBytes);
}

} // namespace fuseboard
