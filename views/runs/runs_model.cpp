// SPDX-License-Identifier: Apache-2.0
#include "views/runs/runs_model.h"

#include "views/document/number_text.h"
#include "views/theme/theme.h"

namespace fuseboard {

namespace {

double medianSeconds(const std::vector<RunRow>& runs) {
    std::vector<double> seconds;
    for (const RunRow& run : runs)
        seconds.push_back(run.seconds);
    return median(seconds);
}

QString sideText(const std::vector<RunRow>& runs) {
    if (runs.empty())
        return QStringLiteral("–");
    const RunStatus status = runs.back().status;
    if (status == RunStatus::Done)
        return durationText(medianSeconds(runs) * 1e9);
    return QString::fromUtf8(toString(status).data(), qsizetype(toString(status).size()));
}

QString factorOf(const RunEntry& entry) {
    if (entry.comparison && entry.comparison->speedup)
        return factorText(*entry.comparison->speedup);
    return QStringLiteral("–");
}

QString tooltip(const RunEntry& entry, const RunRow& run) {
    QStringList lines{QString::fromStdString(run.inputName)};
    if (entry.comparison) {
        lines << RunsModel::tr("%1 repetitions each").arg(entry.comparison->repetitions);
        if (entry.comparison->ciLow && entry.comparison->ciHigh)
            lines << RunsModel::tr("95 % interval %1 to %2")
                         .arg(factorText(*entry.comparison->ciLow),
                              factorText(*entry.comparison->ciHigh));
        if (entry.comparison->identical)
            lines << (*entry.comparison->identical ? RunsModel::tr("Results identical")
                                                   : RunsModel::tr("Results differ"));
    }
    if (!run.errorText.empty())
        lines << QString::fromStdString(run.errorText);
    if (!run.note.empty())
        lines << QString::fromStdString(run.note);
    return lines.join(QLatin1Char('\n'));
}

} // namespace

void RunsModel::setEntries(std::vector<RunEntry> entries) {
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_entries.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= int(m_entries.size()))
        return {};
    const RunEntry& entry = m_entries[std::size_t(index.row())];
    const RunRow* run = entry.any();
    if (run == nullptr)
        return {};
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return int((column >= Rows && column <= Factor ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return tooltip(entry, *run);
    if (role == Qt::FontRole && (column == Run || column == Factor))
        return themed(TextStyle::SmallStrong);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    switch (column) {
    case Run: return QStringLiteral("#%1").arg(entry.id);
    case Recorded: return whenText(run->startedNs);
    case Pipeline: return QString::fromStdString(run->pipelineName);
    case Rows: return amountText(double(run->rowsIn));
    case Drawn: return sideText(entry.drawn);
    case Optimised: return sideText(entry.optimised);
    case Factor: return factorOf(entry);
    case Tag: return QString::fromStdString(run->tag);
    default: return {};
    }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || index.column() != Tag || value.toString() == data(index, role))
        return false;
    Q_EMIT tagEdited(index.row(), value.toString());
    return true;
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Tag ? flags | Qt::ItemIsEditable : flags;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Rows && section <= Factor ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Run: return tr("Run");
    case Recorded: return tr("Recorded");
    case Pipeline: return tr("Pipeline");
    case Rows: return tr("Rows");
    case Drawn: return tr("As drawn");
    case Optimised: return tr("Optimised");
    case Factor: return tr("Speed-up");
    case Tag: return tr("Tag");
    default: return {};
    }
}

} // namespace fuseboard
