// SPDX-License-Identifier: Apache-2.0
#include "views/runs/runs_view.h"

#include "views/document/number_text.h"
#include "views/runs/interval_plot.h"
#include "views/runs/runs_model.h"
#include "views/theme/theme.h"
#include "views/widgets/empty_state.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr int kRoomForTags = 600;
constexpr int kRowHeight = 25, kShownRows = 6;

QTableView* makeTable(RunsModel& model) {
    auto* table = new QTableView;
    table->setModel(&model);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    table->setAccessibleName(RunsView::tr("Recorded runs"));
    table->setMinimumHeight(24 + kShownRows * kRowHeight);
    QHeaderView& header = *table->horizontalHeader();
    header.setHighlightSections(false);
    header.setMinimumSectionSize(40);
    const int widths[] = {42, 80, 80, 52, 72, 74, 72, 66};
    for (int column = 0; column < RunsModel::ColumnCount; ++column)
        table->setColumnWidth(column, widths[column]);
    // Eight columns in a dock of 496 px: less air than elsewhere.
    table->setStyleSheet(
        QStringLiteral("QHeaderView::section, QTableView::item { padding: 0 5px; }"));
    header.setSectionResizeMode(RunsModel::Pipeline, QHeaderView::Stretch);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return table;
}

QString verdictOf(const Speedup& speedup) {
    if (!speedup.ratio)
        return RunsView::tr("Nothing to compare");
    if (speedup.verdict == Verdict::CannotTell)
        return RunsView::tr("No clear difference");
    return *speedup.ratio >= 1 ? RunsView::tr("B is %1 faster").arg(factorText(*speedup.ratio))
                               : RunsView::tr("B is %1 slower").arg(factorText(1 / *speedup.ratio));
}

QString detailsOf(const Speedup& speedup, const MeasuredSide& a, const MeasuredSide& b) {
    QString text;
    if (speedup.ciLow && speedup.ciHigh)
        text = RunsView::tr("95 % interval %1 to %2. ")
                   .arg(factorText(*speedup.ciLow), factorText(*speedup.ciHigh));
    text += RunsView::tr("%1 + %2 repetitions").arg(a.runs.size()).arg(b.runs.size());
    if (!a.runs.empty() && !b.runs.empty() && a.runs.front().inputHash != b.runs.front().inputHash)
        text += RunsView::tr(", on different input");
    else if (a.id == b.id && a.plan != b.plan)
        text += RunsView::tr(", run in turns");
    if (a.runs.size() < kMinRepetitions || b.runs.size() < kMinRepetitions)
        text += RunsView::tr("; too few for a verdict");
    return text + QLatin1Char('.');
}

} // namespace

RunsView::RunsView(QWidget* parent)
    : QWidget(parent), m_model(new RunsModel(this)), m_a(new QComboBox), m_b(new QComboBox),
      m_verdict(new QLabel), m_details(new QLabel), m_table(makeTable(*m_model)), m_wall(new Plot),
      m_ratios(new Plot), m_pages(new QStackedLayout(this)) {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 8, 0, 12);
    column->setSpacing(6);
    column->addWidget(makeChoices());
    m_verdict->setFont(themed(TextStyle::Display24));
    m_verdict->setContentsMargins(12, 0, 12, 0);
    m_details->setFont(themed(TextStyle::Small));
    m_details->setProperty("look", "muted");
    m_details->setContentsMargins(12, 0, 12, 0);
    m_details->setWordWrap(true);
    m_wall->setFixedHeight(118);
    m_ratios->setFixedHeight(216);
    m_wall->setAccessibleName(tr("Wall time of every repetition"));
    m_ratios->setAccessibleName(tr("B relative to A"));
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_verdict, m_details, m_table, m_wall, m_ratios})
        column->addWidget(widget);
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_pages->addWidget(
        new EmptyState(tr("No runs yet"), tr("Every run is recorded here with all its figures.")));
    m_pages->addWidget(scroll);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() != RunsModel::Tag)
            showEntry(m_model->entries()[std::size_t(index.row())].id);
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsView::showMenu);
    connect(m_model, &RunsModel::tagEdited, this,
            [this](int row, const QString& tag) { Q_EMIT tagChanged(runsOf(row), tag); });
}

QWidget* RunsView::makeChoices() {
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(8);
    auto* swap = new QToolButton;
    swap->setIcon(Theme::instance().icon(QStringLiteral("swap")));
    swap->setToolTip(tr("Swap A and B"));
    swap->setAccessibleName(tr("Swap A and B"));
    m_a->setAccessibleName(tr("A"));
    m_b->setAccessibleName(tr("B"));
    row->addWidget(m_a, 1);
    row->addWidget(swap);
    row->addWidget(m_b, 1);
    connect(swap, &QToolButton::clicked, this, &RunsView::swapSides);
    connect(m_a, &QComboBox::activated, this, &RunsView::tellChoice);
    connect(m_b, &QComboBox::activated, this, &RunsView::tellChoice);
    return line;
}

