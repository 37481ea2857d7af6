// SPDX-License-Identifier: Apache-2.0
// What a panel shows while it has nothing to show: a title, a sentence, and perhaps a way on.
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace fuseboard {

class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(const QString& title, const QString& hint, QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& hint);
    void setAction(const QString& text); ///< empty: no button

Q_SIGNALS:
    void actionTriggered();

private:
    QLabel* m_title;
    QLabel* m_hint;
    QPushButton* m_button;
};

} // namespace fuseboard
