// SPDX-License-Identifier: Apache-2.0
// Menus, actions and their keys.
#include "app/desktop/command_list.h"
#include "app/desktop/crash_report.h"
#include "app/desktop/log_file.h"
#include "app/desktop/main_window.h"
#include "app/desktop/panel_group.h"
#include "engine/exporters/exporter.h"
#include "fuseboard/version.h"
#include "views/canvas/canvas_panel.h"
#include "views/code/code_view.h"
#include "views/latency/latency_view.h"
#include "views/palette/palette_view.h"
#include "views/passes/rewrites_view.h"
#include "views/problems/problems_view.h"
#include "views/runs/runs_view.h"
#include "views/stages/stages_view.h"
#include "views/theme/theme.h"

#include <QActionGroup>
#include <QDesktopServices>
#include <QMenuBar>
#include <QMessageBox>
#include <QUrl>

namespace fuseboard {

QAction* MainWindow::action(const QString& name, const QString& text, const QKeySequence& key,
                            const std::function<void()>& act, bool onCanvas) {
    auto* made = new QAction(text, this);
    made->setObjectName(name);
    made->setShortcut(key);
    if (onCanvas) {
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        made->setProperty("onCanvas", true);
    }
    connect(made, &QAction::triggered, this, act);
    m_actions[name] = made;
    return made;
}

void MainWindow::buildActions() {
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildRunMenus();
    buildExportMenu();
    action(QStringLiteral("shortcuts"), tr("Shortcuts"), QKeySequence::HelpContents, [this] {
        QList<QAction*> all;
        for (const auto& [name, one] : m_actions)
            all << one;
        showShortcuts(all, this);
    });
}

void MainWindow::buildFileMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    menu->addAction(action(QStringLiteral("new"), tr("Draw a new pipeline"), QKeySequence::New,
                           [this] { newPipeline(); }));
    menu->addAction(action(QStringLiteral("open"), tr("Open or import…"), QKeySequence::Open,
                           [this] { chooseAndOpen(); }));
    menu->addAction(action(QStringLiteral("example"), tr("Open the example"),
                           QKeySequence(Qt::CTRL | Qt::Key_E), [this] { openExample(); }));
    menu->addSeparator();
    QAction* save =
        action(QStringLiteral("save"), tr("Save"), QKeySequence::Save, [this] { this->save(); });
    QAction* saveAs =
        action(QStringLiteral("saveAs"), tr("Save as…"),
               QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { this->saveAs(); });
    QAction* close =
        action(QStringLiteral("close"), tr("Close the pipeline"), QKeySequence::Close, [this] {
            if (leaveDocument()) {
                m_document.reset(Graph());
                showWorkspace(false);
            }
        });
    for (QAction* one : {save, saveAs, close}) {
        one->setProperty("needsPipeline", true);
        menu->addAction(one);
    }
    menu->addSeparator();
    menu->addAction(action(QStringLiteral("quit"), tr("Quit"), QKeySequence::Quit,
                           [this] { QWidget::close(); }));
}

void MainWindow::buildEditMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_document.undoStack().createUndoAction(this, tr("Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_document.undoStack().createRedoAction(this, tr("Redo"));
    redo->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    m_actions[QStringLiteral("undo")] = undo;
    m_actions[QStringLiteral("redo")] = redo;
    menu->addAction(undo);
    menu->addAction(redo);
    menu->addSeparator();
    const auto add = [&](const QString& name, const QString& text, const QKeySequence& key,
                         void (CanvasView::*slot)(), bool needsSelection) {
        QAction* one =
            action(name, text, key, [this, slot] { (m_canvases[0]->view().*slot)(); }, true);
        one->setProperty(needsSelection ? "needsSelection" : "needsPipeline", true);
        menu->addAction(one);
    };
    add(QStringLiteral("cut"), tr("Cut"), QKeySequence::Cut, &CanvasView::cutSelection, true);
    add(QStringLiteral("copy"), tr("Copy"), QKeySequence::Copy, &CanvasView::copySelection, true);
    add(QStringLiteral("paste"), tr("Paste"), QKeySequence::Paste, &CanvasView::paste, false);
    add(QStringLiteral("duplicate"), tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D),
        &CanvasView::duplicateSelection, true);
    add(QStringLiteral("remove"), tr("Remove"), QKeySequence(Qt::Key_Delete),
        &CanvasView::removeSelection, true);
    add(QStringLiteral("heal"), tr("Remove and join what is left"),
        QKeySequence(Qt::CTRL | Qt::Key_Delete), &CanvasView::healSelection, true);
    add(QStringLiteral("selectAll"), tr("Select all"), QKeySequence::SelectAll,
        &CanvasView::selectAll, false);
    menu->addSeparator();
    menu->addAction(action(QStringLiteral("commands"), tr("Command list…"),
                           QKeySequence(Qt::CTRL | Qt::Key_K), [this] {
                               QList<QAction*> all;
                               for (const auto& [name, one] : m_actions)
                                   all << one;
                               CommandList(all, this).exec();
                           }));
}

