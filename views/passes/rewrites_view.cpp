// SPDX-License-Identifier: Apache-2.0
#include "views/passes/rewrites_view.h"

#include "views/document/selection.h"
#include "views/passes/rewrite_model.h"
#include "views/theme/theme.h"
#include "views/widgets/empty_state.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedLayout>
#include <QTableView>

namespace fuseboard {

RewritesView::RewritesView(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_model(new RewriteModel(document, this)),
      m_table(new QTableView), m_tools(new QWidget), m_counts(new QLabel),
      m_pages(new QStackedLayout(this)) {
    m_table->setModel(m_model);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(25);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setIconSize({12, 12});
    m_table->setAccessibleName(tr("Rewrites"));
    QHeaderView& header = *m_table->horizontalHeader();
    header.setHighlightSections(false);
    const int widths[] = {124, 104, 158, 300, 128};
    for (int column = 0; column < RewriteModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    header.setSectionResizeMode(RewriteModel::Reason, QHeaderView::Stretch);
    auto* row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(12);
    auto* refused = new QCheckBox(tr("Refused only"));
    row->addWidget(refused);
    row->addWidget(m_counts);
    m_counts->setFont(themed(TextStyle::Small));
    m_counts->setProperty("look", "muted");
    connect(refused, &QCheckBox::toggled, m_model, &RewriteModel::setRefusedOnly);
    m_pages->addWidget(new EmptyState(tr("No rewrites"), tr("The passes changed nothing so far.")));
    m_pages->addWidget(m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_model, &QAbstractItemModel::modelReset, this, &RewritesView::showFitting);
    showFitting();
}

void RewritesView::showFitting() {
    m_pages->setCurrentIndex(m_model->done() + m_model->refused() == 0 ? 0 : 1);
    m_counts->setText(tr("%1 done, %2 refused").arg(m_model->done()).arg(m_model->refused()));
}

void RewritesView::choose(int row) {
    Items items;
    for (const std::string& id : m_model->nodesOf(row)) {
        if (m_document.graph()->findNode(id))
            items.push_back(Item::node(id));
    }
    if (!items.empty())
        m_document.selection().select(Side::Drawn, items);
}

} // namespace fuseboard
