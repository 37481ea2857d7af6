// SPDX-License-Identifier: Apache-2.0
// What the inspector shows while nothing is selected: the properties of the whole pipeline.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace fuseboard {

/// GUI thread only; the document outlives it.
class PipelineForm : public QWidget {
    Q_OBJECT

public:
    explicit PipelineForm(GraphDocument& document, QWidget* parent = nullptr);
    void refresh();

private:
    QComboBox* addChoice(QVBoxLayout& column, const QString& title, const QString& hint,
                         const QStringList& choices);
    void commit();

    GraphDocument& m_document;
    QLineEdit* m_name;
    QComboBox *m_order, *m_atEnd, *m_onError;
    QLineEdit* m_clock;
};

} // namespace fuseboard