void MainWindow::buildViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    const auto add = [&](const QString& name, const QString& text, const QKeySequence& key,
                         void (CanvasView::*slot)()) {
        QAction* one =
            action(name, text, key, [this, slot] { (m_canvases[0]->view().*slot)(); }, true);
        one->setProperty("needsPipeline", true);
        menu->addAction(one);
    };
    add(QStringLiteral("fit"), tr("Fit"), QKeySequence(Qt::Key_F), &CanvasView::fit);
    add(QStringLiteral("zoomIn"), tr("Zoom in"), QKeySequence(Qt::Key_Plus), &CanvasView::zoomIn);
    add(QStringLiteral("zoomOut"), tr("Zoom out"), QKeySequence(Qt::Key_Minus),
        &CanvasView::zoomOut);
    add(QStringLiteral("zoom100"), tr("100 %"), QKeySequence(Qt::CTRL | Qt::Key_0),
        &CanvasView::resetZoom);
    menu->addSeparator();
    QAction* compare =
        action(QStringLiteral("compare"), tr("Compare"), QKeySequence(Qt::Key_C), [] {}, true);
    compare->setCheckable(true);
    compare->setChecked(true);
    compare->setIcon(Theme::instance().icon(QStringLiteral("compare")));
    compare->setToolTip(tr("Both versions side by side (C)"));
    compare->setProperty("needsPipeline", true);
    connect(compare, &QAction::toggled, this, &MainWindow::setCompare);
    menu->addAction(compare);
    menu->addSeparator();
    QMenu* themes = menu->addMenu(tr("Theme"));
    m_themes = new QActionGroup(this);
    const std::pair<QString, Theme::Mode> modes[] = {{tr("As the system"), Theme::Mode::System},
                                                     {tr("Light"), Theme::Mode::Light},
                                                     {tr("Dark"), Theme::Mode::Dark}};
    for (const auto& [text, mode] : modes) {
        QAction* one = themes->addAction(text);
        one->setCheckable(true);
        one->setChecked(Theme::instance().mode() == mode);
        m_themes->addAction(one);
        connect(one, &QAction::triggered, this, [this, mode = mode] {
            Theme::instance().setMode(mode);
            m_settings.setThemeMode(mode);
            updateStatus();
        });
    }
}

void MainWindow::buildRunMenus() {
    QMenu* pipeline = menuBar()->addMenu(tr("&Pipeline"));
    QAction* add = action(
        QStringLiteral("add"), tr("Add an operator…"), QKeySequence(),
        [this] { m_canvases[0]->view().openQuickAdd(); }, true);
    QAction* search = action(
        QStringLiteral("search"), tr("Search operators"), QKeySequence(Qt::Key_Slash),
        [this] { m_palette->focusSearch(); }, true);
    QAction* layOut = action(
        QStringLiteral("layOut"), tr("Lay out"), QKeySequence(Qt::Key_L),
        [this] { m_canvases[0]->view().layOut(); }, true);
    QAction* fold = action(
        QStringLiteral("fold"), tr("Fold or open the fused group"),
        QKeySequence(Qt::CTRL | Qt::Key_G), [this] { m_canvases[1]->view().toggleFolding(); },
        true);
    for (QAction* one : {add, search, layOut, fold}) {
        one->setProperty("needsPipeline", true);
        pipeline->addAction(one);
    }
    QMenu* passes = pipeline->addMenu(tr("Show after pass"));
    for (int pass = 0; pass <= 9; ++pass) {
        QAction* one = action(
            QStringLiteral("pass%1").arg(pass),
            pass == 0 ? tr("0: as drawn") : tr("Pass %1").arg(pass), QKeySequence(Qt::Key_0 + pass),
            [this, pass] { choosePass(pass); }, true);
        one->setProperty("needsPipeline", true);
        passes->addAction(one);
    }
    QMenu* menu = menuBar()->addMenu(tr("&Run"));
    QAction* run =
        action(QStringLiteral("run"), tr("Run"), QKeySequence(Qt::Key_F5), [this] { this->run(); });
    run->setIcon(Theme::instance().icon(QStringLiteral("play"), Token::Bg));
    run->setToolTip(tr("Run both versions in turns and compare them (F5)"));
    QAction* stop = action(QStringLiteral("stop"), tr("Stop"), QKeySequence(Qt::SHIFT | Qt::Key_F5),
                           [this] { stopRun(); });
    stop->setIcon(Theme::instance().icon(QStringLiteral("stop")));
    stop->setToolTip(tr("Stop the run; it is recorded as cancelled (Shift+F5)"));
    menu->addAction(run);
    menu->addAction(stop);
    menu->addSeparator();
    QAction* choose = action(QStringLiteral("data"), tr("Choose sample data…"), QKeySequence(),
                             [this] { chooseDataFile(); });
    choose->setProperty("needsPipeline", true);
    menu->addAction(choose);
}

