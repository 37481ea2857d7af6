// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/pair_delegate.h"

#include "views/theme/tabular_text.h"
#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr int kRowHeight = 25, kSide = 8, kFirstSide = 12;

} // namespace

QSize PairDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

void PairDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, themed(Token::Band));
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, themed(Token::Hover));
    const bool first = index.column() == 0;
    const QRect rect = option.rect.adjusted(first ? kFirstSide : kSide, 0, -kSide, 0);
    const QVariant pair = index.data(kPairRole);
    if (pair.canConvert<FigurePair>()) {
        paintPair(*painter, rect, pair.value<FigurePair>());
    } else if (!first) {
        const QVariant aligned = index.data(Qt::TextAlignmentRole);
        const auto alignment =
            aligned.isValid() ? Qt::Alignment(aligned.toInt()) : Qt::AlignRight | Qt::AlignVCenter;
        painter->setFont(themed(TextStyle::Small));
        const QVariant ink = index.data(Qt::ForegroundRole);
        painter->setPen(ink.canConvert<QBrush>() ? ink.value<QBrush>().color()
                                                 : themed(Token::Ink));
        const QString text = QFontMetricsF(painter->font())
                                 .elidedText(index.data().toString(), Qt::ElideRight, rect.width());
        drawTabular(*painter, rect, alignment, text);
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      themed(Token::Line));
    if (first)
        paintName(*painter, option.rect, index);
    painter->restore();
}

void PairDelegate::paintPair(QPainter& painter, const QRect& rect, const FigurePair& pair) const {
    painter.setFont(themed(TextStyle::Small));
    const auto line = [&](const QRect& row, const std::optional<QString>& text, double share,
                          Token color) {
        if (text && share > 0 && m_barWidth > 0) {
            const double width = std::max(1.0, std::clamp(share, 0.0, 1.0) * m_barWidth);
            painter.setPen(Qt::NoPen);
            painter.setBrush(themed(color));
            painter.drawRoundedRect(QRectF(row.left(), row.top() + 3, width, 6), 1, 1);
        }
        painter.setPen(themed(text ? Token::Ink : Token::Ink3));
        drawTabular(painter, QRectF(row), Qt::AlignRight | Qt::AlignVCenter,
                    text.value_or(QStringLiteral("–")));
    };
    const QRect upper(rect.left(), rect.top(), rect.width(), 12);
    line(upper, pair.drawn, pair.drawnShare, Token::DrawnMark);
    line(upper.translated(0, 12), pair.optimised, pair.optimisedShare, Token::FusedMark);
}

void PairDelegate::paintName(QPainter& painter, const QRect& cell, const QModelIndex& index) const {
    const QVariant joined = index.data(kBracketRole);
    const auto bracket = joined.canConvert<Bracket>() ? joined.value<Bracket>() : Bracket::None;
    if (bracket != Bracket::None) {
        const bool opens = bracket == Bracket::First || bracket == Bracket::Only;
        const bool closes = bracket == Bracket::Last || bracket == Bracket::Only;
        const QRectF bar(cell.left() + 4, cell.top() + (opens ? 4 : 0), 3,
                         cell.height() - (opens ? 4 : 0) - (closes ? 4 : 0));
        painter.fillRect(bar, themed(Token::Fused));
    }
    const QRect rect = cell.adjusted(kFirstSide, 0, -kSide, 0);
    painter.setFont(themed(TextStyle::Small));
    const QString remark = index.data(kRemarkRole).toString();
    const double remarkWidth = QFontMetricsF(painter.font()).horizontalAdvance(remark);
    painter.setPen(themed(index.data(kRemarkFusedRole).toBool() ? Token::Fused : Token::Ink3));
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, remark);
    painter.setFont(themed(TextStyle::BodyMedium));
    painter.setPen(themed(Token::Ink));
    const QFontMetricsF metrics(painter.font());
    const double room = rect.width() - (remark.isEmpty() ? 0 : remarkWidth + 8);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(index.data().toString(), Qt::ElideRight, room));
}

} // namespace fuseboard
