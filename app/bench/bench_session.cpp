// SPDX-License-Identifier: Apache-2.0
#include "app/bench/bench_session.h"

#include "app/bench/side_process.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>

namespace fuseboard {

namespace {

namespace fs = std::filesystem;

std::uint64_t linesIn(const std::string& path) {
    std::ifstream file(path);
    std::uint64_t lines = 0;
    std::vector<char> piece(std::size_t{256} << 10U);
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
        lines += static_cast<std::uint64_t>(
            std::count(piece.begin(), piece.begin() + file.gcount(), '\n'));
    return lines;
}

void removeFile(const std::string& path) {
    std::error_code error;
    fs::remove(path, error);
}

double loadNow() {
    double load = 0;
    return ::getloadavg(&load, 1) == 1 ? load : 0;
}

/// Performs one workload.
class Performance {
public:
    Performance(const Workload& workload, const BenchRequest& request, const BenchHooks& hooks)
        : m_workload(workload), m_request(request), m_hooks(hooks),
          m_rows(request.rows == 0 ? workload.rows : request.rows) {}

    Result<WorkloadResult> perform() {
        WorkloadResult result{m_workload.name, m_workload.about, m_rows, loadNow(), {}, {}};
        for (const BenchCase& one : m_workload.cases) {
            FB_TRY(prepare(one));
            result.cases.push_back(emptyResult(m_contests.back()));
        }
        for (std::size_t i = 0; i < m_contests.size(); ++i)
            FB_TRY(check(m_contests[i], result.cases[i]));
        FB_TRY(time(result.cases));
        for (const auto& [shape, path] : m_inputs)
            removeFile(path);
        result.figures = benchFigures(m_workload, result.cases, m_rows);
        return result;
    }

private:
    /// A case with its files and the sides that can run here.
    struct Contest {
        const BenchCase* benchCase = nullptr;
        CaseFiles files;
        std::vector<SideProcess> sides;
    };

    Status prepare(const BenchCase& one) {
        auto contest = std::make_unique<Contest>();
        contest->benchCase = &one;
        FB_TRY_ASSIGN(contest->files.pipeline, pipelineOf(one));
        for (const BenchInput& input : one.inputs) {
            if (one.piped)
                continue;
            FB_TRY_ASSIGN(std::string path, fileOf(input));
            contest->files.inputs.push_back(std::move(path));
        }
        for (const BenchSide& side : one.sides)
            contest->sides.emplace_back(one, side, contest->files, m_request);
        m_contests.push_back(std::move(contest));
        return {};
    }

    Result<std::string> pipelineOf(const BenchCase& one) const {
        if (one.pipelineText.empty()) {
            std::string path = benchSources() + "/workloads/" + one.pipeline;
            if (benchSources().empty() || !fs::exists(path))
                return fail(
                    ErrorCode::NotFound,
                    fmt::format("there is no {}", benchSources().empty() ? one.pipeline : path),
                    "workloads run from a build of the sources");
            return path;
        }
        std::string path = fmt::format("{}/pipeline-{}.fuse.json", m_request.folder, one.name);
        std::ofstream(path) << one.pipelineText;
        return path;
    }

    /// Cases that name the same rows share one file.
    Result<std::string> fileOf(const BenchInput& input) {
        const auto [found, isNew] = m_inputs.try_emplace(
            input.shape + "." + input.ending,
            fmt::format("{}/input-{}.{}", m_request.folder, m_inputs.size(), input.ending));
        if (!isNew)
            return found->second;
        FB_TRY(announce("generate " + input.shape));
        ChildCommand command;
        command.arguments = generatorCommand(m_request.cli, input, m_rows);
        command.output = found->second;
        command.messages = found->second + ".messages";
        FB_TRY_ASSIGN(const ChildResult made, runChild(command));
        if (made.status != 0)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("cannot generate {} (status {})", input.shape, made.status));
        return found->second;
    }

    CaseResult emptyResult(const std::unique_ptr<Contest>& contest) const {
        CaseResult result;
        result.name = contest->benchCase->name;
        for (const std::string& path : contest->files.inputs)
            result.inputBytes += fs::file_size(path);
        for (std::size_t i = 0; i < contest->sides.size(); ++i) {
            result.sides.emplace_back();
            result.sides.back().name = contest->benchCase->sides[i].name;
            result.sides.back().missing = contest->sides[i].missing();
        }
        return result;
    }

