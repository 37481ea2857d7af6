// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/section.h"

#include <QLabel>
#include <QLayoutItem>
#include <QVBoxLayout>

#include <memory>

namespace fuseboard {

namespace {

/// A label whose colour follows the theme.
class ThemedLabel : public QLabel {
public:
    ThemedLabel(const QString& text, Token color) : QLabel(text), m_color(color) {
        apply();
        connect(&Theme::instance(), &Theme::changed, this, [this] { apply(); });
    }

private:
    void apply() {
        QPalette colors = palette();
        colors.setColor(QPalette::WindowText, themed(m_color));
        setPalette(colors);
    }
    Token m_color;
};

} // namespace

QLabel* wrappedText(const QString& text, Token color, TextStyle style) {
    auto* label = new ThemedLabel(text, color);
    label->setFont(themed(style));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    return label;
}

Section::Section(const QString& title, QWidget* parent)
    : QWidget(parent), m_header(new SectionHeader(title)), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 14, 0, 0);
    m_column->setSpacing(6);
    m_column->addWidget(m_header);
}

void Section::clear() {
    while (m_column->count() > 1) {
        const std::unique_ptr<QLayoutItem> item(m_column->takeAt(1));
        if (QWidget* widget = item->widget(); widget != nullptr) {
            widget->hide();
            widget->deleteLater();
        }
    }
}

void Section::add(QWidget* widget) {
    m_column->addWidget(widget);
}

void Section::finish() {
    setVisible(m_column->count() > 1);
}

} // namespace fuseboard
