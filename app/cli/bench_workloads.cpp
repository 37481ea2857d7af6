// SPDX-License-Identifier: Apache-2.0
// Workloads beside naive plans and other systems: where their files go, and how results leave.
#include "app/cli/bench_command.h"
#include "app/cli/bench_report.h"
#include "app/cli/command_line.h"
#include "app/cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace fuseboard {

namespace {

namespace fs = std::filesystem;

/// The folder of the files: the user's, or one that goes away.
class BenchFolder {
public:
    static Result<BenchFolder> make(const std::string& wanted) {
        std::error_code error;
        if (!wanted.empty()) {
            fs::create_directories(wanted, error);
            if (error)
                return fail(ErrorCode::NotWritable,
                            fmt::format("cannot make {}: {}", wanted, error.message()));
            return BenchFolder(wanted, false);
        }
        std::string path = (fs::temp_directory_path(error) / "fuseboard-bench-XXXXXX").string();
        if (::mkdtemp(path.data()) == nullptr)
            return fail(ErrorCode::NotWritable,
                        fmt::format("cannot make {}: {}", path, std::strerror(errno)),
                        "name a folder with --data DIR");
        return BenchFolder(path, true);
    }
    ~BenchFolder() {
        std::error_code error;
        if (m_temporary)
            fs::remove_all(m_path, error);
    }
    BenchFolder(BenchFolder&& other) noexcept
        : m_path(std::move(other.m_path)), m_temporary(std::exchange(other.m_temporary, false)) {}
    BenchFolder& operator=(BenchFolder&&) = delete;
    BenchFolder(const BenchFolder&) = delete;
    BenchFolder& operator=(const BenchFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    BenchFolder(std::string path, bool temporary)
        : m_path(std::move(path)), m_temporary(temporary) {}
    std::string m_path;
    bool m_temporary;
};

std::string readPage(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

int deliverResult(const BenchCommand& command, const WorkloadResult& result,
                  const BenchRequest& request) {
    if (!command.page.empty())
        if (const int status =
                deliver(command.page, withTables(readPage(command.page), result, request));
            status != kExitDone)
            return status;
    return deliver("-",
                   command.json ? workloadJson(result, request) : workloadText(result, request));
}

} // namespace

int benchWorkloads(const BenchCommand& command) {
    auto folder = BenchFolder::make(command.folder);
    if (!folder)
        return failed(folder.error());
    BenchRequest request;
    request.rows = command.rows;
    request.repetitions = command.repetitions == 0 ? 5 : command.repetitions;
    request.threads = command.threads.value_or(1);
    request.exec = command.exec;
    request.folder = folder->path();
    request.cli = fs::read_symlink("/proc/self/exe").string();
    BenchHooks hooks;
    hooks.cancelled = &cancelled();
    if (isTerminal(2))
        hooks.progress = [](const std::string& what) { say(what); };
    for (const Workload& workload : builtinWorkloads()) {
        if (std::ranges::find(command.workloads, workload.name) == command.workloads.end())
            continue;
        const auto result = performWorkload(workload, request, hooks);
        if (!result)
            return failed(result.error());
        if (const int status = deliverResult(command, *result, request); status != kExitDone)
            return status;
    }
    return kExitDone;
}

} // namespace fuseboard
