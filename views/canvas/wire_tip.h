// SPDX-License-Identifier: Apache-2.0
// The dark bubble beside a wire that cannot be: why, and up to two ways on.
#pragma once

#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QLabel;

namespace fuseboard {

struct WireVerdict;

class WireTip : public QWidget {
    Q_OBJECT

public:
    explicit WireTip(QWidget* parent);
    /// Shows it with its left border at `left`, moved so that it stays inside the parent.
    void showVerdict(const WireVerdict& verdict, const QPoint& left);

Q_SIGNALS:
    void closed(); ///< a fix has been applied

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_title;
    QGridLayout* m_facts;
    QLabel* m_hint;
    QWidget* m_buttons;
    QHBoxLayout* m_buttonRow;
    QString m_shown;
};

} // namespace fuseboard
