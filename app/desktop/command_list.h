// SPDX-License-Identifier: Apache-2.0
// Every action of the window by name (Ctrl+K), and the list of shortcuts (F1).
#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QListWidget;

namespace fuseboard {

/// Typing filters, Enter performs.
class CommandList : public QDialog {
    Q_OBJECT

public:
    CommandList(const QList<QAction*>& actions, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void perform();

    QList<QAction*> m_actions;
    QLineEdit* m_search;
    QListWidget* m_list;
};

/// Shows all shortcuts; returns when it is closed.
void showShortcuts(const QList<QAction*>& actions, QWidget* parent);

} // namespace fuseboard
