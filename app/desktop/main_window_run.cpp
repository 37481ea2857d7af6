// SPDX-License-Identifier: Apache-2.0
// Running: from the press of the button to the figures in every view.
#include "app/desktop/main_window.h"
#include "app/desktop/optimize_service.h"
#include "app/desktop/runs_service.h"
#include "app/desktop/schema_service.h"
#include "app/desktop/status_line.h"
#include "app/desktop/tool_bar.h"
#include "views/document/number_text.h"
#include "views/inspector/inspector_view.h"
#include "views/latency/latency_view.h"
#include "views/latency/percentile_plot.h"
#include "views/runs/runs_view.h"
#include "views/stages/stages_view.h"
#include "views/widgets/notice_bar.h"

#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

double medianSeconds(const std::vector<RunResult>& runs) {
    std::vector<double> seconds;
    for (const RunResult& run : runs)
        seconds.push_back(run.record.run.seconds);
    return median(seconds);
}

QString effectText(const std::vector<std::string>& effects) {
    QStringList all;
    for (const std::string& effect : effects)
        all << QString::fromStdString(effect);
    return all.join(QStringLiteral(", "));
}

/// `id` is what the window calls the whole session: its first run.
FiguresPtr figuresOf(const RunResult* result, const Graph& graph, RunId id) {
    if (result == nullptr)
        return nullptr;
    RunFigures figures = figuresOfRun(result->record, graph);
    figures.run = id;
    return std::make_shared<const RunFigures>(std::move(figures));
}

SideRun sideRun(const RunResult* result, const GraphPtr& graph) {
    if (result == nullptr)
        return {nullptr, graph};
    return {std::make_shared<const RunRecord>(result->record), graph};
}

} // namespace

void MainWindow::setRunData(const DataChoice& choice, const std::string& clock) {
    m_toolBar->chooseData(choice);
    m_clock = clock;
    m_bindOnLoad = true;
}

void MainWindow::setRepetitions(int repetitions) {
    m_toolBar->setRepetitions(repetitions);
}

void MainWindow::run() {
    if (!m_open || m_runner->isRunning())
        return;
    m_inspector->commitPending();
    if (m_optimizer->isBusy())
        m_runWanted = true; // the plan of the last edit is on its way
    else
        startRun();
}

void MainWindow::startRun() {
    const auto refuse = [this](const QString& message) {
        tell(message, true);
        Q_EMIT runEnded(false, message);
    };
    if (!m_document.problems().empty() || m_document.optimized() == nullptr) {
        QString message = tr("The pipeline cannot run");
        if (!m_document.problems().empty())
            message += QStringLiteral(": ") +
                       QString::fromStdString(m_document.problems().front().message);
        refuse(message);
        return;
    }
    const RunChoices choices{m_toolBar->data(), m_clock, std::uint32_t(m_toolBar->repetitions()),
                             m_document.filePath().toStdString()};
    Result<PlannedSession> planned = planSession(*m_document.graph(), choices);
    if (!planned) {
        refuse(QString::fromStdString(planned.error().message + ": " + planned.error().hint));
        return;
    }
    if (!planned->effects.empty() && !m_effectsAllowed) {
        const QString message = tr("This pipeline reaches outside by itself: it would %1")
                                    .arg(effectText(planned->effects));
        tell(message);
        m_notice->addAction(tr("Allow and run"), [this] {
            m_effectsAllowed = true;
            run();
        });
        Q_EMIT runEnded(false, message);
        return;
    }
    planned->request.comparison.run.allowEffects = m_effectsAllowed;
    m_notice->hide();
    clearFigures();
    m_measuredWork = m_document.work();
    m_runner->start({m_document.graph(), m_document.optimized(), std::move(planned->request),
                     m_runsService->database()});
    m_status->setText(tr("Starting"));
    m_status->setProgress(0);
    updateActions();
}

void MainWindow::stopRun() {
    m_runner->stop();
    m_status->setText(tr("Stopping"));
}

void MainWindow::pinSchema(const std::string& port) {
    const Result<SourceSpec> source = sampledSource(*m_document.graph(), port, m_toolBar->data());
    if (!source) {
        tell(sentences(source.error()), true);
        Q_EMIT schemaPinned(false);
        return;
    }
    m_inspector->setPinning(port);
    m_schemas->infer(*source, [this, port](const Result<Schema>& schema) {
        m_inspector->setPinning({});
        if (schema)
            m_document.setSchema(port, schemaSetting(*schema));
        else
            tell(tr("Schema not pinned: %1").arg(sentences(schema.error())), true);
        Q_EMIT schemaPinned(schema.has_value());
    });
}

void MainWindow::showStep(const RunStep& step) {
    if (step.figures != nullptr && !m_document.areFiguresStale())
        m_document.setFigures(step.side, step.figures);
    std::vector<StatusLine::Part> parts;
    const QString side = step.side == Side::Drawn ? tr("as drawn") : tr("optimised");
    parts.push_back({step.warmup ? tr("Warming up,") : tr("Running"), side});
    parts.push_back({tr("of %1").arg(step.count), tr("run %1").arg(step.index + 1), true});
    if (step.done)
        parts.push_back({{}, percentText(std::floor(*step.done * 100) / 100)});
    if (step.figures != nullptr)
        parts.push_back({tr("rows"), countText(step.figures->rows), true});
    m_status->setParts(parts);
    m_status->setProgress(
        step.done.value_or(double(step.index) / double(std::max<std::size_t>(1, step.count))));
}

QString MainWindow::failureText(const RunOutcome& outcome) const {
    const SessionResult& result = outcome.result;
    if (result.cancelled)
        return result.runIds.empty()
                   ? tr("Stopped before the first measured run; nothing is recorded.")
                   : tr("The run was stopped; what was measured until then is recorded.");
    if (result.failure)
        return sentences(*result.failure);
    return {};
}

