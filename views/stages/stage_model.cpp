// SPDX-License-Identifier: Apache-2.0
#include "views/stages/stage_model.h"

#include "views/document/number_text.h"
#include "views/theme/theme.h"
#include "views/widgets/pair_delegate.h"

#include <algorithm>

namespace fuseboard {

namespace {

std::optional<double> figure(const std::optional<StageFigures>& figures, int column) {
    if (!figures)
        return std::nullopt;
    switch (column) {
    case StageModel::Rate: return figures->rowsPerSecond;
    case StageModel::P50: return figures->p50Us;
    case StageModel::P99: return figures->p99Us;
    case StageModel::P999: return figures->p999Us;
    case StageModel::Bytes: return figures->bytes;
    case StageModel::QueueWait: return figures->queueWaitUs;
    default: return std::nullopt;
    }
}

QString micros(double value) {
    if (value >= 99'950)
        return amountText(value);
    return QString::number(value, 'f', value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

QString textOf(double value, int column) {
    if (column == StageModel::Rate)
        return amountText(value);
    return column == StageModel::Bytes ? bytesText(value) : micros(value);
}

} // namespace

void StageModel::setRows(std::vector<StageTableRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    for (int column = 0; column < ColumnCount; ++column) {
        m_most[column] = 0;
        for (const StageTableRow& row : m_rows) {
            m_most[column] = std::max({m_most[column], figure(row.before, column).value_or(0),
                                       figure(row.after, column).value_or(0)});
        }
    }
    endResetModel();
}

int StageModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

int StageModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant StageModel::firstColumn(const StageTableRow& row, int at, int role) const {
    if (role == kRemarkRole)
        return row.remark;
    if (role == kRemarkFusedRole)
        return row.group > 0;
    if (role != kBracketRole || row.group == 0)
        return {};
    const auto joined = [&](int other) {
        return other >= 0 && other < int(m_rows.size()) &&
               m_rows[std::size_t(other)].group == row.group;
    };
    const bool above = joined(at - 1), below = joined(at + 1);
    return QVariant::fromValue(above && below ? Bracket::Middle
                               : above        ? Bracket::Last
                               : below        ? Bracket::First
                                              : Bracket::Only);
}

QVariant StageModel::pair(const StageTableRow& row, int column) const {
    FigurePair pair;
    const double most = m_most[column] > 0 ? m_most[column] : 1;
    if (const auto value = figure(row.before, column)) {
        pair.drawn = textOf(*value, column);
        pair.drawnShare = *value / most;
    }
    if (const auto value = figure(row.after, column)) {
        pair.optimised = textOf(*value, column);
        pair.optimisedShare = *value / most;
    }
    return QVariant::fromValue(pair);
}

QString StageModel::plain(const StageTableRow& row, int column) const {
    if (column == Stage)
        return row.name;
    if (column == Rows)
        return countText(row.before ? row.before->rows : row.after ? row.after->rows : 0);
    if (column == Errors)
        return countText(row.before ? row.before->errors : 0);
    const auto shown = [&](const std::optional<StageFigures>& side) {
        const auto value = figure(side, column);
        return value ? textOf(*value, column) : QStringLiteral("–");
    };
    return shown(row.before) + QStringLiteral(" / ") + shown(row.after);
}

/// How the stage ran on either side.
QVariant StageModel::stageTip(const StageTableRow& row) {
    QStringList lines;
    if (!row.ranBefore.isEmpty())
        lines << tr("As drawn: %1").arg(row.ranBefore);
    if (!row.ranAfter.isEmpty())
        lines << tr("Optimised: %1").arg(row.ranAfter);
    return lines.isEmpty() ? QVariant() : lines.join(QLatin1Char('\n'));
}

/// The exact figure of the group, and how it was divided.
QString StageModel::groupTip(const StageTableRow& row, int column) {
    QString tip;
    if (const auto whole = figure(row.ofGroup, column))
        tip = tr("Group %1 in all: %2").arg(row.group).arg(textOf(*whole, column));
    if (column >= P50 && column <= P999 && row.after && row.after->sampledBatches) {
        tip += tip.isEmpty() ? QString() : QStringLiteral("\n");
        tip += tr("Divided between its nodes as sampled: this one in %1 of %2")
                   .arg(*row.after->sampledBatches)
                   .arg(pluralText(row.groupBatches, tr("batch"), tr("batches")));
    }
    return tip;
}

QVariant StageModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const StageTableRow& row = m_rows[std::size_t(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
        return plain(row, column);
    if (column == Stage)
        return role == Qt::ToolTipRole ? stageTip(row) : firstColumn(row, index.row(), role);
    if (role == kPairRole && column > Rows && column < Errors)
        return pair(row, column);
    if (role == Qt::ToolTipRole && row.ofGroup && column > Rows && column < Errors)
        return groupTip(row, column);
    if (role == Qt::ForegroundRole && column == Errors && row.before && row.before->errors > 0)
        return QBrush(themed(Token::Err));
    return {};
}

QVariant StageModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Stage ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        if (section >= P50 && section <= P999)
            return tr("Time in which a stage works on a batch");
        return section == QueueWait ? tr("Median time that a batch waits for the stage")
                                    : QVariant();
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Stage: return tr("Stage");
    case Rows: return tr("Rows");
    case Rate: return tr("Rows/s");
    case P50: return tr("p50, µs");
    case P99: return tr("p99, µs");
    case P999: return tr("p99.9, µs");
    case Bytes: return tr("Bytes materialised");
    case QueueWait: return tr("Queue wait, µs");
    case Errors: return tr("Errors");
    default: return {};
    }
}

} // namespace fuseboard
