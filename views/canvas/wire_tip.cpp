// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/wire_tip.h"

#include "views/canvas/canvas_view.h"
#include "views/theme/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

constexpr std::size_t kMostFixes = 2;

void clear(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

QLabel* label(const QString& text, TextStyle style, Token color) {
    auto* label = new QLabel(text);
    label->setFont(themed(style));
    label->setStyleSheet(QStringLiteral("color: %1;").arg(themed(color).name()));
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

WireTip::WireTip(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    m_title = label({}, TextStyle::Title13, Token::TipInk);
    m_title->setWordWrap(true);
    m_facts = new QGridLayout;
    m_facts->setHorizontalSpacing(24);
    m_facts->setVerticalSpacing(2);
    m_hint = label({}, TextStyle::Body, Token::TipInk2);
    m_hint->setWordWrap(true);
    m_buttons = new QWidget;
    m_buttonRow = new QHBoxLayout(m_buttons);
    m_buttonRow->setContentsMargins(0, 4, 0, 0);
    m_buttonRow->setSpacing(8);
    column->addWidget(m_title);
    column->addLayout(m_facts);
    column->addWidget(m_hint);
    column->addWidget(m_buttons);
    setFixedWidth(384);
    setAccessibleName(tr("Why this wire cannot be"));
    hide();
}

void WireTip::showVerdict(const WireVerdict& verdict, const QPoint& left) {
    // Called with each movement of the pointer: only a new reason is laid out anew.
    if (m_shown != verdict.title || !isVisible()) {
        m_shown = verdict.title;
        m_title->setText(verdict.title);
        m_title->setStyleSheet(QStringLiteral("color: %1;").arg(themed(Token::TipInk).name()));
        m_hint->setText(verdict.hint);
        m_hint->setVisible(!verdict.hint.isEmpty());
        m_hint->setStyleSheet(QStringLiteral("color: %1;").arg(themed(Token::TipInk2).name()));
        clear(m_facts);
        clear(m_buttonRow);
        int row = 0;
        for (const auto& [name, value] : verdict.facts) {
            m_facts->addWidget(label(name, TextStyle::Body, Token::TipInk2), row, 0);
            m_facts->addWidget(label(value, TextStyle::Mono12, Token::TipInk), row, 1);
            ++row;
        }
        m_facts->setColumnStretch(1, 1);
        const std::size_t fixes = std::min(verdict.fixes.size(), kMostFixes);
        for (std::size_t i = 0; i < fixes; ++i) {
            auto* button = new QPushButton(verdict.fixes[i].text);
            button->setProperty("look", "tip");
            connect(button, &QPushButton::clicked, this, [this, apply = verdict.fixes[i].apply] {
                Q_EMIT closed();
                apply();
            });
            m_buttonRow->addWidget(button);
        }
        m_buttonRow->addStretch();
        m_buttons->setVisible(fixes > 0);
        layout()->activate();
        resize(width(),
               heightForWidth(width()) > 0 ? heightForWidth(width()) : sizeHint().height());
    }
    const QRect room = parentWidget()->rect().adjusted(8, 8, -8, -8);
    QPoint corner(left.x(), left.y() - 28);
    corner.setX(std::clamp(corner.x(), room.left(), std::max(room.left(), room.right() - width())));
    corner.setY(std::clamp(corner.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    move(corner);
    show();
    raise();
}

void WireTip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(Token::Tip));
    painter.drawRoundedRect(rect(), 6, 6);
}

} // namespace fuseboard
