// SPDX-License-Identifier: Apache-2.0
// What a workload of the benchmark is: the inputs, who processes them, when their results count as
// equal, and which figures are made of the times. A workload is plain data in a file of its own
// below app/bench/workloads with one line in builtin_workloads.cpp.
#pragma once

#include "app/bench/row_equality.h"
#include "engine/measure/run_rows.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fuseboard {

/// Rows that every side of a case reads from one and the same file. The harness makes the file.
struct BenchInput {
    std::string shape;  ///< of the generator, with its options but for `rows`: "readings?seed=1"
    std::string ending; ///< of the file, which names the format: "ndjson", "csv", "influx", "log"
    std::string port = "in"; ///< of the pipeline
};

/// `fuseboard-cli run` in a process of its own.
struct FuseboardSide {
    PlanSide plan = PlanSide::Optimized;
    std::uint32_t threads = 0;          ///< 0: as many as the command line asks for
    std::vector<std::string> options{}; ///< further ones of `run`: {"--trust-input"}
};
/// A function of the case's Python module (tests/bench/peers/<module>.py), by its name.
struct PythonSide {
    std::string system;        ///< "duckdb", "polars"
    std::uint32_t threads = 0; ///< 0: as many as the command line asks for
};
/// A program of tests/bench/peers/handwritten; it is given the arguments, the inputs, the output.
struct ProgramSide {
    std::string program;
    std::vector<std::string> arguments{};
};

/// One of those who process the inputs of a case.
struct BenchSide {
    std::string name; ///< "naive", "optimised", "DuckDB"; unique within its case
    std::variant<FuseboardSide, PythonSide, ProgramSide> how;
};

/// Which time of a side counts. A process that runs natively has nothing to start up, so its whole
/// time counts; a Python process is only charged for the query, which is in its favour.
enum class BenchClock : std::uint8_t {
    WholeProcess, ///< of ours and of hand-written programs from start to exit; peers: the query
    Operators,    ///< input in memory (--preload, tables); no side is charged for reading it
};

/// Several sides on the same inputs; their outputs must be equal.
struct BenchCase {
    std::string name{};     ///< unique within its workload; "" if it is the only one
    std::string pipeline{}; ///< a file of tests/bench/workloads
    /// Instead of `pipeline`, for pipelines that are made: the text of a .fuse.json.
    std::string pipelineText{};
    std::vector<BenchInput> inputs;
    std::vector<std::string> options{}; ///< of each `fuseboard-cli run`: {"--clock", "index"}
    std::string module{};               ///< of the Python sides
    std::vector<BenchSide> sides;       ///< the first one's output is what the others must equal
    RowEquality equality{};
    BenchClock clock = BenchClock::WholeProcess;
    /// `fuseboard-cli generate … | fuseboard-cli run … --in -`: no file, one Fuseboard side, run
    /// once, its rows go nowhere. What is measured is memory.
    bool piped = false;
};

/// A side's place in a workload.
struct BenchPlace {
    std::string benchCase;
    std::string side;
};

/// Medians, one by another: of = DuckDB, by = optimised and 3 say that DuckDB took three times as
/// long as the optimised plan.
struct RatioFigure {
    BenchPlace of;
    BenchPlace by;
};
/// What one more unit costs a row, in nanoseconds: the slope of the least squares through the
/// medians of one side over several cases.
struct SlopeFigure {
    std::string side;
    std::vector<std::pair<std::string, double>> cases; ///< and how many units each has
};
/// The most memory that a side had, in bytes.
struct MemoryFigure {
    BenchPlace of;
};
struct BenchFigure {
    std::string about; ///< "against DuckDB"
    std::variant<RatioFigure, SlopeFigure, MemoryFigure> what;
};

[[nodiscard]] inline BenchFigure ratio(std::string about, BenchPlace of, BenchPlace by) {
    return {std::move(about), RatioFigure{std::move(of), std::move(by)}};
}

struct Workload {
    std::string name;       ///< on the command line: "filter-project"
    std::string about;      ///< one line
    std::uint64_t rows = 0; ///< of each input at full size
    std::vector<BenchCase> cases;
    std::vector<BenchFigure> figures;
};

/// All of them, in the order of the report.
[[nodiscard]] std::span<const Workload> builtinWorkloads();

} // namespace fuseboard
