// SPDX-License-Identifier: Apache-2.0
// Rows on their way to a file: a buffer that is written when it is full, and numbers in their
// shortest form.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <unistd.h>

namespace fuseboard::peers {

class RowOutput {
public:
    explicit RowOutput(const char* path)
        : m_file(::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)),
          m_bytes(std::make_unique<char[]>(kSize + kMargin)) {}
    ~RowOutput() {
        flush();
        ::close(m_file);
    }
    RowOutput(const RowOutput&) = delete;
    RowOutput& operator=(const RowOutput&) = delete;
    [[nodiscard]] bool good() const { return m_file >= 0 && !m_failed; }

    /// Before each row, which may be up to kMargin bytes long.
    void beginRow() {
        if (m_filled >= kSize)
            flush();
    }
    void add(std::string_view text) {
        std::memcpy(m_bytes.get() + m_filled, text.data(), text.size());
        m_filled += text.size();
    }
    void add(std::uint64_t number) {
        char* const at = m_bytes.get() + m_filled;
        m_filled += static_cast<std::size_t>(std::to_chars(at, at + 24, number).ptr - at);
    }
    /// The shortest text that reads back as `number`.
    void add(double number) {
        if (!addDecimal(number)) {
            char* const at = m_bytes.get() + m_filled;
            m_filled += static_cast<std::size_t>(std::to_chars(at, at + 32, number).ptr - at);
        }
    }
    void flush() {
        std::size_t done = 0;
        while (done < m_filled) {
            const ssize_t put = ::write(m_file, m_bytes.get() + done, m_filled - done);
            if (put <= 0) {
                m_failed = true;
                break;
            }
            done += static_cast<std::size_t>(put);
        }
        m_filled = 0;
    }

    static constexpr std::size_t kMargin = std::size_t{64} << 10U;

private:
    /// Numbers of at most four decimals and fifteen digits: no other decimal of as few digits is
    /// the same double, so what reads back is the shortest.
    bool addDecimal(double number) {
        if (!(std::fabs(number) < 1e10))
            return false;
        static constexpr double kScales[] = {1, 10, 100, 1000, 10'000};
        for (std::size_t decimals = 1; decimals < 5; ++decimals) {
            const double scaled = std::nearbyint(number * kScales[decimals]);
            if (scaled / kScales[decimals] == number) {
                addFixed(static_cast<std::int64_t>(scaled), decimals, std::signbit(number));
                return true;
            }
        }
        return false;
    }
    void addFixed(std::int64_t scaled, std::size_t decimals, bool negative) {
        char digits[24];
        std::uint64_t rest = static_cast<std::uint64_t>(scaled < 0 ? -scaled : scaled);
        char* at = digits + sizeof digits;
        for (std::size_t i = 0; i < decimals; ++i, rest /= 10)
            *--at = static_cast<char>('0' + rest % 10);
        *--at = '.';
        do {
            *--at = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (negative)
            *--at = '-';
        add(std::string_view(at, static_cast<std::size_t>(digits + sizeof digits - at)));
    }

    static constexpr std::size_t kSize = std::size_t{256} << 10U;
    int m_file;
    std::unique_ptr<char[]> m_bytes;
    std::size_t m_filled = 0;
    bool m_failed = false;
};

} // namespace fuseboard::peers
