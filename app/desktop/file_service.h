// SPDX-License-Identifier: Apache-2.0
// Reads pipeline files and writes exports on a thread of its own: a file may be large, and DOT and
// pictures go through the layout worker.
#pragma once

#include "app/session/session.h"
#include "views/document/graph_document.h"

#include <QObject>
#include <QThreadPool>

#include <functional>

namespace fuseboard {

/// Lives in the GUI thread; answers come there.
class FileService : public QObject {
    Q_OBJECT

public:
    explicit FileService(QObject* parent = nullptr);
    ~FileService() override;

    void load(const QString& path, std::function<void(LoadResult)> then);
    struct Export {
        std::string target;
        GraphPtr graph;
        OptimizedPtr optimized; ///< null: export the graph as drawn
        QString path;
    };
    void write(Export what, std::function<void(Status)> then);

private:
    QThreadPool m_pool;
};

/// Replaces the file at `path` as a whole or leaves it as it was. Errors: NotWritable.
[[nodiscard]] Status replaceFile(const QString& path, const std::string& text);

} // namespace fuseboard
