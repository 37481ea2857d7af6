// SPDX-License-Identifier: Apache-2.0
// Opening, saving, importing and exporting.
#include "app/desktop/file_service.h"
#include "app/desktop/main_window.h"
#include "app/desktop/tool_bar.h"
#include "app/desktop/welcome_page.h"
#include "engine/exporters/exporter.h"
#include "engine/graph/graph_json.h"
#include "engine/importers/importer.h"
#include "views/canvas/canvas_panel.h"
#include "views/document/number_text.h"
#include "views/inspector/inspector_view.h"
#include "views/widgets/notice_bar.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QTimer>

#include <algorithm>
#include <array>

namespace fuseboard {

namespace {

constexpr const char* kEnding = ".fuse.json";

QString firstOf(const std::vector<Error>& errors) {
    QString text = MainWindow::sentences(errors.front());
    if (errors.size() > 1)
        text += MainWindow::tr("\n… and %1 more").arg(errors.size() - 1);
    return text;
}

QString importFilter() {
    QStringList all, kinds;
    for (const Importer& importer : importers()) {
        QStringList endings;
        for (const std::string_view ending : importer.endings)
            endings << QStringLiteral("*") +
                           QString::fromUtf8(ending.data(), qsizetype(ending.size()));
        all << endings;
        kinds << QStringLiteral("%1 (%2)").arg(
            QString::fromUtf8(importer.title.data(), qsizetype(importer.title.size())),
            endings.join(QLatin1Char(' ')));
    }
    return MainWindow::tr("Pipelines (%1)").arg(all.join(QLatin1Char(' '))) + QStringLiteral(";;") +
           kinds.join(QStringLiteral(";;")) + QStringLiteral(";;") +
           MainWindow::tr("All files (*)");
}

/// What stands on the welcome page below “More examples”: every sample but the main one.
struct SampleTexts {
    const char *file, *title, *detail, *icon;
};
constexpr std::array<SampleTexts, 3> kSamples{
    {{"filter-and-route.fuse.json", QT_TRANSLATE_NOOP("Samples", "Filter and route"),
      QT_TRANSLATE_NOOP("Samples", "nested records, one branch for large baskets"), "branch"},
     {"log-lines.fuse.json", QT_TRANSLATE_NOOP("Samples", "Log lines"),
      QT_TRANSLATE_NOOP("Samples", "access log: failures and a sample"), "filter"},
     {"orders-by-key.fuse.json", QT_TRANSLATE_NOOP("Samples", "Orders by key"),
      QT_TRANSLATE_NOOP("Samples", "sales of each window and key"), "window"}}};

} // namespace

void MainWindow::refreshRecent() {
    m_welcome->setRecentFiles(m_settings.recentFiles());
    const QString folder = QString::fromStdString(samplesFolder());
    std::vector<ExampleFile> examples;
    for (const SampleTexts& sample : kSamples) {
        const QString path = folder + QLatin1Char('/') + QLatin1String(sample.file);
        if (!folder.isEmpty() && QFileInfo::exists(path))
            examples.push_back({path, QCoreApplication::translate("Samples", sample.title),
                                QCoreApplication::translate("Samples", sample.detail),
                                QLatin1String(sample.icon)});
    }
    m_welcome->setExamples(examples);
}

void MainWindow::newPipeline() {
    if (!leaveDocument())
        return;
    m_pendingPath.clear(); // a file that is still being read comes too late
    m_document.reset(Graph());
    m_effectsAllowed = true; // whatever it will touch, the user will have drawn
    m_notice->hide();
    showWorkspace(true);
    m_canvases[0]->view().setFocus();
}

void MainWindow::openExample() {
    const QString folder = QString::fromStdString(samplesFolder());
    if (folder.isEmpty()) {
        tell(tr("The samples of Fuseboard are not installed"), true);
        return;
    }
    m_toolBar->chooseData(exampleData());
    m_bindOnLoad = true;
    openFile(folder + QStringLiteral("/influx.trickle"));
}

void MainWindow::chooseAndOpen() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open or import a pipeline"), {}, importFilter());
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::openFile(const QString& path) {
    if (!leaveDocument()) {
        Q_EMIT fileOpened(false, tr("kept the pipeline that is open"));
        return;
    }
    m_pendingPath = path;
    m_files->load(path, [this, path](LoadResult result) {
        if (path == m_pendingPath) // else the user has chosen another file meanwhile
            loaded(path, std::move(result));
    });
}

void MainWindow::loaded(const QString& path, LoadResult result) {
    const bool bind = std::exchange(m_bindOnLoad, false);
    if (!result) {
        const QString message = firstOf(result.error());
        tell(message, true);
        Q_EMIT fileOpened(false, message);
        return;
    }
    if (bind)
        bindOpenInput(result->naive, m_toolBar->data());
    auto pipeline = std::make_shared<LoadedPipeline>(std::move(*result));
    m_layout.prepare(GraphPtr(pipeline, &pipeline->naive), [this, path, pipeline] {
        if (path == m_pendingPath)
            adopt(path, std::move(*pipeline));
    });
}

void MainWindow::adopt(const QString& path, LoadedPipeline pipeline) {
    m_effectsAllowed = false;
    m_document.reset(std::move(pipeline.naive), path, pipeline.format == "fuse-json");
    m_document.setProblems(pipeline.problems);
    m_notice->hide();
    showWorkspace(true);
    m_toolBar->setDataChoices(dataChoices(*m_document.graph()));
    QTimer::singleShot(0, this, [this] { m_canvases[0]->view().fit(); });
    if (!pipeline.notices.empty()) {
        QString text = QString::fromStdString(pipeline.notices.front().message);
        if (pipeline.notices.size() > 1)
            text += tr(" (and %1 more, see the log)").arg(pipeline.notices.size() - 1);
        for (const Notice& notice : pipeline.notices)
            qInfo("%s:%u: %s", notice.place.file.c_str(), notice.place.line,
                  notice.message.c_str());
        tell((pipeline.format == "fuse-json" ? tr("Opened %1: %2") : tr("Imported %1: %2"))
                 .arg(QFileInfo(path).fileName(), text));
    }
    m_settings.addRecentFile({QFileInfo(path).absoluteFilePath(),
                              int(m_document.graph()->nodeCount()), std::nullopt,
                              QDateTime::currentDateTime()});
    Q_EMIT fileOpened(true, {});
}

bool MainWindow::leaveDocument() {
    m_inspector->commitPending();
    // An import that was only looked at can be imported again; edits would be lost.
    if (!m_open || m_document.undoStack().isClean())
        return true;
    const auto answer = QMessageBox::question(
        this, tr("Unsaved changes"), tr("Save the changes to %1?").arg(m_document.displayName()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
    if (answer == QMessageBox::Cancel)
        return false;
    return answer == QMessageBox::Discard || save();
}

bool MainWindow::save() {
    const QString path = m_document.filePath();
    return path.endsWith(QLatin1String(kEnding)) ? saveTo(path) : saveAs();
}

bool MainWindow::saveAs() {
    QString suggestion = m_document.filePath();
    if (!suggestion.endsWith(QLatin1String(kEnding))) {
        const QFileInfo info(suggestion);
        suggestion = suggestion.isEmpty()
                         ? tr("pipeline")
                         : info.path() + QLatin1Char('/') + info.completeBaseName();
        suggestion += QLatin1String(kEnding);
    }
    QString path = QFileDialog::getSaveFileName(this, tr("Save the pipeline"), suggestion,
                                                tr("Pipelines (*%1)").arg(QLatin1String(kEnding)));
    if (path.isEmpty())
        return false;
    if (!path.endsWith(QStringLiteral(".json")))
        path += QLatin1String(kEnding);
    return saveTo(path);
}

bool MainWindow::saveTo(const QString& path) {
    m_inspector->commitPending();
    const Result<std::string> text = printPipeline(*m_document.graph());
    const Status written = text ? replaceFile(path, *text) : fail(text.error());
    if (!written) {
        tell(tr("Not saved: %1").arg(sentences(written.error())), true);
        return false;
    }
    m_document.setSaved(path);
    m_settings.addRecentFile({QFileInfo(path).absoluteFilePath(),
                              int(m_document.graph()->nodeCount()), std::nullopt,
                              QDateTime::currentDateTime()});
    updateTitle();
    return true;
}

void MainWindow::chooseExport(const std::string& target, bool optimised) {
    m_inspector->commitPending();
    const auto targets = exportTargets();
    const auto found = std::ranges::find(targets, target, &ExportTarget::name);
    if (found == targets.end())
        return;
    if (optimised && (m_document.optimized() == nullptr || m_document.isOptimizedStale())) {
        tell(tr("There is no plan yet: fix the problems first"), true);
        return;
    }
    const QString ending = QString::fromUtf8(found->ending.data(), qsizetype(found->ending.size()));
    const QString base = QFileInfo(m_document.displayName()).baseName();
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export"), base + (optimised ? QStringLiteral("-optimised") : QString()) + ending,
        QStringLiteral("*%1").arg(ending));
    if (!path.isEmpty())
        exportTo(target, optimised, path);
}

void MainWindow::exportTo(const std::string& target, bool optimised, const QString& path) {
    FileService::Export what{target, m_document.graph(),
                             optimised ? m_document.optimized() : nullptr, path};
    m_files->write(std::move(what), [this, path](const Status& written) {
        const QString message = written ? tr("Exported to %1").arg(path)
                                        : tr("Not exported: %1").arg(sentences(written.error()));
        tell(message, !written);
        Q_EMIT exported(written.has_value(), message);
    });
}

void MainWindow::chooseDataFile() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose sample data"), {},
        tr("Rows (*.ndjson *.json *.jsonl *.csv *.log *.txt *.lp *.gz *.zst *.xz);;All files (*)"));
    if (!path.isEmpty())
        m_toolBar->chooseData(fileChoice(path));
}

} // namespace fuseboard
