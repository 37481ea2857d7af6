// SPDX-License-Identifier: Apache-2.0
// A program in a process of its own, with what it cost.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace fuseboard {

struct ChildCommand {
    std::vector<std::string> arguments; ///< the first one is the program, with its path
    std::string output;                 ///< file of its standard output
    std::string messages;               ///< file of its standard error
    int input = -1;                     ///< descriptor of its standard input; -1: none
    int outputDescriptor = -1;          ///< instead of `output`
};

struct ChildResult {
    int status = 0;     ///< exit status; 128 + signal where one ended it
    double seconds = 0; ///< from before its start to its end
    double cpuSeconds = 0;
    /// The most memory that it had, looked up while it ran; 0 if it was too quick for that. (What
    /// the system keeps for a child counts the memory of the parent that started it.)
    std::uint64_t peakBytes = 0;
};

/// A child that has started. Ended and waited for by its destructor if nobody did.
class ChildProcess {
public:
    /// Errors: NotFound, NotWritable.
    [[nodiscard]] static Result<ChildProcess> start(const ChildCommand& command);
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Blocks until it has ended.
    [[nodiscard]] ChildResult wait();

private:
    ChildProcess(pid_t pid, std::uint64_t startedNs) : m_pid(pid), m_startedNs(startedNs) {}
    pid_t m_pid;
    std::uint64_t m_startedNs;
};

/// start() and wait().
[[nodiscard]] Result<ChildResult> runChild(const ChildCommand& command);

} // namespace fuseboard
