// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/file_service.h"

#include "app/layout_client/worker_layout_service.h"
#include "engine/exporters/exporter.h"

#include <QSaveFile>

#include <memory>

namespace fuseboard {

FileService::FileService(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
}

FileService::~FileService() {
    m_pool.clear();
    m_pool.waitForDone();
}

void FileService::load(const QString& path, std::function<void(LoadResult)> then) {
    m_pool.start([this, path = path.toStdString(), then = std::move(then)] {
        auto result = std::make_shared<LoadResult>(loadPipeline(path));
        QMetaObject::invokeMethod(
            this, [result, then] { then(std::move(*result)); }, Qt::QueuedConnection);
    });
}

void FileService::write(Export what, std::function<void(Status)> then) {
    m_pool.start([this, what = std::move(what), then = std::move(then)] {
        const auto work = [&]() -> Status {
            WorkerLayoutService layout;
            ExportRequest request;
            request.graph = what.graph.get();
            request.optimized = what.optimized.get();
            request.useOptimized = what.optimized != nullptr;
            request.layout = &layout;
            FB_TRY_ASSIGN(const std::string text, exportGraph(what.target, request));
            return replaceFile(what.path, text);
        };
        auto status = std::make_shared<Status>(work());
        QMetaObject::invokeMethod(
            this, [status, then] { then(std::move(*status)); }, Qt::QueuedConnection);
    });
}

Status replaceFile(const QString& path, const std::string& text) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(text.data(), qint64(text.size())) != qint64(text.size()) || !file.commit())
        return fail(ErrorCode::NotWritable,
                    "cannot write " + path.toStdString() + ": " + file.errorString().toStdString(),
                    "choose another place");
    return {};
}

} // namespace fuseboard
