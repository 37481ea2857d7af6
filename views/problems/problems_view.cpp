// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problems_view.h"

#include "views/document/selection.h"
#include "views/problems/problems_model.h"
#include "views/widgets/empty_state.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTableView>

namespace fuseboard {

ProblemsView::ProblemsView(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_model(new ProblemsModel(document, this)),
      m_table(new QTableView), m_pages(new QStackedLayout(this)) {
    m_table->setModel(m_model);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setIconSize({14, 14});
    m_table->setAccessibleName(tr("Problems"));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setColumnWidth(ProblemsModel::Where, 170);
    m_table->setColumnWidth(ProblemsModel::Message, 340);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_pages->addWidget(new EmptyState(tr("No problems"), tr("The pipeline is ready to run.")));
    m_pages->addWidget(m_table);
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_model, &QAbstractItemModel::modelReset, this, &ProblemsView::showFitting);
    showFitting();
}

void ProblemsView::showFitting() {
    m_pages->setCurrentIndex(m_model->rowCount() == 0 ? 0 : 1);
}

void ProblemsView::choose(int row) {
    const Error* error = m_model->problem(row);
    if (error == nullptr || !m_document.graph()->findNode(error->node))
        return;
    const Item item = Item::node(error->node);
    m_document.selection().select(Side::Drawn, item);
    Q_EMIT centreRequested(Side::Drawn, item);
}

} // namespace fuseboard
