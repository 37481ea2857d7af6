// SPDX-License-Identifier: Apache-2.0
// The toolbar of the main window: run and stop, compare, sample data, repetitions, pass stepper,
// export.
#pragma once

#include "app/desktop/run_plan.h"

#include <QToolBar>

#include <vector>

class QComboBox;
class QSpinBox;
class QToolButton;

namespace fuseboard {

class PassStepper;

class MainToolBar : public QToolBar {
    Q_OBJECT

public:
    /// The actions stay with their owner; buttons follow their state.
    MainToolBar(QAction* run, QAction* stop, QAction* compare, QMenu* exports,
                QWidget* parent = nullptr);
    /// Replaces what can be chosen; keeps the choice if it is still there.
    void setDataChoices(std::vector<DataChoice> choices);
    void chooseData(const DataChoice& choice); ///< adds it when it is not there
    [[nodiscard]] DataChoice data() const;
    [[nodiscard]] int repetitions() const;
    void setRepetitions(int repetitions);
    [[nodiscard]] PassStepper& stepper() { return *m_stepper; }
    void setPipelineOpen(bool open); ///< greys out what needs one

Q_SIGNALS:
    void dataFileWanted(); ///< "Choose a file…"
    void repetitionsChanged(int repetitions);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QToolButton* addButton(QAction* action, const QString& look);
    void addGap();
    QAction* addText(const QString& text);
    void fillData();

    std::vector<DataChoice> m_choices, m_files;
    QComboBox* m_data;
    QAction* m_dataTitle = nullptr;
    QSpinBox* m_repetitions;
    PassStepper* m_stepper;
    QToolButton* m_export;
    int m_chosen = 0;
    bool m_picked = false; ///< by the user; else the pipeline's own source is preferred
};

} // namespace fuseboard
