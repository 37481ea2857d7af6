// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problems_model.h"

#include "views/document/node_text.h"
#include "views/document/sentence.h"
#include "views/theme/theme.h"

namespace fuseboard {

ProblemsModel::ProblemsModel(GraphDocument& document, QObject* parent)
    : QAbstractTableModel(parent), m_document(document), m_shown(document.problems()) {
    connect(&document, &GraphDocument::problemsChanged, this, [this] {
        beginResetModel();
        m_shown = m_document.problems();
        endResetModel();
    });
}

const Error* ProblemsModel::problem(int row) const {
    return row >= 0 && row < int(m_shown.size()) ? &m_shown[std::size_t(row)] : nullptr;
}

int ProblemsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_shown.size());
}

int ProblemsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString ProblemsModel::where(const Error& error) const {
    const auto node = m_document.graph()->findNode(error.node);
    QString text = node ? titleOf(m_document.graph()->node(*node)) : tr("pipeline");
    if (error.place.line > 0)
        text += tr(", line %1").arg(error.place.line);
    return text;
}

QVariant ProblemsModel::data(const QModelIndex& index, int role) const {
    const Error* error = index.isValid() ? problem(index.row()) : nullptr;
    if (error == nullptr)
        return {};
    if (role == Qt::DecorationRole && index.column() == Where)
        return Theme::instance().icon(QStringLiteral("error"), Token::Err);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case Where: return where(*error);
    case Message: return asSentence(QString::fromStdString(error->message));
    case Hint: return asSentence(QString::fromStdString(error->hint));
    default: return {};
    }
}

QVariant ProblemsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Where: return tr("Where");
    case Message: return tr("Problem");
    case Hint: return tr("What helps");
    default: return {};
    }
}

} // namespace fuseboard
