// SPDX-License-Identifier: Apache-2.0
// The Runs tab: recorded runs, and any side of any run against any other.
#pragma once

#include "views/runs/run_entry.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QStackedLayout;
class QTableView;

namespace fuseboard {

class Plot;
class RunsModel;

/// Which side of which entry is compared.
struct SideChoice {
    RunId id = 0;
    PlanSide side = PlanSide::Naive;
    bool operator==(const SideChoice&) const = default;
};

/// GUI thread only. Gets values; what it wants to know or change, it asks for by signal.
class RunsView : public QWidget {
    Q_OBJECT

public:
    explicit RunsView(QWidget* parent = nullptr);
    void setEntries(std::vector<RunEntry> entries);
    /// Figures of the sides asked for by sidesChosen().
    void setSides(const MeasuredSide& a, const MeasuredSide& b);
    [[nodiscard]] RunsModel& model() { return *m_model; }
    /// Chooses the two sides of an entry, such as the run that has just ended.
    void showEntry(RunId id);
    [[nodiscard]] QString verdict() const;

Q_SIGNALS:
    void sidesChosen(const fuseboard::SideChoice& a, const fuseboard::SideChoice& b);
    void tagChanged(const std::vector<fuseboard::RunId>& runs, const QString& tag);
    void noteChanged(const std::vector<fuseboard::RunId>& runs, const QString& note);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeChoices();
    void fillChoices();
    void tellChoice();
    void showMenu(const QPoint& at);
    void swapSides();
    [[nodiscard]] std::vector<RunId> runsOf(int row) const;

    RunsModel* m_model;
    QComboBox *m_a, *m_b;
    QLabel *m_verdict, *m_details;
    QTableView* m_table;
    Plot *m_wall, *m_ratios;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
