// SPDX-License-Identifier: Apache-2.0
// Runs a session on a thread of its own and tells the window how far it is.
#pragma once

#include "app/session/session.h"
#include "views/document/graph_document.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <thread>

namespace fuseboard {

/// What a run needs; immutable once it is started.
struct RunJob {
    GraphPtr naive;
    OptimizedPtr optimized;
    SessionRequest request;
    std::string database; ///< empty: nothing is recorded
};

/// How far a session is, in the words of the window.
struct RunStep {
    Side side = Side::Drawn;
    bool warmup = false;
    std::size_t index = 0, count = 1;
    std::optional<double> done; ///< of the whole session, 0 to 1
    FiguresPtr figures;         ///< live, of the run under way
};

struct RunOutcome {
    RunJob job;
    SessionResult result;
    std::optional<Error> storeFailure; ///< why nothing could be recorded
};

/// Lives in the GUI thread. One run at a time. All signals come in the GUI thread; progress() at
/// most 30 times a second.
class RunService : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    ~RunService() override; ///< cancels and waits
    /// False while another run goes on.
    bool start(RunJob job);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progress(const fuseboard::RunStep& step);
    void ended(const std::shared_ptr<const fuseboard::RunOutcome>& outcome);

private:
    void perform(RunJob job);

    std::thread m_thread;
    std::atomic<bool> m_cancelled{false};
    std::atomic<bool> m_stepWaiting{false}; ///< the last step has not been shown yet
    bool m_running = false;
};

/// Live figures of the stages of `graph`, by node.
[[nodiscard]] RunFigures liveFigures(const LiveFigures& live, const Graph& graph);

} // namespace fuseboard
