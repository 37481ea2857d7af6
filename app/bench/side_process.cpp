// SPDX-License-Identifier: Apache-2.0
#include "app/bench/side_process.h"

#include "engine/formats/json_text.h"
#include "engine/store/run_store.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace fuseboard {

namespace {

namespace fs = std::filesystem;

template <class... Visitors> struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

const std::string kPython = std::string(FB_PEERS) + "/bin/python";

bool exists(const std::string& path) {
    std::error_code error;
    return fs::exists(path, error);
}

std::string programPath(const ProgramSide& side) {
    return fmt::format("{}/{}", FB_HANDWRITTEN, side.program);
}

std::string databaseIn(const std::string& folder) {
    return folder + "/runs.sqlite";
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

std::string readAll(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The last line that is JSON: peers say there how long their query took.
Result<double> secondsIn(const std::string& text) {
    const std::size_t brace = text.rfind('{');
    Arena arena;
    if (brace != std::string::npos) {
        const std::string_view line =
            std::string_view(text).substr(brace, text.find('\n', brace) - brace);
        if (const auto report = parseJsonLine(line, arena); report && report->isRecord())
            if (const Value* seconds = report->find("seconds"); seconds && seconds->isNumber())
                return seconds->toDouble();
    }
    return fail(ErrorCode::InvalidSyntax, "the peer does not say how long it took: " + text);
}

std::string formatOf(const BenchInput& input) {
    return input.ending == "log" ? "lines" : input.ending;
}

} // namespace

std::vector<std::string> generatorCommand(const std::string& cli, const BenchInput& input,
                                          std::uint64_t rows) {
    // "readings?seed=1&skew=1.1" becomes readings --seed 1 --skew 1.1.
    const std::size_t question = input.shape.find('?');
    std::vector<std::string> all = {cli, "generate", input.shape.substr(0, question)};
    std::string_view rest = question == std::string::npos
                                ? std::string_view()
                                : std::string_view(input.shape).substr(question + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        all.push_back(fmt::format("--{}", pair.substr(0, equals)));
        all.emplace_back(pair.substr(std::min(equals, pair.size() - 1) + 1));
    }
    append(all, {"--format", formatOf(input), "--rows", std::to_string(rows)});
    return all;
}

std::string benchSources() {
    return exists(FB_BENCH_SOURCES) ? FB_BENCH_SOURCES : std::string();
}

SideProcess::SideProcess(const BenchCase& benchCase, const BenchSide& side, const CaseFiles& files,
                         const BenchRequest& request)
    : m_case(benchCase), m_side(side), m_files(files), m_request(request) {}

std::string SideProcess::missing() const {
    if (std::holds_alternative<PythonSide>(m_side.how) && !exists(kPython))
        return "not installed: run tests/bench/peers/setup";
    const auto* program = std::get_if<ProgramSide>(&m_side.how);
    if (program != nullptr && !exists(programPath(*program)))
        return "not built: build the target bench_peers";
    return {};
}

std::string SideProcess::output() const {
    std::string name = m_side.name;
    for (char& c : name)
        if (c == ' ' || c == '/' || c == ',')
            c = '-';
    return fmt::format("{}/output-{}.ndjson", m_request.folder, name);
}

std::string SideProcess::messages() const {
    return output() + ".messages";
}

std::vector<std::string> SideProcess::arguments() const {
    return std::visit(
        Overloaded{
            [&](const FuseboardSide& side) {
                std::vector<std::string> all = {m_request.cli, "run", m_files.pipeline};
                append(all, {"--plan", std::string(toString(side.plan)), "--repeat", "1"});
                for (std::size_t i = 0; i < m_case.inputs.size(); ++i)
                    append(all, {"--in", m_case.inputs[i].port + "=" +
                                             (m_case.piped ? "-" : m_files.inputs[i])});
                if (m_case.piped)
                    append(all, {"--format", formatOf(m_case.inputs.front())});
                append(all, {"--out", m_case.piped ? "discard:" : "-"});
                append(all, {"--db", databaseIn(m_request.folder)});
                const std::uint32_t threads = side.threads == 0 ? m_request.threads : side.threads;
                append(all, {"--threads", std::to_string(threads)});
                if (m_case.clock == BenchClock::Operators)
                    all.emplace_back("--preload");
                if (!m_request.exec.empty())
                    append(all, {"--exec", m_request.exec});
                append(all, m_case.options);
                append(all, side.options);
                return all;
            },
            [&](const PythonSide& side) {
                std::vector<std::string> all = {kPython, "-B", benchSources() + "/peers/peer.py"};
                const bool memory = m_case.clock == BenchClock::Operators;
                append(all, {side.system, m_case.module, memory ? "memory" : "file"});
                all.push_back(std::to_string(side.threads == 0 ? m_request.threads : side.threads));
                all.push_back(output());
                append(all, m_files.inputs);
                return all;
            },
            [&](const ProgramSide& side) {
                std::vector<std::string> all = {programPath(side)};
                append(all, side.arguments);
                append(all, m_files.inputs);
                all.push_back(output());
                return all;
            }},
        m_side.how);
}

Result<ChildResult> SideProcess::runPiped(const ChildCommand& command, std::uint64_t rows) const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::LimitExceeded, fmt::format("no pipe: {}", std::strerror(errno)));
    const BenchInput& input = m_case.inputs.front();
    ChildCommand writer;
    writer.arguments = generatorCommand(m_request.cli, input, rows);
    writer.outputDescriptor = ends[1];
    ChildCommand reader = command;
    reader.input = ends[0];
    auto generator = ChildProcess::start(writer);
    auto run = ChildProcess::start(reader);
    ::close(ends[0]);
    ::close(ends[1]);
    if (!generator)
        return fail(generator.error());
    if (!run)
        return fail(run.error());
    const ChildResult result = run->wait();
    static_cast<void>(generator->wait()); // it ends with its reader, if not before
    return result;
}

Result<SideTimes> SideProcess::timesOf(const ChildResult& process) const {
    SideTimes times;
    times.process = process;
    if (std::holds_alternative<FuseboardSide>(m_side.how)) {
        FB_TRY_ASSIGN(const auto store, RunStore::open(databaseIn(m_request.folder)));
        FB_TRY_ASSIGN(const std::vector<RunRow> runs, store->listRuns({}, 1));
        if (runs.empty())
            return fail(ErrorCode::NotFound, "the run left no record");
        times.inner = runs.front().seconds;
        times.compile = runs.front().compileSeconds;
    } else {
        FB_TRY_ASSIGN(times.inner, secondsIn(readAll(messages())));
    }
    const bool whole =
        m_case.clock == BenchClock::WholeProcess && !std::holds_alternative<PythonSide>(m_side.how);
    times.counts = whole ? process.seconds : times.inner;
    return times;
}

Result<SideTimes> SideProcess::run(std::uint64_t rows) const {
    ChildCommand command;
    command.arguments = arguments();
    command.messages = messages();
    if (std::holds_alternative<FuseboardSide>(m_side.how) && !m_case.piped)
        command.output = output();
    FB_TRY_ASSIGN(const ChildResult process,
                  m_case.piped ? runPiped(command, rows) : runChild(command));
    if (process.status != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} failed with status {}:\n{}", m_side.name, process.status,
                                readAll(messages())));
    return timesOf(process);
}

} // namespace fuseboard
