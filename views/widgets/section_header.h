// SPDX-License-Identifier: Apache-2.0
// The heading of a section in the inspector: title left, remark right.
#pragma once

#include "views/theme/theme.h"

#include <QString>
#include <QWidget>

namespace fuseboard {

/// 16 high, 11 px semibold; the remark may have an icon and a colour of its own.
class SectionHeader : public QWidget {
    Q_OBJECT

public:
    explicit SectionHeader(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setRemark(const QString& text, const QString& icon = {}, Token color = Token::Ink3);
    [[nodiscard]] QSize sizeHint() const override { return {120, 16}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {40, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_title, m_remark, m_icon;
    Token m_remarkColor = Token::Ink3;
};

} // namespace fuseboard
