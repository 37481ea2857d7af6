// SPDX-License-Identifier: Apache-2.0
// One side of a case as a process: its command line, and what it says about itself.
#pragma once

#include "app/bench/bench_session.h"
#include "app/bench/child_process.h"

#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

/// Where a case's files are.
struct CaseFiles {
    std::string pipeline;
    std::vector<std::string> inputs; ///< in the order of the case; empty if it is piped
};

struct SideTimes {
    double counts = 0; ///< as the case's clock says
    ChildResult process;
    double inner = 0;
    double compile = 0;
};

class SideProcess {
public:
    SideProcess(const BenchCase& benchCase, const BenchSide& side, const CaseFiles& files,
                const BenchRequest& request);

    /// Why it cannot run on this machine: a peer that is not installed. Empty: it can.
    [[nodiscard]] std::string missing() const;
    /// Runs it to its end; its rows are in output() then. Errors: those of the process.
    [[nodiscard]] Result<SideTimes> run(std::uint64_t rows) const;
    [[nodiscard]] std::string output() const;

private:
    [[nodiscard]] std::vector<std::string> arguments() const;
    [[nodiscard]] Result<ChildResult> runPiped(const ChildCommand& command,
                                               std::uint64_t rows) const;
    [[nodiscard]] Result<SideTimes> timesOf(const ChildResult& process) const;
    [[nodiscard]] std::string messages() const;

    const BenchCase& m_case;
    const BenchSide& m_side;
    const CaseFiles& m_files;
    const BenchRequest& m_request;
};

/// `cli generate …` that writes an input to its standard output.
[[nodiscard]] std::vector<std::string>
generatorCommand(const std::string& cli, const BenchInput& input, std::uint64_t rows);

/// tests/bench of the sources; empty if they are not there.
[[nodiscard]] std::string benchSources();

} // namespace fuseboard
