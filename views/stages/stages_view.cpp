// SPDX-License-Identifier: Apache-2.0
#include "views/stages/stages_view.h"

#include "views/document/selection.h"
#include "views/stages/stage_model.h"
#include "views/theme/theme.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/pair_delegate.h"

#include <QHeaderView>
#include <QPainter>
#include <QStackedLayout>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

/// Two swatches that say which line is which.
class LineKey : public QWidget {
public:
    LineKey() { setAccessibleName(StagesView::tr("Upper line as drawn, lower line optimised")); }
    [[nodiscard]] QSize sizeHint() const override {
        const QFontMetricsF metrics(themed(TextStyle::Small));
        return {int(std::ceil(metrics.horizontalAdvance(drawn()) +
                              metrics.horizontalAdvance(optimised()))) +
                    80,
                32};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(themed(TextStyle::Small));
        const QFontMetricsF metrics(painter.font());
        double x = 0;
        const auto entry = [&](Token color, const QString& text) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(themed(color));
            painter.drawRoundedRect(QRectF(x, height() / 2.0 - 4, 12, 8), 2, 2);
            painter.setPen(themed(Token::Ink2));
            painter.drawText(QRectF(x + 18, 0, 200, height()), Qt::AlignVCenter, text);
            x += 18 + metrics.horizontalAdvance(text) + 16;
        };
        entry(Token::DrawnMark, drawn());
        entry(Token::FusedMark, optimised());
    }

private:
    [[nodiscard]] static QString drawn() { return StagesView::tr("as drawn, upper line"); }
    [[nodiscard]] static QString optimised() { return StagesView::tr("optimised, lower line"); }
};

} // namespace

StagesView::StagesView(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_model(new StageModel(this)), m_table(new QTableView),
      m_tools(new LineKey), m_pages(new QStackedLayout(this)) {
    m_table->setModel(m_model);
    auto* wide = new PairDelegate(m_table);
    auto* narrow = new PairDelegate(m_table);
    narrow->setBarWidth(24);
    m_table->setItemDelegate(wide);
    for (const int column : {StageModel::P50, StageModel::P99, StageModel::P999})
        m_table->setItemDelegateForColumn(column, narrow);
    m_table->setShowGrid(false);
    m_table->setMouseTracking(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(25);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setAccessibleName(tr("Stages"));
    QHeaderView& header = *m_table->horizontalHeader();
    header.setHighlightSections(false);
    header.setMinimumSectionSize(48);
    const int widths[] = {166, 72, 96, 72, 72, 76, 122, 104, 54};
    for (int column = 0; column < StageModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    header.setStretchLastSection(true);
    m_pages->addWidget(new EmptyState(
        tr("Not measured yet"), tr("Press Run to measure every stage, as drawn and optimised.")));
    m_pages->addWidget(m_table);
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(&document.selection(), &Selection::changed, this, &StagesView::followSelection);
}

void StagesView::setRuns(const SideRun& drawn, const SideRun& optimised) {
    m_model->setRows(stageTable(drawn, optimised, m_document.catalogue()));
    m_pages->setCurrentIndex(m_model->rowCount() == 0 ? 0 : 1);
    followSelection();
}

void StagesView::clear() {
    m_model->setRows({});
    m_pages->setCurrentIndex(0);
}

void StagesView::choose(int row) {
    if (row < 0 || row >= m_model->rowCount())
        return;
    Items items;
    for (const Item& item : m_model->rows()[std::size_t(row)].drawn) {
        if (elementOf(*m_document.graph(), item))
            items.push_back(item);
    }
    if (!items.empty())
        m_document.selection().select(Side::Drawn, items);
}

void StagesView::followSelection() {
    const Items chosen = m_document.highlighted(Side::Drawn);
    const auto& rows = m_model->rows();
    const auto at = std::ranges::find_if(rows, [&](const StageTableRow& row) {
        return row.drawn.size() == 1 &&
               std::ranges::find(chosen, row.drawn.front()) != chosen.end();
    });
    if (at == rows.end() || chosen.size() != 1)
        m_table->clearSelection();
    else
        m_table->selectRow(int(at - rows.begin()));
}

} // namespace fuseboard
