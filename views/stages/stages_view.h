// SPDX-License-Identifier: Apache-2.0
// The Stages tab: figures of every stage, as drawn and optimised. A click selects the node.
#pragma once

#include "views/stages/stage_table.h"

#include <QWidget>

class QStackedLayout;
class QTableView;

namespace fuseboard {

class StageModel;

/// GUI thread only; the document must outlive it.
class StagesView : public QWidget {
    Q_OBJECT

public:
    explicit StagesView(GraphDocument& document, QWidget* parent = nullptr);
    void setRuns(const SideRun& drawn, const SideRun& optimised);
    void clear();
    [[nodiscard]] StageModel& model() { return *m_model; }
    /// The key to the two lines, for the bar of the tabs. The caller places it.
    [[nodiscard]] QWidget* tools() { return m_tools; }

private:
    void choose(int row);
    void followSelection();

    GraphDocument& m_document;
    StageModel* m_model;
    QTableView* m_table;
    QWidget* m_tools;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
