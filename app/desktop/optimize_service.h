// SPDX-License-Identifier: Apache-2.0
// Checks and optimises the drawn graph on a thread of its own, a moment after each edit.
#pragma once

#include "views/document/graph_document.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>

namespace fuseboard {

/// Lives in the GUI thread; graphs that go to the worker and come back are immutable. A newer
/// request ends the one under way.
class OptimizeService : public QObject {
    Q_OBJECT

public:
    explicit OptimizeService(QObject* parent = nullptr);
    ~OptimizeService() override;
    void request(GraphPtr graph); ///< after a short pause without further requests
    void requestNow(GraphPtr graph);
    [[nodiscard]] bool isBusy() const { return m_pending; }

Q_SIGNALS:
    /// `optimized` and its `facts` are null when there are problems. Always for the latest request.
    void ready(const fuseboard::OptimizedPtr& optimized, const fuseboard::PlanFactsPtr& facts,
               const std::vector<fuseboard::Error>& problems);

private:
    void start();

    QThreadPool m_pool;
    QTimer m_pause;
    GraphPtr m_graph;
    std::shared_ptr<std::atomic<std::uint64_t>> m_newest;
    bool m_pending = false;
};

/// Everything that keeps `graph` from running: what the verifier says, and what the parser says
/// about texts that do not parse.
[[nodiscard]] std::vector<Error> problemsOf(const Graph& graph, const Catalogue& catalogue);

} // namespace fuseboard