void MainWindow::showOutcome(const std::shared_ptr<const RunOutcome>& outcome) {
    m_outcome = outcome;
    m_status->setProgress(-1);
    showFigures(*outcome);
    updateActions();
    updateStatus();
    const SessionResult& result = outcome->result;
    const QString failure = failureText(*outcome);
    if (!failure.isEmpty())
        tell(failure, !result.cancelled);
    else if (outcome->storeFailure)
        tell(tr("The run is not recorded: %1")
                 .arg(QString::fromStdString(outcome->storeFailure->message)),
             true);
    else if (result.comparison.identical == false)
        tell(tr("The results differ: %1")
                 .arg(QString::fromStdString(result.comparison.identicalReason)),
             true);
    for (const std::string& notice : result.notices)
        qInfo("%s", notice.c_str());
    if (result.comparison.speedup.ratio && !m_document.filePath().isEmpty())
        m_settings.setSpeedup(QFileInfo(m_document.filePath()).absoluteFilePath(),
                              *result.comparison.speedup.ratio);
    m_runsService->refresh();
    const bool succeeded = failure.isEmpty() && result.comparison.identical != false;
    Q_EMIT runEnded(succeeded, succeeded ? QString() : m_notice->text());
}

void MainWindow::showFigures(const RunOutcome& outcome) {
    const RunResult* drawn = outcome.result.last(PlanSide::Naive);
    const RunResult* optimised = outcome.result.last(PlanSide::Optimized);
    const Graph& plan = outcome.job.optimized->graph;
    // Else an edit has made the figures those of before.
    if (m_document.work() == m_measuredWork) {
        const auto& ids = outcome.result.runIds;
        const RunId id = ids.empty() ? 0 : *std::ranges::min_element(ids);
        m_document.setFigures(Side::Drawn, figuresOf(drawn, *outcome.job.naive, id));
        m_document.setFigures(Side::Optimised, figuresOf(optimised, plan, id));
    }
    m_stages->setRuns(sideRun(drawn, outcome.job.naive),
                      sideRun(optimised, std::make_shared<const Graph>(plan)));
    showLatency(outcome);
}

void MainWindow::showLatency(const RunOutcome& outcome) {
    const auto of = [&](PlanSide side) {
        const RunResult* result = outcome.result.last(side);
        return result == nullptr ? Histogram() : latencyOf(result->record);
    };
    m_latency->setLatency(of(PlanSide::Naive), of(PlanSide::Optimized));
}

void MainWindow::clearFigures() {
    m_document.setFigures(Side::Drawn, nullptr);
    m_document.setFigures(Side::Optimised, nullptr);
    m_stages->clear();
    m_latency->clear(tr("Press Run to measure both versions on the same rows."));
}

void MainWindow::updateStatus() {
    if (m_runner->isRunning())
        return;
    if (!m_open) {
        m_status->setText(tr("Ready"));
        return;
    }
    std::vector<StatusLine::Part> parts;
    const std::size_t problems = m_document.problems().size();
    if (problems > 0) {
        parts.push_back({{}, pluralText(problems, tr("problem"), tr("problems")), false, true});
        parts.push_back({problems == 1 ? tr("fix it to run") : tr("fix them to run"), {}});
    }
    const RunResult* drawn =
        m_outcome == nullptr ? nullptr : m_outcome->result.last(PlanSide::Naive);
    const RunResult* optimised =
        m_outcome == nullptr ? nullptr : m_outcome->result.last(PlanSide::Optimized);
    if (drawn == nullptr || optimised == nullptr) {
        if (parts.empty())
            parts.push_back({m_document.graph()->edgeCount() == 0 ? tr("Nothing to run yet")
                                                                  : tr("Ready to run"),
                             {}});
        m_status->setParts(parts);
        return;
    }
    const SessionResult& result = m_outcome->result;
    const QString id = result.runIds.empty()
                           ? QString()
                           : tr("run #%1").arg(*std::ranges::min_element(result.runIds));
    if (m_document.areFiguresStale()) {
        parts.push_back({tr("the last run belongs to an earlier version"), id});
        m_status->setParts(parts);
        return;
    }
    parts.push_back({tr("rows"), countText(drawn->record.run.rowsIn), true});
    parts.push_back({tr("as drawn"), durationText(medianSeconds(result.comparison.naive) * 1e9)});
    parts.push_back(
        {tr("optimised"), durationText(medianSeconds(result.comparison.optimized) * 1e9)});
    const Speedup& speedup = result.comparison.speedup;
    if (speedup.verdict == Verdict::CannotTell)
        parts.push_back({{}, tr("no clear difference")});
    else if (speedup.ratio)
        parts.push_back({{},
                         *speedup.ratio >= 1
                             ? tr("%1 faster").arg(factorText(*speedup.ratio))
                             : tr("%1 slower").arg(factorText(1 / *speedup.ratio))});
    if (result.comparison.identical)
        parts.push_back(*result.comparison.identical
                            ? StatusLine::Part{tr("results identical"), QStringLiteral("✓")}
                            : StatusLine::Part{{}, tr("results differ"), false, true});
    if (!id.isEmpty() && !m_outcome->storeFailure)
        parts.push_back({tr("recorded as"), id});
    m_status->setParts(parts);
}

void MainWindow::listRuns(const std::vector<RunEntry>& entries, int runs) {
    m_runCount = runs;
    m_runs->setEntries(entries);
    if (m_outcome != nullptr && !m_outcome->result.runIds.empty())
        m_runs->showEntry(*std::ranges::min_element(m_outcome->result.runIds));
    updateRight();
    Q_EMIT runsListed();
}

} // namespace fuseboard
