// SPDX-License-Identifier: Apache-2.0
#include "views/passes/rewrite_model.h"

#include "optimizer/optimizer.h"
#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/theme/theme.h"

namespace fuseboard {

QString passLabel(const std::string& name) {
    for (const PassInfo& pass : defaultPipeline()) {
        if (pass.name == name)
            return QString::fromUtf8(pass.shortLabel.data(), qsizetype(pass.shortLabel.size()));
    }
    return QString::fromStdString(name);
}

RewriteModel::RewriteModel(GraphDocument& document, QObject* parent)
    : QAbstractTableModel(parent), m_document(document) {
    connect(&document, &GraphDocument::optimizedChanged, this, &RewriteModel::reload);
    reload();
}

void RewriteModel::setRefusedOnly(bool refusedOnly) {
    m_refusedOnly = refusedOnly;
    reload();
}

void RewriteModel::reload() {
    beginResetModel();
    m_plan = m_document.optimized();
    m_rows.clear();
    m_done = m_refused = 0;
    const int passes = m_plan == nullptr ? 0 : int(m_plan->passes.size());
    for (int pass = 0; pass < passes; ++pass) {
        for (const Rewrite& rewrite : m_plan->passes[std::size_t(pass)].rewrites) {
            ++(rewrite.applied ? m_done : m_refused);
            if (!m_refusedOnly || !rewrite.applied)
                m_rows.push_back({pass, &rewrite});
        }
    }
    endResetModel();
}

std::vector<std::string> RewriteModel::nodesOf(int row) const {
    if (row < 0 || row >= int(m_rows.size()))
        return {};
    const Rewrite& rewrite = *m_rows[std::size_t(row)].rewrite;
    return rewrite.before.empty() ? rewrite.after : rewrite.before;
}

int RewriteModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

int RewriteModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString RewriteModel::nodeNames(const Rewrite& rewrite) const {
    constexpr int kShown = 3;
    QStringList names;
    const auto& ids = rewrite.before.empty() ? rewrite.after : rewrite.before;
    for (const std::string& id : ids) {
        const auto node = m_document.graph()->findNode(id);
        names << (node ? titleOf(m_document.graph()->node(*node)) : QString::fromStdString(id));
        if (names.size() == kShown && int(ids.size()) > kShown)
            return tr("%1 and %2 more")
                .arg(names.join(QStringLiteral(", ")))
                .arg(int(ids.size()) - kShown);
    }
    return names.join(QStringLiteral(", "));
}

QString RewriteModel::text(const Row& row, int column) const {
    const Rewrite& rewrite = *row.rewrite;
    switch (column) {
    case Pass:
        return QStringLiteral("%1  %2")
            .arg(row.pass + 1)
            .arg(passLabel(m_plan->passes[std::size_t(row.pass)].name));
    case Nodes: return nodeNames(rewrite);
    case Result: return rewrite.applied ? QString::fromStdString(rewrite.kind) : tr("refused");
    case Reason: {
        QString reason = QString::fromStdString(rewrite.reason);
        if (!rewrite.missingFact.empty() &&
            rewrite.reason.find(rewrite.missingFact) == std::string::npos)
            reason += QStringLiteral(" (") + QString::fromStdString(rewrite.missingFact) +
                      QLatin1Char(')');
        return reason;
    }
    case Saved:
        return rewrite.applied && rewrite.predictedSavingNsPerRow > 0
                   ? tr("−%1 a row").arg(durationText(rewrite.predictedSavingNsPerRow))
                   : QString();
    default: return {};
    }
}

QVariant RewriteModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const Row& row = m_rows[std::size_t(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return text(row, column);
    if (role == Qt::DecorationRole && column == Result)
        return Theme::instance().icon(row.rewrite->applied ? QStringLiteral("check")
                                                           : QStringLiteral("nul"),
                                      row.rewrite->applied ? Token::Ink : Token::Ink3);
    if (role == Qt::ForegroundRole && !row.rewrite->applied && column != Nodes)
        return QBrush(themed(Token::Ink2));
    if (role == Qt::TextAlignmentRole && column == Saved)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant RewriteModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Saved ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Pass: return tr("Pass");
    case Nodes: return tr("Nodes");
    case Result: return tr("Result");
    case Reason: return tr("Reason");
    case Saved: return tr("Predicted to save");
    default: return {};
    }
}

} // namespace fuseboard
