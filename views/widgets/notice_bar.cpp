// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/notice_bar.h"

#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace fuseboard {

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent), m_layout(new QHBoxLayout(this)), m_label(new QLabel), m_actions(nullptr) {
    m_layout->setContentsMargins(36, 4, 8, 4);
    m_layout->setSpacing(8);
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_layout->addWidget(m_label, 1);
    auto* close = new QToolButton;
    close->setIcon(Theme::instance().icon(QStringLiteral("close"), Token::Ink3));
    close->setIconSize({14, 14});
    close->setToolTip(tr("Dismiss"));
    close->setAccessibleName(tr("Dismiss"));
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
    m_layout->addWidget(close);
    setMinimumHeight(36);
    hide();
}

void NoticeBar::showNotice(Kind kind, const QString& text) {
    m_kind = kind;
    m_label->setText(text);
    setAccessibleName(text);
    if (m_actions != nullptr)
        m_actions->deleteLater();
    m_actions = nullptr;
    show();
    update();
}

void NoticeBar::addAction(const QString& text, std::function<void()> action) {
    if (m_actions == nullptr) {
        m_actions = new QWidget;
        auto* row = new QHBoxLayout(m_actions);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        m_layout->insertWidget(1, m_actions);
    }
    auto* button = new QPushButton(text);
    button->setProperty("look", "small");
    connect(button, &QPushButton::clicked, this, [this, action = std::move(action)] {
        hide();
        action();
    });
    m_actions->layout()->addWidget(button);
}

QString NoticeBar::text() const {
    return m_label->text();
}

void NoticeBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Token fill = m_kind == Kind::Error     ? Token::ErrSoft
                       : m_kind == Kind::Warning ? Token::BusySoft
                                                 : Token::Sel;
    const Token ink = m_kind == Kind::Error     ? Token::Err
                      : m_kind == Kind::Warning ? Token::BusyInk
                                                : Token::Ink2;
    painter.fillRect(rect(), themed(fill));
    painter.fillRect(QRect(0, height() - 1, width(), 1), themed(Token::Line));
    Theme::instance().paintIcon(
        painter, QRectF(12, (height() - 16) / 2.0, 16, 16),
        m_kind == Kind::Error ? QStringLiteral("error") : QStringLiteral("warn"), themed(ink));
}

} // namespace fuseboard
