// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/main_window.h"

#include "app/desktop/auto_layout_service.h"
#include "app/desktop/code_service.h"
#include "app/desktop/file_service.h"
#include "app/desktop/optimize_service.h"
#include "app/desktop/panel_group.h"
#include "app/desktop/runs_service.h"
#include "app/desktop/schema_service.h"
#include "app/desktop/status_line.h"
#include "app/desktop/tool_bar.h"
#include "app/desktop/welcome_page.h"
#include "engine/operators/operator_body.h"
#include "views/canvas/canvas_panel.h"
#include "views/code/code_view.h"
#include "views/document/number_text.h"
#include "views/document/selection.h"
#include "views/document/sentence.h"
#include "views/inspector/inspector_view.h"
#include "views/latency/latency_view.h"
#include "views/palette/palette_view.h"
#include "views/passes/rewrite_model.h"
#include "views/passes/rewrites_view.h"
#include "views/problems/problems_view.h"
#include "views/runs/runs_view.h"
#include "views/stages/stages_view.h"
#include "views/theme/theme.h"
#include "views/widgets/notice_bar.h"
#include "views/widgets/pass_stepper.h"

#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <thread>

namespace fuseboard {

namespace {

// Sizes of the visual reference at 1680 × 1050.
constexpr int kMenuBar = 28;
constexpr int kTitleBar = 32; ///< what a window manager usually adds
constexpr int kLeftDock = 208, kRightDock = 336, kBottomDock = 240;
constexpr int kBottomLeft = 848, kBottomRight = 496;

class IconLabel : public QLabel {
public:
    explicit IconLabel(const QString& icon) {
        const auto show = [this, icon] { setPixmap(Theme::instance().icon(icon).pixmap(14, 14)); };
        show();
        connect(&Theme::instance(), &Theme::changed, this, show);
    }
};

} // namespace

MainWindow::MainWindow(const std::string& database, QWidget* parent)
    : QMainWindow(parent), m_document(builtinCatalogue()), m_layout(m_document),
      m_optimizer(new OptimizeService(this)), m_runner(new RunService(this)),
      m_runsService(new RunsService(database, this)), m_files(new FileService(this)),
      m_autoLayout(new AutoLayoutService(this)), m_schemas(new SchemaService(this)),
      m_codeService(new CodeService(this)) {
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    buildActions();
    buildCentre();
    buildDocks();
    buildCorner();
    m_toolBar = new MainToolBar(m_actions[QStringLiteral("run")], m_actions[QStringLiteral("stop")],
                                m_actions[QStringLiteral("compare")], m_exportMenu, this);
    addToolBar(Qt::TopToolBarArea, m_toolBar);
    m_toolBar->setRepetitions(m_settings.repetitions());
    m_status = new StatusLine(this);
    setStatusBar(m_status);
    connectDocument();
    connectServices();
    buildWindowMenu();
    buildHelpMenu();
    showWorkspace(false);
    m_runsService->refresh();
    reportCrash();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildCentre() {
    m_centre = new QStackedWidget;
    m_welcome = new WelcomePage;
    auto* work = new QWidget;
    auto* column = new QVBoxLayout(work);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_notice = new NoticeBar;
    column->addWidget(m_notice);
    m_split = new QSplitter(Qt::Horizontal);
    m_split->setHandleWidth(1);
    m_split->setChildrenCollapsible(false);
    for (const Side side : {Side::Drawn, Side::Optimised}) {
        auto* panel = new CanvasPanel(m_layout, side);
        m_canvases[int(side)] = panel;
        m_split->addWidget(panel);
        for (const auto& [name, action] : m_actions) {
            if (action->property("onCanvas").toBool())
                panel->addAction(action);
        }
        connect(&panel->view(), &CanvasView::filesDropped, this, [this](const QStringList& paths) {
            if (!paths.isEmpty())
                openFile(paths.front());
        });
        connect(&panel->view(), &CanvasView::failed, this,
                [this](const QString& message) { tell(message, true); });
        connect(&panel->view(), &CanvasView::itemActivated, this,
                [this](Side, const Item&) { m_inspector->focusFirstField(); });
    }
    column->addWidget(m_split, 1);
    auto* welcome = new QScrollArea; // so that a small window stays possible
    welcome->setWidget(m_welcome);
    welcome->setWidgetResizable(true);
    welcome->setFrameShape(QFrame::NoFrame);
    m_centre->addWidget(welcome);
    m_centre->addWidget(work);
    setCentralWidget(m_centre);
    setCompare(true);
    connect(m_welcome, &WelcomePage::exampleRequested, this, &MainWindow::openExample);
    connect(m_welcome, &WelcomePage::importRequested, this, &MainWindow::chooseAndOpen);
    connect(m_welcome, &WelcomePage::drawRequested, this, &MainWindow::newPipeline);
    connect(m_welcome, &WelcomePage::fileRequested, this, &MainWindow::openFile);
    connect(m_welcome, &WelcomePage::clearRequested, this, [this] {
        m_settings.clearRecentFiles();
        refreshRecent();
    });
    connect(m_welcome, &WelcomePage::commandsRequested, m_actions[QStringLiteral("commands")],
            &QAction::trigger);
    connect(m_welcome, &WelcomePage::shortcutsRequested, m_actions[QStringLiteral("shortcuts")],
            &QAction::trigger);
}

void MainWindow::buildDocks() {
    const auto dock = [&](const QString& title, const QString& name, QWidget* content,
                          Qt::DockWidgetArea area) {
        auto* made = new QDockWidget(title, this);
        made->setObjectName(name);
        made->setTitleBarWidget(new DockTitle(made, title));
        made->setWidget(content);
        addDockWidget(area, made);
        return made;
    };
    m_palette = new PaletteView(m_document.catalogue());
    m_inspector = new InspectorView(m_document);
    m_paletteDock =
        dock(tr("Operators"), QStringLiteral("palette"), m_palette, Qt::LeftDockWidgetArea);
    m_inspectorDock =
        dock(tr("Inspector"), QStringLiteral("inspector"), m_inspector, Qt::RightDockWidgetArea);
    m_palette->setMinimumWidth(160);
    m_inspector->setMinimumWidth(300);
    m_stages = new StagesView(m_document);
    m_code = new CodeView(m_document);
    m_rewrites = new RewritesView(m_document);
    m_problems = new ProblemsView(m_document);
    m_latency = new LatencyView;
    m_runs = new RunsView;
    m_left = new PanelGroup(tr("Stages, code, rewrites, problems"), QStringLiteral("stages"), false,
                            this);
    m_left->addPanel(tr("Stages"), m_stages, m_stages->tools());
    m_left->addPanel(tr("Code"), m_code, m_code->tools());
    m_left->addPanel(tr("Rewrites"), m_rewrites, m_rewrites->tools());
    m_left->addPanel(tr("Problems"), m_problems);
    m_right = new PanelGroup(tr("Latency, runs"), QStringLiteral("latency"), true, this);
    m_right->addPanel(tr("Latency"), m_latency);
    m_right->addPanel(tr("Runs"), m_runs);
    addDockWidget(Qt::BottomDockWidgetArea, m_left);
    splitDockWidget(m_left, m_right, Qt::Horizontal);
    CanvasView& drawn = m_canvases[0]->view();
    connect(m_palette, &PaletteView::addRequested, &drawn, &CanvasView::addFromPalette);
    connect(m_problems, &ProblemsView::centreRequested, this,
            [this](Side side, const Item& item) { m_canvases[int(side)]->view().centreOn(item); });
    connect(m_code, &CodeView::wanted, this, [this] {
        m_codeService->list(m_document.optimized(), m_code->shape(),
                            [this](CodeText text) { m_code->setText(std::move(text)); });
    });
    connect(m_inspector, &InspectorView::pinRequested, this, &MainWindow::pinSchema);
    connect(m_runs, &RunsView::sidesChosen, m_runsService, &RunsService::loadSides);
    connect(m_runs, &RunsView::tagChanged, m_runsService, &RunsService::setTag);
    connect(m_runs, &RunsView::noteChanged, m_runsService, &RunsService::setNote);
}

void MainWindow::buildCorner() {
    m_corner = new QWidget;
    auto* row = new QHBoxLayout(m_corner);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(6);
    m_fileName = new QLabel;
    m_fileState = new QLabel;
    m_fileState->setProperty("look", "hint");
    row->addWidget(new IconLabel(QStringLiteral("file")));
    row->addWidget(m_fileName);
    row->addWidget(m_fileState);
    menuBar()->setCornerWidget(m_corner, Qt::TopRightCorner);
    menuBar()->setNativeMenuBar(false);
    m_corner->setFixedHeight(kMenuBar);
    menuBar()->setFixedHeight(kMenuBar);
}

void MainWindow::connectDocument() {
    connect(&m_document, &GraphDocument::graphChanged, this, &MainWindow::graphEdited);
    connect(&m_document, &GraphDocument::contentReset, this, [this] {
        m_outcome.reset();
        clearFigures();
    });
    connect(&m_document, &GraphDocument::nameChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &GraphDocument::cleanChanged, this, &MainWindow::updateTitle);
    connect(&m_document.selection(), &Selection::changed, this, &MainWindow::updateActions);
    connect(&m_document, &GraphDocument::passPositionChanged, this,
            [this](int position) { m_toolBar->stepper().setPosition(position); });
    connect(&m_toolBar->stepper(), &PassStepper::positionChosen, this, &MainWindow::choosePass);
    connect(m_toolBar, &MainToolBar::dataFileWanted, this, &MainWindow::chooseDataFile);
    connect(m_toolBar, &MainToolBar::repetitionsChanged, this,
            [this](int repetitions) { m_settings.setRepetitions(repetitions); });
}

void MainWindow::connectServices() {
    m_layout.setWorker([this](LayoutRequest request, auto then) {
        m_autoLayout->request(std::move(request), std::move(then));
    });
    connect(m_optimizer, &OptimizeService::ready, this, &MainWindow::planArrived);
    connect(m_runner, &RunService::progress, this, &MainWindow::showStep);
    connect(m_runner, &RunService::ended, this, &MainWindow::showOutcome);
    connect(m_runsService, &RunsService::entriesReady, this, &MainWindow::listRuns);
    connect(m_runsService, &RunsService::sidesReady, m_runs, &RunsView::setSides);
    connect(m_runsService, &RunsService::failed, this, [this](const QString& message) {
        tell(tr("Database of runs: %1").arg(message), true);
    });
}

void MainWindow::showWorkspace(bool open) {
    m_open = open;
    m_centre->setCurrentIndex(open ? 1 : 0);
    for (QDockWidget* dock :
         std::initializer_list<QDockWidget*>{m_paletteDock, m_inspectorDock, m_left, m_right})
        dock->setVisible(open);
    if (open && std::exchange(m_arrangeOnOpen, false))
        arrange(size());
    m_toolBar->setPipelineOpen(open);
    m_corner->setVisible(open);
    if (!open)
        refreshRecent();
    updateTitle();
    updateActions();
    updateStatus();
    updateRight();
}

void MainWindow::arrange(const QSize& size) {
    resize(size);
    m_arrangeOnOpen = !m_open; // hidden docks take no widths
    resizeDocks({m_paletteDock, m_inspectorDock}, {kLeftDock, kRightDock}, Qt::Horizontal);
    resizeDocks({m_left, m_right}, {kBottomLeft, kBottomRight}, Qt::Horizontal);
    resizeDocks({m_left}, {kBottomDock}, Qt::Vertical);
    const int half = m_split->width() / 2;
    m_split->setSizes({half, half});
}

void MainWindow::restoreLayout() {
    if (!restoreGeometry(m_settings.geometry())) {
        const QRect room = screen()->availableGeometry();
        resize(QSize(1680, 1050).boundedTo(room.size() - QSize(0, kTitleBar)));
        m_arrangeOnOpen = true;
    }
    restoreState(m_settings.windowState());
    for (QDockWidget* dock :
         std::initializer_list<QDockWidget*>{m_paletteDock, m_inspectorDock, m_left, m_right})
        dock->setVisible(m_open);
}

void MainWindow::graphEdited() {
    m_optimizer->request(m_document.graph());
    m_toolBar->setDataChoices(dataChoices(*m_document.graph()));
    const bool wasStale = std::exchange(m_stale, m_document.areFiguresStale());
    if (m_outcome != nullptr && m_stale)
        m_latency->setStale(tr("The pipeline changed after the last run. Press Run to measure it."),
                            tr("Show the last run anyway"));
    else if (m_outcome != nullptr && wasStale)
        showLatency(*m_outcome); // the edit was undone
    updateActions();
    updateStatus();
}

void MainWindow::planArrived(const OptimizedPtr& optimized, const PlanFactsPtr& facts,
                             const std::vector<Error>& problems) {
    m_document.setFacts(facts);
    m_document.setProblems(problems);
    if (optimized != nullptr) {
        QStringList names;
        for (const PassRecord& pass : optimized->passes)
            names << passLabel(pass.name);
        m_toolBar->stepper().setPasses(names);
        for (std::size_t i = 0; i < optimized->passes.size(); ++i) {
            const PassRecord& pass = optimized->passes[i];
            m_toolBar->stepper().setPassEnabled(int(i) + 1, pass.enabled);
            m_toolBar->stepper().setPassChanged(
                int(i) + 1, std::ranges::any_of(pass.rewrites, &Rewrite::applied));
        }
        m_toolBar->stepper().setAvailable(int(names.size()));
        m_document.setOptimized(optimized);
    } else {
        m_toolBar->stepper().setAvailable(0);
    }
    m_toolBar->stepper().setPosition(optimized == nullptr ? 0 : m_document.passPosition());
    m_left->setTitle(m_problems,
                     problems.empty() ? tr("Problems") : tr("Problems (%1)").arg(problems.size()));
    updateActions();
    updateStatus();
    Q_EMIT planReady(optimized != nullptr);
    if (std::exchange(m_runWanted, false))
        startRun();
}

void MainWindow::updateTitle() {
    const bool clean = m_document.isClean();
    setWindowTitle(m_open
                       ? tr("%1%2 – Fuseboard")
                             .arg(m_document.displayName(), clean ? QString() : QStringLiteral("*"))
                       : QStringLiteral("Fuseboard"));
    m_fileName->setText(m_document.displayName());
    m_fileState->setText(clean && !m_document.filePath().isEmpty() ? tr("saved")
                         : m_document.undoStack().isClean()        ? tr("not saved yet")
                                                                   : tr("edited"));
    m_corner->adjustSize();
    if (menuBar()->cornerWidget() != nullptr)
        menuBar()->setCornerWidget(m_corner, Qt::TopRightCorner);
    m_corner->setVisible(m_open);
}

void MainWindow::updateActions() {
    const bool running = m_runner->isRunning();
    const bool problems = !m_document.problems().empty();
    const bool chosen = !m_document.selection().empty();
    for (const auto& [name, action] : m_actions) {
        if (action->property("needsPipeline").toBool())
            action->setEnabled(m_open);
        if (action->property("needsSelection").toBool())
            action->setEnabled(m_open && chosen);
    }
    m_actions[QStringLiteral("run")]->setEnabled(m_open && !running && !problems &&
                                                 m_document.graph()->edgeCount() > 0);
    m_actions[QStringLiteral("stop")]->setEnabled(running);
    m_exportMenu->setEnabled(m_open);
}

void MainWindow::updateRight() {
    const QString path = QString::fromStdString(m_runsService->database());
    if (!m_open) {
        QString shown = path;
        if (shown.startsWith(QDir::homePath()))
            shown.replace(0, QDir::homePath().size(), QStringLiteral("~"));
        m_status->setRight(tr("Runs are recorded in %1").arg(shown));
        return;
    }
    const int threads = int(std::max(1U, std::thread::hardware_concurrency()));
    m_status->setRight(
        QStringLiteral("%1   ·   %2   ·   %3")
            .arg(QFileInfo(path).fileName(),
                 pluralText(std::uint64_t(m_runCount), tr("run"), tr("runs")),
                 pluralText(std::uint64_t(threads), tr("worker thread"), tr("worker threads"))));
}

void MainWindow::setCompare(bool on) {
    m_canvases[1]->setVisible(on);
    CanvasView& drawn = m_canvases[0]->view();
    if (on) {
        drawn.linkWith(&m_canvases[1]->view());
    } else {
        drawn.unlink();
    }
}

void MainWindow::tell(const QString& message, bool isError) {
    const QString text = asSentence(message);
    if (isError)
        qWarning("%s", qPrintable(text));
    else
        qInfo("%s", qPrintable(text));
    if (m_open)
        m_notice->showNotice(isError ? NoticeBar::Kind::Error : NoticeBar::Kind::Info, text);
    else
        m_status->setParts({{{}, text, false, isError}});
}

QString MainWindow::sentences(const Error& error) {
    QString text;
    if (!error.place.file.empty())
        text = QFileInfo(QString::fromStdString(error.place.file)).fileName();
    if (error.place.line > 0)
        text += (text.isEmpty() ? tr("line %1") : tr(", line %1")).arg(error.place.line);
    if (!text.isEmpty())
        text += QStringLiteral(": ");
    text += QString::fromStdString(error.message);
    if (!error.hint.empty()) {
        QString hint = QString::fromStdString(error.hint);
        hint[0] = hint[0].toUpper();
        text += QStringLiteral(". ") + hint;
    }
    return text + QLatin1Char('.');
}

QString MainWindow::statusText() const {
    return m_status->text();
}

bool MainWindow::isRunning() const {
    return m_runner->isRunning();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!leaveDocument()) {
        event->ignore();
        return;
    }
    m_runner->stop();
    m_settings.setWindow(saveGeometry(), saveState());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.front().isLocalFile())
        return;
    event->acceptProposedAction();
    openFile(urls.front().toLocalFile());
}

} // namespace fuseboard
