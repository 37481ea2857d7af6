// SPDX-License-Identifier: Apache-2.0
#include "engine/measure/process_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace fuseboard {

namespace {

/// The first `limit` bytes of a file of /proc or /etc; empty if it cannot be read.
std::string readSmallFile(const std::string& path, std::size_t limit = 64 * 1024) {
    std::string text;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return text;
    text.resize(limit);
    std::size_t used = 0;
    while (used < limit) {
        const ssize_t got = ::read(fd, text.data() + used, limit - used);
        if (got <= 0)
            break;
        used += static_cast<std::size_t>(got);
    }
    ::close(fd);
    text.resize(used);
    return text;
}

std::string_view trimmed(std::string_view text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '"'; };
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// What follows `separator` in the first line that begins with `key`.
std::string_view lineOf(std::string_view text, std::string_view key, char separator) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t split = line.find(separator);
        if (split != std::string_view::npos && trimmed(line.substr(0, split)) == key)
            return trimmed(line.substr(split + 1));
    }
    return {};
}

std::uint64_t leadingNumber(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::uint64_t kilobytes(std::string_view file, std::string_view key) {
    return leadingNumber(lineOf(file, key, ':')) * 1024;
}

MachineRow readMachine() {
    MachineRow machine;
    utsname names{};
    if (::uname(&names) == 0)
        machine.name = names.nodename;
    const std::string cpus = readSmallFile("/proc/cpuinfo");
    machine.cpu = lineOf(cpus, "model name", ':');
    if (machine.cpu.empty()) // other architectures name only themselves
        machine.cpu = names.machine;
    machine.cores = std::thread::hardware_concurrency();
    machine.memoryBytes = kilobytes(readSmallFile("/proc/meminfo"), "MemTotal");
    const std::string release = readSmallFile("/etc/os-release");
    const std::string_view pretty = lineOf(release, "PRETTY_NAME", '=');
    machine.os =
        fmt::format("{}{}{} {}", pretty, pretty.empty() ? "" : ", ", names.sysname, names.release);
    return machine;
}

std::uint64_t pidNamespace() {
    struct stat info{};
    return ::stat("/proc/self/ns/pid", &info) == 0 ? info.st_ino : 0;
}

} // namespace

std::uint64_t currentRssBytes() {
    return kilobytes(readSmallFile("/proc/self/status"), "VmRSS");
}

std::uint64_t peakRssBytes() {
    return kilobytes(readSmallFile("/proc/self/status"), "VmHWM");
}

bool resetPeakRss() {
    const int fd = ::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool done = ::write(fd, "5", 1) == 1; // 5: only the peak, see proc(5)
    ::close(fd);
    return done;
}

std::optional<std::uint64_t> processStartTime(std::int64_t pid) {
    const std::string text = readSmallFile(fmt::format("/proc/{}/stat", pid));
    // "pid (name) state …": the name may hold anything, so fields are counted from its last
    // bracket.
    const std::size_t bracket = text.rfind(')');
    if (bracket == std::string::npos || bracket + 2 >= text.size())
        return std::nullopt;
    std::string_view rest = std::string_view(text).substr(bracket + 2);
    if (rest.front() == 'Z' || rest.front() == 'X')
        return std::nullopt;
    constexpr int kFieldsFromStateToStartTime = 19; // state is field 3, starttime field 22
    for (int i = 0; i < kFieldsFromStateToStartTime; ++i) {
        const std::size_t space = rest.find(' ');
        if (space == std::string_view::npos)
            return std::nullopt;
        rest.remove_prefix(space + 1);
    }
    return leadingNumber(rest);
}

std::string bootId() {
    return std::string(trimmed(readSmallFile("/proc/sys/kernel/random/boot_id")));
}

OwnerRow thisProcess() {
    const std::int64_t pid = ::getpid();
    return {pid, processStartTime(pid).value_or(0), bootId(), pidNamespace()};
}

Liveness livenessOf(const OwnerRow& owner, std::string_view machineName) {
    if (owner.bootId != bootId())
        return machineName == thisMachine().name ? Liveness::Dead : Liveness::Unknown;
    if (owner.pidNamespace != pidNamespace())
        return Liveness::Unknown;
    return processStartTime(owner.pid) == owner.startTime ? Liveness::Alive : Liveness::Dead;
}

const MachineRow& thisMachine() {
    static const MachineRow machine = readMachine();
    return machine;
}

} // namespace fuseboard