    /// The first run of each side, which is not timed, and the comparison of what they wrote.
    Status check(const std::unique_ptr<Contest>& contest, CaseResult& result) const {
        if (contest->benchCase->piped)
            return {};
        const SideProcess* first = nullptr;
        for (std::size_t i = 0; i < contest->sides.size(); ++i) {
            if (!result.sides[i].missing.empty())
                continue;
            const SideProcess& side = contest->sides[i];
            FB_TRY(announce(title(result, i) + ", checked"));
            FB_TRY_ASSIGN(const SideTimes times, side.run(m_rows));
            result.sides[i].peakBytes = times.process.peakBytes;
            if (first == nullptr) {
                first = &side;
                result.outputRows = linesIn(side.output());
                continue;
            }
            if (Status equal =
                    compareRows(first->output(), side.output(), contest->benchCase->equality);
                !equal) {
                equal.error().message = title(result, i) + ": " + equal.error().message;
                return equal;
            }
            removeFile(side.output());
        }
        if (first != nullptr)
            removeFile(first->output());
        return {};
    }

    /// All sides of all cases in turns, forwards and backwards, so that what slowly changes on the
    /// machine favours none of them.
    Status time(std::vector<CaseResult>& results) const {
        std::vector<std::pair<std::size_t, std::size_t>> order;
        for (std::size_t i = 0; i < results.size(); ++i)
            for (std::size_t k = 0; k < results[i].sides.size(); ++k)
                if (results[i].sides[k].missing.empty())
                    order.emplace_back(i, k);
        for (std::uint32_t repetition = 0; repetition < m_request.repetitions; ++repetition) {
            for (const auto& [i, k] : order)
                if (!m_contests[i]->benchCase->piped || repetition == 0)
                    FB_TRY(timeOnce(m_contests[i]->sides[k], results[i], k, repetition));
            std::ranges::reverse(order);
        }
        return {};
    }

    Status timeOnce(const SideProcess& process, CaseResult& result, std::size_t k,
                    std::uint32_t repetition) const {
        FB_TRY(announce(
            fmt::format("{}, {} of {}", title(result, k), repetition + 1, m_request.repetitions)));
        FB_TRY_ASSIGN(const SideTimes times, process.run(m_rows));
        removeFile(process.output()); // before the system begins to write it to the disk
        SideResult& side = result.sides[k];
        side.seconds.push_back(times.counts);
        side.processSeconds.push_back(times.process.seconds);
        side.innerSeconds.push_back(times.inner);
        side.compileSeconds = times.compile;
        side.peakBytes = std::max(side.peakBytes, times.process.peakBytes);
        return {};
    }

    std::string title(const CaseResult& result, std::size_t side) const {
        return fmt::format("{}{}{}: {}", m_workload.name, result.name.empty() ? "" : " ",
                           result.name, result.sides[side].name);
    }

    Status announce(const std::string& what) const {
        if (m_hooks.cancelled != nullptr && m_hooks.cancelled->load())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (m_hooks.progress)
            m_hooks.progress(what);
        return {};
    }

    const Workload& m_workload;
    const BenchRequest& m_request;
    const BenchHooks& m_hooks;
    std::uint64_t m_rows;
    std::map<std::string, std::string> m_inputs; // what it holds: where it is
    std::vector<std::unique_ptr<Contest>> m_contests;
};

} // namespace

const SideResult* CaseResult::side(const std::string& wanted) const {
    const auto found = std::ranges::find(sides, wanted, &SideResult::name);
    return found == sides.end() ? nullptr : &*found;
}

Result<WorkloadResult> performWorkload(const Workload& workload, const BenchRequest& request,
                                       const BenchHooks& hooks) {
    auto result = Performance(workload, request, hooks).perform();
    // Ctrl-C ends the processes too, which fail then.
    if (!result && hooks.cancelled != nullptr && hooks.cancelled->load())
        return fail(ErrorCode::Cancelled, "cancelled");
    return result;
}

} // namespace fuseboard
