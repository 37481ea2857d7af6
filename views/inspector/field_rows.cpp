// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/field_rows.h"

#include "views/inspector/section.h"
#include "views/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include <array>
#include <cmath>

namespace fuseboard {

namespace {

struct Unit {
    const char* name;
    std::uint64_t nanoseconds;
};
constexpr std::array<Unit, 6> kUnits{{{"ns", 1},
                                      {"µs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"min", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};
constexpr int kSeconds = 3;

} // namespace

DurationEdit::DurationEdit(QWidget* parent)
    : QWidget(parent), m_number(new QLineEdit), m_unit(new QComboBox) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    for (const Unit& unit : kUnits)
        m_unit->addItem(QString::fromUtf8(unit.name));
    m_unit->setCurrentIndex(kSeconds);
    m_unit->setFixedWidth(72);
    m_unit->setAccessibleName(tr("Unit"));
    row->addWidget(m_number, 1);
    row->addWidget(m_unit);
    connect(m_number, &QLineEdit::textEdited, this, [this] {
        markInvalid(*m_number, isIncomplete());
        Q_EMIT edited();
    });
    connect(m_number, &QLineEdit::editingFinished, this, &DurationEdit::finished);
    connect(m_unit, &QComboBox::activated, this, [this] {
        Q_EMIT edited();
        Q_EMIT finished();
    });
    setFocusProxy(m_number);
}

void DurationEdit::setValue(std::optional<std::uint64_t> nanoseconds) {
    if (nanoseconds == value())
        return;
    const QSignalBlocker quiet(m_unit);
    markInvalid(*m_number, false);
    if (!nanoseconds) {
        m_number->clear();
        return;
    }
    int unit = int(kUnits.size()) - 1;
    while (unit > 0 && *nanoseconds % kUnits[std::size_t(unit)].nanoseconds != 0)
        --unit;
    if (*nanoseconds == 0)
        unit = kSeconds;
    m_unit->setCurrentIndex(unit);
    m_number->setText(QString::number(*nanoseconds / kUnits[std::size_t(unit)].nanoseconds));
}

std::optional<std::uint64_t> DurationEdit::value() const {
    bool isNumber = false;
    const double amount = m_number->text().trimmed().toDouble(&isNumber);
    const double all = amount * double(kUnits[std::size_t(m_unit->currentIndex())].nanoseconds);
    if (!isNumber || !(all >= 0) || all > 9e18)
        return std::nullopt;
    return std::uint64_t(std::llround(all));
}

bool DurationEdit::isIncomplete() const {
    return !m_number->text().trimmed().isEmpty() && !value();
}

void markInvalid(QWidget& field, bool invalid) {
    if (field.property("invalid").toBool() == invalid)
        return;
    field.setProperty("invalid", invalid);
    field.style()->unpolish(&field);
    field.style()->polish(&field);
}

QWidget* labelledRow(const QString& title, QWidget* control, const QString& hint) {
    auto* row = new QWidget;
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 2);
    column->setSpacing(4);
    QLabel* label = wrappedText(title, Token::Ink2, TextStyle::SmallMedium);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setBuddy(control);
    control->setAccessibleName(title);
    column->addWidget(label);
    column->addWidget(control);
    if (!hint.isEmpty())
        column->addWidget(wrappedText(hint, Token::Ink3, TextStyle::Small));
    return row;
}

void showText(QLineEdit& field, const QString& text) {
    if (field.text() != text)
        field.setText(text);
}

} // namespace fuseboard
