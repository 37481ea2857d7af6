// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/screenshot.h"

#include "app/desktop/main_window.h"
#include "views/canvas/canvas_panel.h"
#include "views/document/selection.h"

#include <QApplication>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace fuseboard {

namespace {

/// Layouts settle and the runs list arrives within this time.
constexpr int kSettleMs = 400;

/// A node that both sides have and that shares a group: the picture shows what the program is
/// about.
std::optional<Item> tellingNode(const GraphDocument& document) {
    const Graph& plan = *document.graph(Side::Optimised);
    for (auto group = plan.groups().rbegin(); group != plan.groups().rend(); ++group) {
        if (group->members.size() > 1)
            return Item::node(plan.node(group->members.front()).id);
    }
    return std::nullopt;
}

} // namespace

CommandDriver::CommandDriver(MainWindow& window, DesktopOptions options)
    : QObject(&window), m_window(window), m_options(std::move(options)) {
    connect(&window, &MainWindow::fileOpened, this, &CommandDriver::opened);
    connect(&window, &MainWindow::planReady, this, &CommandDriver::planned);
}

void CommandDriver::start() {
    if (m_options.repetitions)
        m_window.setRepetitions(*m_options.repetitions);
    if (m_options.allowEffects)
        m_window.allowEffects();
    if (m_options.file.isEmpty()) {
        finish(true);
        return;
    }
    if (!m_options.data.isEmpty())
        m_window.setRunData(fileChoice(m_options.data), m_options.clock.toStdString());
    m_window.openFile(m_options.file);
}

void CommandDriver::opened(bool done, const QString&) {
    disconnect(&m_window, &MainWindow::fileOpened, this, nullptr);
    if (!done) {
        finish(false);
        return;
    }
    if (m_options.allowEffects)
        m_window.allowEffects();
    m_waitsForPlan = true;
}

void CommandDriver::planned(bool) {
    if (!std::exchange(m_waitsForPlan, false))
        return;
    disconnect(&m_window, &MainWindow::planReady, this, nullptr);
    if (m_options.data.isEmpty()) {
        finish(true);
        return;
    }
    connect(&m_window, &MainWindow::runEnded, this, &CommandDriver::ended);
    m_window.run();
}

void CommandDriver::ended(bool done, const QString&) {
    disconnect(&m_window, &MainWindow::runEnded, this, nullptr);
    finish(done);
}

void CommandDriver::finish(bool done) {
    if (m_options.screenshot.isEmpty() || std::exchange(m_finished, true))
        return;
    if (!done) { // the window has told why
        QApplication::exit(1);
        return;
    }
    QTimer::singleShot(kSettleMs, this, &CommandDriver::takePicture);
}

void CommandDriver::takePicture() {
    GraphDocument& document = m_window.document();
    if (m_options.size)
        m_window.arrange(*m_options.size);
    if (!m_options.file.isEmpty()) {
        m_window.canvas(Side::Drawn).view().fit();
        if (const auto node = tellingNode(document); node && !m_options.data.isEmpty())
            document.selection().select(Side::Optimised, *node);
    }
    QTimer::singleShot(kSettleMs, this, [this] {
        const bool saved = m_window.grab().save(m_options.screenshot);
        if (!saved)
            std::fprintf(stderr, "fuseboard: cannot write %s\n", qPrintable(m_options.screenshot));
        QApplication::exit(saved ? 0 : 1);
    });
}

} // namespace fuseboard
