// SPDX-License-Identifier: Apache-2.0
// The Rewrites tab. A click selects the nodes of a row on both sides.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTableView;

namespace fuseboard {

class RewriteModel;

class RewritesView : public QWidget {
    Q_OBJECT

public:
    explicit RewritesView(GraphDocument& document, QWidget* parent = nullptr);
    [[nodiscard]] RewriteModel& model() { return *m_model; }
    /// Filter and counts, for the bar of the tabs. The caller places it.
    [[nodiscard]] QWidget* tools() { return m_tools; }

private:
    void choose(int row);
    void showFitting();

    GraphDocument& m_document;
    RewriteModel* m_model;
    QTableView* m_table;
    QWidget* m_tools;
    QLabel* m_counts;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
