// SPDX-License-Identifier: Apache-2.0
// The main window: canvases in the middle, docks around them, and what connects them to the
// services that own threads.
#pragma once

#include "app/desktop/app_settings.h"
#include "app/desktop/run_plan.h"
#include "app/desktop/run_service.h"
#include "views/canvas/canvas_layout.h"
#include "views/document/graph_document.h"

#include <QMainWindow>

#include <map>
#include <memory>

class QActionGroup;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace fuseboard {

class AutoLayoutService;
class CanvasPanel;
class FileService;
class InspectorView;
class LatencyView;
class MainToolBar;
class NoticeBar;
class OptimizeService;
class PaletteView;
class PanelGroup;
class ProblemsView;
class RewritesView;
class RunsService;
class CodeService;
class CodeView;
class SchemaService;
class RunsView;
class StagesView;
class StatusLine;
class WelcomePage;
struct RunEntry;

/// GUI thread only.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const std::string& database, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens or imports a pipeline; tells by fileOpened(). Asks about unsaved changes first.
    void openFile(const QString& path);
    void openExample();
    void newPipeline();
    /// Presses Run with this data; a clock that is not empty wins over all others.
    void setRunData(const DataChoice& choice, const std::string& clock);
    void setRepetitions(int repetitions);
    void allowEffects() { m_effectsAllowed = true; }
    /// Writes the graph of a side to a file; tells by exported().
    void exportTo(const std::string& target, bool optimised, const QString& path);
    void run();
    void stopRun();
    /// Puts window and docks where the pictures have them.
    void arrange(const QSize& size);
    void restoreLayout();

    [[nodiscard]] GraphDocument& document() { return m_document; }
    [[nodiscard]] CanvasPanel& canvas(Side side) { return *m_canvases[int(side)]; }
    [[nodiscard]] StagesView& stages() { return *m_stages; }
    [[nodiscard]] CodeView& code() { return *m_code; }
    [[nodiscard]] InspectorView& inspector() { return *m_inspector; }
    [[nodiscard]] PaletteView& palette() { return *m_palette; }
    [[nodiscard]] RunsView& runs() { return *m_runs; }
    [[nodiscard]] const NoticeBar& notice() const { return *m_notice; }
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] bool isRunning() const;
    /// Place, message and hint in sentences: the excerpt of the source needs a font of equal
    /// widths.
    [[nodiscard]] static QString sentences(const Error& error);

Q_SIGNALS:
    void fileOpened(bool opened, const QString& message);
    void planReady(bool runnable); ///< the optimised side is up to date, or there are problems
    void runEnded(bool succeeded, const QString& message);
    void runsListed();
    void schemaPinned(bool pinned);
    void exported(bool written, const QString& message);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class What { Open, Run, Save }; ///< headings of messages

    // main_window.cpp
    void buildCentre();
    void buildDocks();
    void buildCorner();
    void connectDocument();
    void connectServices();
    void showWorkspace(bool open);
    void graphEdited();
    void planArrived(const OptimizedPtr& optimized, const PlanFactsPtr& facts,
                     const std::vector<Error>& problems);
    void updateTitle();
    void updateActions();
    void updateStatus();
    void updateRight();
    void setCompare(bool on);
    void tell(const QString& message, bool isError = false);
    // main_window_actions.cpp
    void buildActions();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildRunMenus();
    void buildExportMenu();
    void buildWindowMenu();
    void buildHelpMenu();
    QAction* action(const QString& name, const QString& text, const QKeySequence& key,
                    const std::function<void()>& act, bool onCanvas = false);
    void choosePass(int position);
    void showAbout();
    void reportCrash();
    // main_window_files.cpp
    void chooseAndOpen();
    bool save();
    bool saveAs();
    bool saveTo(const QString& path);
    /// False: the user wants to stay.
    bool leaveDocument();
    void loaded(const QString& path, LoadResult result);
    void adopt(const QString& path, LoadedPipeline pipeline);
    void chooseExport(const std::string& target, bool optimised);
    void chooseDataFile();
    void refreshRecent();
    // main_window_run.cpp
    void startRun();
    void showStep(const RunStep& step);
    void showOutcome(const std::shared_ptr<const RunOutcome>& outcome);
    void showFigures(const RunOutcome& outcome);
    void showLatency(const RunOutcome& outcome);
    void clearFigures();
    [[nodiscard]] QString failureText(const RunOutcome& outcome) const;
    void pinSchema(const std::string& port);
    void listRuns(const std::vector<RunEntry>& entries, int runs);

    AppSettings m_settings;
    GraphDocument m_document;
    CanvasLayout m_layout;
    OptimizeService* m_optimizer;
    RunService* m_runner;
    RunsService* m_runsService;
    FileService* m_files;
    AutoLayoutService* m_autoLayout;
    SchemaService* m_schemas;
    CodeService* m_codeService;

    std::map<QString, QAction*> m_actions;
    QActionGroup* m_themes = nullptr;
    QMenu* m_exportMenu = nullptr;
    QStackedWidget* m_centre = nullptr;
    WelcomePage* m_welcome = nullptr;
    QSplitter* m_split = nullptr;
    NoticeBar* m_notice = nullptr;
    CanvasPanel* m_canvases[2] = {};
    MainToolBar* m_toolBar = nullptr;
    StatusLine* m_status = nullptr;
    QLabel *m_fileName = nullptr, *m_fileState = nullptr;
    QWidget* m_corner = nullptr;
    QDockWidget *m_paletteDock = nullptr, *m_inspectorDock = nullptr;
    PanelGroup *m_left = nullptr, *m_right = nullptr;
    PaletteView* m_palette = nullptr;
    InspectorView* m_inspector = nullptr;
    StagesView* m_stages = nullptr;
    CodeView* m_code = nullptr;
    RewritesView* m_rewrites = nullptr;
    ProblemsView* m_problems = nullptr;
    LatencyView* m_latency = nullptr;
    RunsView* m_runs = nullptr;

    std::shared_ptr<const RunOutcome> m_outcome; ///< of the last run of this pipeline
    std::string m_clock;                         ///< from the command line
    bool m_effectsAllowed = false;               ///< the user has seen what a run would touch
    bool m_runWanted = false;                    ///< Run was pressed before the plan was ready
    bool m_open = false;
    bool m_stale = false;         ///< the figures shown belong to an earlier version
    bool m_arrangeOnOpen = false; ///< docks take their widths when they are first shown
    bool m_bindOnLoad = false;    ///< the next file's open source gets the chosen data
    QString m_pendingPath;
    int m_runCount = 0;
    std::uint64_t m_measuredWork =
        0; ///< GraphDocument::work() of the run under way or the last one
};

} // namespace fuseboard
