// SPDX-License-Identifier: Apache-2.0
// The Problems tab: everything that keeps the pipeline from running. A click selects the node.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

class QStackedLayout;
class QTableView;

namespace fuseboard {

class ProblemsModel;

class ProblemsView : public QWidget {
    Q_OBJECT

public:
    explicit ProblemsView(GraphDocument& document, QWidget* parent = nullptr);
    [[nodiscard]] ProblemsModel& model() { return *m_model; }

Q_SIGNALS:
    void centreRequested(fuseboard::Side side, const fuseboard::Item& item);

private:
    void choose(int row);
    void showFitting();

    GraphDocument& m_document;
    ProblemsModel* m_model;
    QTableView* m_table;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
