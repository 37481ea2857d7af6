// SPDX-License-Identifier: Apache-2.0
// What the toolbar offers as sample data, and the request that a press of Run makes of it.
#pragma once

#include "app/session/session.h"

#include <QString>

#include <vector>

namespace fuseboard {

/// One entry of the sample data chooser.
struct DataChoice {
    QString title;
    std::string location; ///< a path or `generate:…`; empty: what the pipeline itself is bound to
    std::string clock;    ///< for data that is made to fit; empty: the pipeline's own
    bool operator==(const DataChoice&) const = default;
};

/// The bindings of the pipeline first, if it has any; then generated data of every shape.
[[nodiscard]] std::vector<DataChoice> dataChoices(const Graph& graph);
[[nodiscard]] DataChoice fileChoice(const QString& path);
/// The rows on which the bundled example is shown.
[[nodiscard]] DataChoice exampleData();

/// The input that data from outside goes to: the first one without a binding, else the first.
[[nodiscard]] std::optional<std::string> openInput(const Graph& graph);
/// Binds the open input to `data`, so that its card says what it reads. Other ports are left alone.
void bindOpenInput(Graph& graph, const DataChoice& data);

struct RunChoices {
    DataChoice data;
    std::string clock; ///< from the command line; empty: the data's or the pipeline's
    std::uint32_t repetitions = 5;
    std::string pipelinePath;
};
struct PlannedSession {
    SessionRequest request;
    std::vector<std::string> effects; ///< what the run would touch by the pipeline's own choice
};
/// Errors: InvalidArgument (no data, a port without a file).
[[nodiscard]] Result<PlannedSession> planSession(const Graph& graph, const RunChoices& options);

/// The data that a run would read on a source, for a sample of it. InvalidArgument: none is chosen.
[[nodiscard]] Result<SourceSpec> sampledSource(const Graph& graph, const std::string& port,
                                               const DataChoice& chosen);

} // namespace fuseboard
