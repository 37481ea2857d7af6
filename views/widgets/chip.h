// SPDX-License-Identifier: Apache-2.0
// A small rounded label with an icon: one fact about a node.
#pragma once

#include <QString>
#include <QWidget>

namespace fuseboard {

/// 22 high. Not interactive.
class Chip : public QWidget {
    Q_OBJECT

public:
    explicit Chip(const QString& icon, const QString& text, QWidget* parent = nullptr);
    void setText(const QString& text);
    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon, m_text;
};

} // namespace fuseboard
