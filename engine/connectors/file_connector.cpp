// SPDX-License-Identifier: Apache-2.0
// Files: read from front to back, written beside their name and renamed when complete.
#include "engine/connectors/connector.h"
#include "engine/connectors/file_descriptor.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fuseboard {

namespace {

class FileSource final : public ByteSource {
public:
    FileSource(FileDescriptor file, std::string path, std::optional<std::uint64_t> size)
        : m_file(std::move(file)), m_path(std::move(path)), m_size(size) {}
    Result<std::size_t> read(std::span<char> to) override {
        FB_TRY(m_gate.wait(m_file));
        return m_file.read(to, m_path);
    }
    void watch(const std::atomic<bool>* cancelled) override { m_gate.watch(cancelled); }
    void interrupt() noexcept override { m_gate.interrupt(); }
    std::optional<std::uint64_t> totalBytes() const override { return m_size; }
    std::string name() const override { return m_path; }

private:
    FileDescriptor m_file;
    ReadGate m_gate;
    std::string m_path;
    std::optional<std::uint64_t> m_size;
};

constexpr const char* kUnfinished = ".partial-"; // then the process and a number

class FileSink final : public ByteSink {
public:
    /// `partial` is empty when the file is written in place.
    FileSink(FileDescriptor file, std::string path, std::string target, std::string partial)
        : m_file(std::move(file)), m_path(std::move(path)), m_target(std::move(target)),
          m_partial(std::move(partial)) {}
    ~FileSink() override {
        if (!m_partial.empty())
            ::unlink(m_partial.c_str());
    }

    Status write(std::string_view bytes) override { return m_file.write(bytes, m_path); }
    Status finish() override { return publish(m_target); }
    Result<std::string> keepPart() override {
        if (m_partial.empty())
            return std::string();
        FB_TRY(publish(m_target + kPartEnding));
        return m_path + kPartEnding;
    }
    std::string name() const override { return m_path; }

private:
    static constexpr const char* kPartEnding = ".partial";

    // On the disk before it gets its name: a crash leaves the old file or the new one, and no run
    // that follows is slowed down by what this one has left to write.
    Status publish(const std::string& as) {
        if (!m_partial.empty())
            FB_TRY(m_file.sync(m_path));
        FB_TRY(m_file.close(m_path));
        if (m_partial.empty())
            return {};
        if (std::rename(m_partial.c_str(), as.c_str()) != 0)
            return fail(writeError(m_path, errno));
        m_partial.clear();
        return {};
    }

    FileDescriptor m_file;
    std::string m_path;   // as the user gave it
    std::string m_target; // where a symbolic link leads
    std::string m_partial;
};

Result<std::unique_ptr<ByteSource>> openFileSource(const std::string& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0)
        return fail(readError(path, errno));
    struct stat info{};
    if (::fstat(file.number(), &info) != 0)
        return fail(readError(path, errno));
    if (S_ISDIR(info.st_mode))
        return fail(readError(path, EISDIR));
    std::optional<std::uint64_t> size;
    if (S_ISREG(info.st_mode)) {
        size = static_cast<std::uint64_t>(info.st_size);
        ::posix_fadvise(file.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return std::make_unique<FileSource>(std::move(file), path, size);
}

/// The file that `path` names, through symbolic links, so that renaming does not replace a link.
std::string resolved(const std::string& path) {
    char* const real = ::realpath(path.c_str(), nullptr);
    if (real == nullptr)
        return path;
    std::string target(real);
    std::free(real);
    return target;
}

Result<std::unique_ptr<ByteSink>> openFileSink(const std::string& path) {
    struct stat info{};
    const bool exists = ::stat(path.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode))
        return fail(writeError(path, EISDIR));
    if (exists && !S_ISREG(info.st_mode)) {
        FileDescriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.number() < 0)
            return fail(writeError(path, errno));
        return std::make_unique<FileSink>(std::move(device), path, path, "");
    }
    // A file that may not be written must not be replaced either.
    if (exists && ::access(path.c_str(), W_OK) != 0)
        return fail(writeError(path, errno));
    static std::atomic<unsigned> counter{0};
    const std::string target = resolved(path);
    std::string partial =
        target + kUnfinished + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    const mode_t mode = exists ? info.st_mode & 07777U : 0666U;
    FileDescriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.number() < 0)
        return fail(writeError(path, errno));
    return std::make_unique<FileSink>(std::move(file), path, target, std::move(partial));
}

/// Whether the process that stands at the front of `text` is there no more.
bool isOfDeadProcess(std::string_view text) {
    pid_t pid = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), pid);
    return read.ec == std::errc{} && pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
}

} // namespace

std::vector<std::string> leftParts(const std::string& location) {
    std::vector<std::string> found;
    if (connectorFor(location).openSink != &openFileSink)
        return found;
    const std::filesystem::path target = resolved(location);
    const std::string prefix = target.filename().string() + kUnfinished;
    const auto folder = target.has_parent_path() ? target.parent_path() : ".";
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) &&
            isOfDeadProcess(std::string_view(name).substr(prefix.size())))
            found.push_back(entry->path().lexically_normal().string());
    }
    std::ranges::sort(found);
    return found;
}

Connector fileConnector() {
    return {"file",         "a file, plain or .gz, .zst, .xz",
            "PATH",         [](std::string_view) { return true; },
            openFileSource, openFileSink};
}

} // namespace fuseboard
