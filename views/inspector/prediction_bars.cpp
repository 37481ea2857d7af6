// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/prediction_bars.h"

#include "views/theme/tabular_text.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr int kLine = 16, kLabels = 84, kBars = 142, kNumbers = 66;

} // namespace

PredictionBars::PredictionBars(QString name, Amount predicted, std::optional<Amount> measured,
                               Token color, QWidget* parent)
    : QWidget(parent), m_name(std::move(name)), m_predicted(std::move(predicted)),
      m_measured(std::move(measured)), m_color(color) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(m_name);
    setAccessibleDescription(
        tr("predicted %1, measured %2")
            .arg(m_predicted.text, m_measured ? m_measured->text : tr("not known")));
}

void PredictionBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(themed(TextStyle::BodyStrong));
    painter.setPen(themed(Token::Ink));
    painter.drawText(QRectF(0, 0, kLabels - 6, height()), Qt::AlignLeft | Qt::AlignVCenter, m_name);
    const double room = width() - kBars - kNumbers;
    const double most =
        std::max(std::fabs(m_predicted.value), m_measured ? std::fabs(m_measured->value) : 0.0);
    const auto line = [&](int row, const QString& label, const Amount* amount, bool solid) {
        const QRectF at(0, row * kLine, width(), kLine);
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink2));
        painter.drawText(at.adjusted(kLabels, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, label);
        if (amount != nullptr && most > 0) {
            const double length = std::max(2.0, room * std::fabs(amount->value) / most);
            const QRectF bar(kBars + 0.5, at.top() + 5.5, length - 1, 5);
            QPen pen(themed(m_color), 1);
            if (!solid)
                pen.setDashPattern({2, 2});
            painter.setPen(pen);
            painter.setBrush(solid ? QBrush(themed(m_color)) : QBrush(Qt::NoBrush));
            painter.drawRect(bar);
        }
        painter.setFont(themed(solid ? TextStyle::SmallStrong : TextStyle::Small));
        painter.setPen(themed(Token::Ink));
        drawTabular(painter, at, Qt::AlignRight | Qt::AlignVCenter,
                    amount == nullptr ? QStringLiteral("–") : amount->text);
    };
    line(0, tr("predicted"), &m_predicted, false);
    line(1, tr("measured"), m_measured ? &*m_measured : nullptr, true);
}

} // namespace fuseboard
