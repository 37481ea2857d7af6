// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/run_ending.h"

#include "engine/measure/process_stats.h"

namespace fuseboard {

namespace {

/// The error that a run under OnError::Stop ends with.
Error stopError(const RowError& error) {
    Error made(
        error.code,
        fmt::format("{} failed on event {}: {}", error.origin, error.sequence, error.message),
        "mend the expression, or let failed rows leave on err");
    made.node = error.origin;
    made.place = error.place;
    return made;
}

Error tooManyErrors(std::uint64_t most) {
    return {ErrorCode::LimitExceeded,
            fmt::format("more than {} rows were rejected or failed", most),
            "look at the first ones, or raise --max-errors"};
}

Error allRejected(const Sequencer::AllRejected& source) {
    const Rejection& first = source.first;
    Error error(
        ErrorCode::InvalidSyntax,
        fmt::format("the first {} rows of the input were all rejected; the first of them: {}",
                    source.rows, first.reason),
        "check the file and its --format");
    error.place.file = first.source;
    error.place.line = static_cast<std::uint32_t>(first.line);
    error.place.column = 1;
    return error;
}

// What lies earlier in the input comes first, so that the answer does not depend on how far the
// reading had come when the run was cut.
std::optional<Error> failureOf(const RunSetup& setup, const Sequencer& sequencer,
                               const RunLedger& ledger, const RunEnding& ending) {
    if (ending.failure || ending.cancelled)
        return ending.failure;
    if (const auto& stopper = ledger.stopper())
        return stopError(*stopper);
    if (ledger.tooMany())
        return tooManyErrors(setup.request->maxErrors);
    if (sequencer.ended())
        if (const auto source = sequencer.allRejected())
            return allRejected(*source);
    for (const InputRead& input : ending.inputs)
        if (input.failure)
            return input.failure;
    return std::nullopt;
}

std::string nonFiniteText(std::uint64_t count) {
    return count == 1 ? std::string("1 number of the output is NaN or infinite and is written as "
                                    "null")
                      : fmt::format("{} numbers of the output are NaN or infinite and are written "
                                    "as null",
                                    count);
}

// A run that nothing else ends, such as one of a live source, is not in vain when it is cancelled.
Status endSink(OutputSink& sink, const RunEnding& ending, std::vector<std::string>& notices) {
    if (ending.keepsOutput)
        return sink.finish();
    if (!ending.cancelled || ending.failure)
        return {};
    FB_TRY_ASSIGN(const std::string kept, sink.keepPart());
    if (!kept.empty())
        notices.push_back(fmt::format("the rows that were written before the run was cancelled are "
                                      "in {}",
                                      kept));
    return {};
}

} // namespace

std::uint64_t memoryLimit(const RunRequest& request) {
    return request.memoryBytes != 0 ? request.memoryBytes : thisMachine().memoryBytes / 2;
}

Error stateTooLarge(const std::string& label, std::uint64_t bytes, std::uint64_t groups,
                    std::uint64_t limit) {
    return {ErrorCode::LimitExceeded,
            fmt::format("the state of {} holds {} bytes in {} groups; all state may take {} bytes",
                        label, bytes, groups, limit),
            "group by fewer keys, set max_groups, or raise --memory"};
}

void endRun(RunSetup& setup, const Sequencer& sequencer, const RunLedger& ledger, RunEnding ending,
            RunResult& result) {
    RunRow& run = result.record.run;
    // Of input that was not read to its end there is no hash that means anything.
    const bool readWhole = sequencer.ended() && sequencer.sequenced() < setup.request->limit;
    for (const InputRead& input : ending.inputs) {
        run.bytesIn += input.bytes;
        if (readWhole)
            run.inputHash += input.hash;
        if (input.failure && input.failure->code == ErrorCode::Cancelled) {
            ending.cancelled = true;
            ending.keepsOutput = false;
        }
    }
    result.failure = failureOf(setup, sequencer, ledger, ending);
    for (const auto& sink : setup.sinks) {
        if (auto done = endSink(*sink, ending, result.notices); !done && !result.failure)
            result.failure = done.error();
        result.sinks.push_back(sink->result());
        run.rowsOut += result.sinks.back().rows;
        run.nonFinite += sink->nonFinite();
        if (std::string loss = sink->lossText(); !loss.empty())
            result.notices.push_back(std::move(loss));
        result.record.latency.push_back({0, sink->name(), sink->latency()});
    }
    if (run.nonFinite > 0)
        result.notices.push_back(nonFiniteText(run.nonFinite));
    run.outputHash = combinedHash(result.sinks);
    run.rejectedRows = ledger.rejectedRows();
    run.failedRows = ledger.failedRows();
    run.status = ending.cancelled ? RunStatus::Cancelled
                 : result.failure ? RunStatus::Failed
                                  : RunStatus::Done;
    run.errorText = result.failure ? result.failure->message : "";
    result.errors = ledger.digest();
    result.firstErrors = ledger.firstErrors();
    result.firstRejections = sequencer.firstRejections();
    result.notices.insert(result.notices.begin(), setup.notices.begin(), setup.notices.end());
}

} // namespace fuseboard
