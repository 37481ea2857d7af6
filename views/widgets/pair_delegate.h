// SPDX-License-Identifier: Apache-2.0
// Table cells of the Stages look: two figures a row, as drawn above and optimised below, each with
// a bar to its left; and the first column with a bracket that joins rows of one fused group.
#pragma once

#include <QMetaType>
#include <QString>
#include <QStyledItemDelegate>

#include <optional>

namespace fuseboard {

/// The value of a two-line cell under kPairRole. Shares are 0 to 1 of the column's greatest value;
/// an absent figure is drawn as a dash.
struct FigurePair {
    std::optional<QString> drawn, optimised;
    double drawnShare = 0, optimisedShare = 0;
};

/// How a row of one group joins its neighbours, under kBracketRole of the first column.
enum class Bracket : std::uint8_t { None, Only, First, Middle, Last };

inline constexpr int kPairRole = Qt::UserRole + 100;
inline constexpr int kBracketRole = Qt::UserRole + 101;
inline constexpr int kRemarkRole = Qt::UserRole + 102;      ///< right-aligned text: "group 1"
inline constexpr int kRemarkFusedRole = Qt::UserRole + 103; ///< bool: the remark in fused colour

/// Rows are 25 high. Cells without kPairRole are drawn as plain 11 px text.
class PairDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
    void setBarWidth(int pixels) { m_barWidth = pixels; } ///< of the greatest value; 0: none

private:
    void paintPair(QPainter& painter, const QRect& rect, const FigurePair& pair) const;
    void paintName(QPainter& painter, const QRect& rect, const QModelIndex& index) const;

    int m_barWidth = 40;
};

} // namespace fuseboard

Q_DECLARE_METATYPE(fuseboard::FigurePair)
Q_DECLARE_METATYPE(fuseboard::Bracket)
