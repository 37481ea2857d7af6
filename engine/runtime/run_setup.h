// SPDX-License-Identifier: Apache-2.0
// What every way of running needs before the first row: opened inputs, the clock, sinks, and which
// failures count.
#pragma once

#include "engine/operators/operator_body.h"
#include "engine/runtime/event_clock.h"
#include "engine/runtime/failure_accounts.h"
#include "engine/runtime/output_sink.h"
#include "engine/runtime/plan.h"
#include "engine/runtime/run.h"
#include "engine/runtime/run_ledger.h"
#include "engine/runtime/sequencer.h"

#include <memory>
#include <string>
#include <vector>

namespace fuseboard {

struct OpenedInput {
    std::uint32_t port = 0; ///< boundary input
    OpenedSource source;
};

struct RunSetup {
    const Graph* graph = nullptr;
    const RunRequest* request = nullptr;
    EventClock clock;
    std::vector<OpenedInput> inputs; ///< in the order of boundary inputs
    std::vector<std::unique_ptr<OutputSink>> sinks;
    SinkLayout layout;
    std::vector<bool> boundInputs; ///< by boundary input
    /// Which failures count for `identical`, and for whom (docs: semantics of identical).
    std::shared_ptr<const FailureAccounts> accounts;
    /// Limits such that every way from an input to a bound output leads through one of them.
    std::vector<NodeIndex> cuttingLimits;
    /// Sinks may only write what no smaller key can stop any more.
    bool holdsBack = false;
    std::vector<std::string> notices;
};

/// `graph`, `request` and `cancelled` (or null) outlive the setup. Cancelled while opening,
/// NotFound, NotReadable, InvalidArgument (unknown port, nothing bound), NotWritable.
[[nodiscard]] Result<RunSetup> prepareRun(const Graph& graph,
                                          const std::vector<FieldTree>& inputFields,
                                          const RunRequest& request,
                                          const std::atomic<bool>* cancelled);

[[nodiscard]] SequencerSettings sequencerSettings(const RunSetup& setup);
[[nodiscard]] LedgerSettings ledgerSettings(const RunSetup& setup);

/// The operator that a node runs as: one that is switched to pass rows on is a passthrough.
[[nodiscard]] const OperatorSpec& operatorOf(const NodeData& node);
/// Whether the rows that one row makes get numbers in their paths (docs: semantics of order).
[[nodiscard]] bool numbersEmissions(const Contract& contract);

/// Digest over the hashes of all sinks; what a replay is checked against.
[[nodiscard]] std::string combinedHash(const std::vector<SinkResult>& sinks);

} // namespace fuseboard
