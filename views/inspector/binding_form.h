// SPDX-License-Identifier: Apache-2.0
// The form of a source or sink: what it reads or writes, saved with the pipeline.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace fuseboard {

/// Shows and edits the binding of one boundary port. GUI thread only; the document outlives it.
class BindingForm : public QWidget {
    Q_OBJECT

public:
    BindingForm(GraphDocument& document, Item port, QWidget* parent = nullptr);
    void refresh();

private:
    void build();
    void addConnector();
    void addFile();
    void addGenerator();
    void addClock();
    void addText(const QString& title, const char* key, const QString& hint = {},
                 const QString& placeholder = {});
    void addNumber(const QString& title, const char* key, const QString& hint,
                   const QString& placeholder);
    void addChoice(const QString& title, const char* key,
                   const std::vector<std::pair<QString, QString>>& choices);
    void add(QWidget* row, std::function<void()> show);
    void choosePath();
    [[nodiscard]] PortBinding binding() const;
    [[nodiscard]] bool isInput() const { return m_port.kind == Element::Kind::InputPort; }

    GraphDocument& m_document;
    Item m_port;
    QVBoxLayout* m_column;
    std::string m_shownConnector;
    std::vector<std::function<void()>> m_shows; ///< put what the document holds into the controls
};

} // namespace fuseboard
