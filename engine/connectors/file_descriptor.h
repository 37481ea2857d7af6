// SPDX-License-Identifier: Apache-2.0
// An owned file descriptor, and reading and writing through it. Private to engine/connectors.
#pragma once

#include "engine/base/result.h"

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace fuseboard {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number, bool owned = true) : m_number(number), m_owned(owned) {}
    FileDescriptor(FileDescriptor&& other) noexcept
        : m_number(std::exchange(other.m_number, -1)), m_owned(other.m_owned) {}
    FileDescriptor& operator=(FileDescriptor&&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int number() const { return m_number; }
    /// Reads once; 0 is the end. NotReadable with `name`.
    [[nodiscard]] Result<std::size_t> read(std::span<char> to, const std::string& name) const;
    /// Writes all of it. NotWritable with `name`.
    [[nodiscard]] Status write(std::string_view bytes, const std::string& name) const;
    /// Waits until what was written is on the disk; where there is none that is no failure.
    [[nodiscard]] Status sync(const std::string& name) const;
    /// Closes it, which may report an earlier failure to write.
    [[nodiscard]] Status close(const std::string& name);

private:
    int m_number = -1;
    bool m_owned = true;
};

/// Waits for bytes to read, and can be told from any thread to stop waiting.
class ReadGate {
public:
    /// See ByteSource::watch().
    void watch(const std::atomic<bool>* cancelled) { m_cancelled = cancelled; }
    void interrupt() noexcept { m_interrupted.store(true); }
    /// Returns when reading `file` does not block any more (its end, too); Cancelled when told.
    [[nodiscard]] Status wait(const FileDescriptor& file) const;

private:
    [[nodiscard]] bool stopped() const {
        return m_interrupted.load() || (m_cancelled != nullptr && m_cancelled->load());
    }
    const std::atomic<bool>* m_cancelled = nullptr;
    std::atomic<bool> m_interrupted{false};
};

/// NotWritable for `name` with what `number` (errno) means and what to do.
[[nodiscard]] Error writeError(const std::string& name, int number);
/// NotFound or NotReadable likewise.
[[nodiscard]] Error readError(const std::string& name, int number);

} // namespace fuseboard
