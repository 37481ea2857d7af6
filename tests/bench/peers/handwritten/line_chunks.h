// SPDX-License-Identifier: Apache-2.0
// Reads a file in pieces that fit a cache, each cut after its last newline.
#pragma once

#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <unistd.h>

namespace fuseboard::peers {

class LineChunks {
public:
    /// Behind every piece are this many bytes that may be read.
    static constexpr std::size_t kPadding = 64;

    explicit LineChunks(const char* path, std::size_t size = std::size_t{512} << 10U)
        : m_file(::open(path, O_RDONLY | O_CLOEXEC)), m_size(size),
          m_bytes(std::make_unique<char[]>(size + kPadding)) {
        ::posix_fadvise(m_file, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    ~LineChunks() { ::close(m_file); }
    LineChunks(const LineChunks&) = delete;
    LineChunks& operator=(const LineChunks&) = delete;
    [[nodiscard]] bool good() const { return m_file >= 0; }

    /// The next whole lines; empty at the end of the file. A line longer than a piece is an end
    /// too.
    [[nodiscard]] std::string_view next() {
        const std::size_t kept = m_filled - m_given;
        std::memmove(m_bytes.get(), m_bytes.get() + m_given, kept);
        m_filled = kept;
        m_given = 0;
        while (m_filled < m_size) {
            const ssize_t got = ::read(m_file, m_bytes.get() + m_filled, m_size - m_filled);
            if (got <= 0)
                break;
            m_filled += static_cast<std::size_t>(got);
        }
        const void* const last = ::memrchr(m_bytes.get(), '\n', m_filled);
        if (last != nullptr)
            m_given = static_cast<std::size_t>(static_cast<const char*>(last) - m_bytes.get()) + 1;
        return {m_bytes.get(), m_given};
    }

private:
    int m_file;
    std::size_t m_size;
    std::unique_ptr<char[]> m_bytes;
    std::size_t m_filled = 0;
    std::size_t m_given = 0;
};

} // namespace fuseboard::peers
