// SPDX-License-Identifier: Apache-2.0
#include "app/bench/child_process.h"

#include "engine/base/clock.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace fuseboard {

namespace {

constexpr int kLookMs = 20; // how often the memory of a child is looked up

double secondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// The greatest resident size so far; 0 when it is not known any more.
std::uint64_t peakOf(pid_t pid) {
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    std::string line;
    while (std::getline(status, line)) {
        unsigned long long kibibytes = 0;
        if (std::sscanf(line.c_str(), "VmHWM: %llu", &kibibytes) == 1)
            return kibibytes * 1024;
    }
    return 0;
}

/// Looks at the child until it ends, without delaying the moment at which that is noticed.
std::uint64_t watch(pid_t pid) {
    std::uint64_t peak = 0;
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (descriptor < 0)
        return peak;
    pollfd entry{descriptor, POLLIN, 0};
    for (int ready = 0; ready <= 0;) {
        ready = ::poll(&entry, 1, kLookMs);
        if (ready < 0 && errno != EINTR)
            break;
        if (ready <= 0)
            peak = std::max(peak, peakOf(pid));
    }
    ::close(descriptor);
    return peak;
}

class SpawnActions {
public:
    SpawnActions() { posix_spawn_file_actions_init(&m_actions); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&m_actions); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    void open(int as, const std::string& path, int flags) {
        posix_spawn_file_actions_addopen(&m_actions, as, path.empty() ? "/dev/null" : path.c_str(),
                                         flags, 0644);
    }
    void duplicate(int from, int as) { posix_spawn_file_actions_adddup2(&m_actions, from, as); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &m_actions; }

private:
    posix_spawn_file_actions_t m_actions;
};

} // namespace

Result<ChildProcess> ChildProcess::start(const ChildCommand& command) {
    SpawnActions actions;
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    if (command.input >= 0)
        actions.duplicate(command.input, STDIN_FILENO);
    else
        actions.open(STDIN_FILENO, {}, O_RDONLY);
    if (command.outputDescriptor >= 0)
        actions.duplicate(command.outputDescriptor, STDOUT_FILENO);
    else
        actions.open(STDOUT_FILENO, command.output, kWrite);
    actions.open(STDERR_FILENO, command.messages, kWrite);
    std::vector<std::string> texts = command.arguments;
    std::vector<char*> arguments;
    for (std::string& text : texts)
        arguments.push_back(text.data());
    arguments.push_back(nullptr);
    const std::uint64_t started = monotonicNs();
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, arguments.front(), actions.get(), nullptr, arguments.data(), environ);
    if (failed != 0)
        return fail(ErrorCode::NotFound,
                    fmt::format("{} does not start: {}", texts.front(), std::strerror(failed)));
    return ChildProcess(pid, started);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)), m_startedNs(other.m_startedNs) {}

ChildProcess::~ChildProcess() {
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    static_cast<void>(wait());
}

ChildResult ChildProcess::wait() {
    ChildResult result;
    result.peakBytes = watch(m_pid);
    int status = 0;
    rusage usage{};
    while (::wait4(m_pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    result.seconds = static_cast<double>(monotonicNs() - m_startedNs) * 1e-9;
    m_pid = -1;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.cpuSeconds = secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
    return result;
}

Result<ChildResult> runChild(const ChildCommand& command) {
    FB_TRY_ASSIGN(ChildProcess child, ChildProcess::start(command));
    return child.wait();
}

} // namespace fuseboard