void RunsView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // Where room is short the tags wait in the menu of the row.
    m_table->setColumnHidden(RunsModel::Tag, width() < kRoomForTags);
}

void RunsView::setEntries(std::vector<RunEntry> entries) {
    const bool wasEmpty = m_model->entries().empty();
    m_model->setEntries(std::move(entries));
    m_pages->setCurrentIndex(m_model->entries().empty() ? 0 : 1);
    fillChoices();
    if (wasEmpty && !m_model->entries().empty())
        showEntry(m_model->entries().front().id);
}

void RunsView::fillChoices() {
    for (QComboBox* box : {m_a, m_b}) {
        const QVariant id = box->currentData(), side = box->currentData(Qt::UserRole + 1);
        box->clear();
        for (const RunEntry& entry : m_model->entries()) {
            for (const PlanSide plan : {PlanSide::Naive, PlanSide::Optimized}) {
                if (entry.runs(plan).empty())
                    continue;
                const bool drawn = plan == PlanSide::Naive;
                box->addItem(tr("%1: run #%2, %3")
                                 .arg(box == m_a ? QStringLiteral("A") : QStringLiteral("B"))
                                 .arg(entry.id)
                                 .arg(drawn ? tr("as drawn") : tr("optimised")),
                             qlonglong(entry.id));
                const int at = box->count() - 1;
                box->setItemData(at, int(plan), Qt::UserRole + 1);
                if (box->itemData(at) == id && box->itemData(at, Qt::UserRole + 1) == side)
                    box->setCurrentIndex(at);
            }
        }
    }
}

void RunsView::showEntry(RunId id) {
    const auto choose = [&](QComboBox* box, PlanSide preferred) {
        for (const bool exact : {true, false}) {
            for (int i = 0; i < box->count(); ++i) {
                if (box->itemData(i).toLongLong() == id &&
                    (!exact || box->itemData(i, Qt::UserRole + 1).toInt() == int(preferred))) {
                    box->setCurrentIndex(i);
                    return;
                }
            }
        }
    };
    choose(m_a, PlanSide::Naive);
    choose(m_b, PlanSide::Optimized);
    const auto& entries = m_model->entries();
    const auto at = std::ranges::find_if(entries, [&](const RunEntry& e) { return e.id == id; });
    if (at != entries.end())
        m_table->selectRow(int(at - entries.begin()));
    tellChoice();
}

void RunsView::swapSides() {
    const int a = m_a->currentIndex();
    m_a->setCurrentIndex(m_b->currentIndex());
    m_b->setCurrentIndex(a);
    tellChoice();
}

void RunsView::tellChoice() {
    if (m_a->currentIndex() < 0 || m_b->currentIndex() < 0)
        return;
    const auto chosen = [](const QComboBox& box) {
        return SideChoice{box.currentData().toLongLong(),
                          PlanSide(box.currentData(Qt::UserRole + 1).toInt())};
    };
    Q_EMIT sidesChosen(chosen(*m_a), chosen(*m_b));
}

void RunsView::setSides(const MeasuredSide& a, const MeasuredSide& b) {
    const Speedup speedup = speedupOf(a, b);
    m_verdict->setText(verdictOf(speedup));
    m_details->setText(detailsOf(speedup, a, b));
    m_wall->setData(wallTimePlot(a, b));
    m_ratios->setData(ratioPlot(ratiosOf(a, b)));
}

QString RunsView::verdict() const {
    return m_verdict->text();
}

std::vector<RunId> RunsView::runsOf(int row) const {
    std::vector<RunId> ids;
    const RunEntry& entry = m_model->entries()[std::size_t(row)];
    for (const auto* runs : {&entry.drawn, &entry.optimised}) {
        for (const RunRow& run : *runs)
            ids.push_back(run.id);
    }
    return ids;
}

void RunsView::showMenu(const QPoint& at) {
    const QModelIndex index = m_table->indexAt(at);
    if (!index.isValid())
        return;
    const RunRow* run = m_model->entries()[std::size_t(index.row())].any();
    QMenu menu(this);
    QAction* tag = menu.addAction(tr("Edit tag…"));
    QAction* note = menu.addAction(tr("Edit note…"));
    const QAction* chosen = menu.exec(m_table->viewport()->mapToGlobal(at));
    bool accepted = false;
    if (chosen == tag) {
        const QString text =
            QInputDialog::getText(this, tr("Tag"), tr("Tag of this run"), QLineEdit::Normal,
                                  QString::fromStdString(run->tag), &accepted);
        if (accepted)
            Q_EMIT tagChanged(runsOf(index.row()), text);
    } else if (chosen == note) {
        const QString text =
            QInputDialog::getMultiLineText(this, tr("Note"), tr("Note about this run"),
                                           QString::fromStdString(run->note), &accepted);
        if (accepted)
            Q_EMIT noteChanged(runsOf(index.row()), text);
    }
}

} // namespace fuseboard
