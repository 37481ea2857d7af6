// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/empty_state.h"

#include "views/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace fuseboard {

EmptyState::EmptyState(const QString& title, const QString& hint, QWidget* parent)
    : QWidget(parent), m_title(new QLabel), m_hint(new QLabel), m_button(new QPushButton) {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(4);
    column->addStretch();
    m_title->setFont(themed(TextStyle::Title13));
    m_title->setAlignment(Qt::AlignCenter);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_hint->setProperty("look", "muted");
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addSpacing(8);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch();
    m_button->hide();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    setTexts(title, hint);
}

void EmptyState::setTexts(const QString& title, const QString& hint) {
    m_title->setText(title);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void EmptyState::setAction(const QString& text) {
    m_button->setText(text);
    m_button->setVisible(!text.isEmpty());
}

} // namespace fuseboard