void MainWindow::choosePass(int position) {
    if (position <= m_document.passCount())
        m_document.setPassPosition(position);
}

void MainWindow::buildExportMenu() {
    m_exportMenu = menuBar()->addMenu(tr("E&xport"));
    const auto text = [](std::string_view utf8) {
        return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
    };
    for (const bool optimised : {true, false}) {
        m_exportMenu->addSection(optimised ? tr("Optimised") : tr("As drawn"));
        for (const ExportTarget& target : exportTargets()) {
            const QString title = text(target.title);
            QAction* one =
                action(QStringLiteral("export-%1-%2").arg(text(target.name)).arg(optimised),
                       optimised ? tr("%1, optimised…").arg(title) : tr("%1, as drawn…").arg(title),
                       QKeySequence(), [this, name = std::string(target.name), optimised] {
                           chooseExport(name, optimised);
                       });
            one->setToolTip(text(target.summary));
            one->setProperty("needsPipeline", true);
            m_exportMenu->addAction(one);
        }
    }
    QAction* plan = action(QStringLiteral("exportPlan"), tr("Export plan…"),
                           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                           [this] { m_exportMenu->popup(mapToGlobal(QPoint(width() / 2, 72))); });
    plan->setProperty("needsPipeline", true);
    addAction(plan);
}

void MainWindow::buildWindowMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Window"));
    for (QDockWidget* dock :
         std::initializer_list<QDockWidget*>{m_paletteDock, m_inspectorDock, m_left, m_right})
        menu->addAction(dock->toggleViewAction());
    menu->addSeparator();
    const std::tuple<QString, PanelGroup*, QWidget*> panels[] = {
        {tr("Stages"), m_left, m_stages},     {tr("Rewrites"), m_left, m_rewrites},
        {tr("Problems"), m_left, m_problems}, {tr("Latency"), m_right, m_latency},
        {tr("Runs"), m_right, m_runs},        {tr("Code"), m_left, m_code}};
    int key = Qt::Key_1;
    for (const auto& [title, group, panel] : panels) {
        QAction* one = action(QStringLiteral("panel-") + title, tr("Show %1").arg(title),
                              QKeySequence(Qt::ALT | Qt::Key(key++)),
                              [group = group, panel = panel] { group->showPanel(panel); });
        one->setProperty("needsPipeline", true);
        menu->addAction(one);
    }
    menu->addSeparator();
    menu->addAction(action(QStringLiteral("arrange"), tr("Arrange as at the first start"),
                           QKeySequence(), [this] { arrange(size()); }));
}

void MainWindow::buildHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(m_actions[QStringLiteral("shortcuts")]);
    menu->addAction(action(QStringLiteral("log"), tr("Open the log"), QKeySequence(),
                           [] { QDesktopServices::openUrl(QUrl::fromLocalFile(logPath())); }));
    menu->addSeparator();
    menu->addAction(action(QStringLiteral("about"), tr("About Fuseboard"), QKeySequence(),
                           [this] { showAbout(); }));
}

void MainWindow::showAbout() {
    const QString commit = QString::fromLatin1(buildCommit());
    QMessageBox::about(
        this, tr("About Fuseboard"),
        tr("<b>Fuseboard %1</b>%2<p>Draw a dataflow pipeline, see what optimising "
           "changes, measure both versions on your data.<p>Apache License 2.0")
            .arg(QLatin1String(kVersion),
                 commit.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(commit)));
}

void MainWindow::reportCrash() {
    const QString report = takeCrashReport();
    if (!report.isEmpty())
        tell(tr("Fuseboard crashed last time. A report lies at %1").arg(report), true);
}

} // namespace fuseboard
