// SPDX-License-Identifier: Apache-2.0
#include "views/code/code_view.h"

#include "views/code/code_pane.h"
#include "views/document/selection.h"
#include "views/widgets/empty_state.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace fuseboard {

CodeView::CodeView(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_tools(new QWidget), m_stages(new QComboBox),
      m_shapes(new QButtonGroup(this)), m_find(new QLineEdit), m_remark(new QLabel),
      m_pane(new CodePane), m_empty(new EmptyState({}, {})), m_pages(new QStackedLayout(this)) {
    buildTools();
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    m_stages->setAccessibleName(tr("Stage"));
    m_stages->setMinimumWidth(220);
    m_remark->setFont(themed(TextStyle::Small));
    bar->addWidget(m_stages);
    bar->addWidget(m_remark, 1);
    column->addLayout(bar);
    column->addWidget(m_pane, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(page);
    showEmpty(tr("No plan yet"),
              tr("Open or draw a pipeline: its stages show here what they run as."));
    connect(m_stages, &QComboBox::activated, this, &CodeView::showStage);
    connect(&document, &GraphDocument::optimizedChanged, this, [this] {
        if (isVisible())
            askAgain();
    });
    connect(&document.selection(), &Selection::changed, this, &CodeView::followSelection);
}

void CodeView::buildTools() {
    auto* row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in the code"));
    m_find->setClearButtonEnabled(true);
    m_find->setMaximumWidth(140);
    row->addWidget(m_find);
    const QString names[] = {tr("Program"), tr("IR"), tr("Assembly")};
    for (int i = 0; i < 3; ++i) {
        auto* button = new QPushButton(names[i]);
        button->setCheckable(true);
        button->setChecked(i == 0);
        m_shapes->addButton(button, i);
        row->addWidget(button);
    }
    auto* copy = new QPushButton(tr("Copy"));
    row->addWidget(copy);
    connect(m_shapes, &QButtonGroup::idClicked, this, &CodeView::chooseShape);
    connect(copy, &QPushButton::clicked, this, &CodeView::copyAll);
    connect(m_find, &QLineEdit::returnPressed, this, [this] { m_pane->findNext(m_find->text()); });
    connect(m_find, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_pane->moveCursor(QTextCursor::Start);
        m_pane->findNext(text);
    });
}

void CodeView::chooseShape(int shape) {
    if (m_shape == CodeShape(shape))
        return;
    m_shape = CodeShape(shape);
    m_askedOf = nullptr;
    askAgain();
}

void CodeView::askAgain() {
    if (m_document.optimized() == nullptr) {
        m_askedOf = nullptr;
        showEmpty(tr("No plan yet"),
                  tr("Open or draw a pipeline: its stages show here what they run as."));
        return;
    }
    if (m_askedOf == m_document.optimized())
        return;
    m_askedOf = m_document.optimized();
    if (m_text.stages.empty())
        showEmpty(tr("Compiling…"), tr("The stages are compiled as a run would do it."));
    Q_EMIT wanted();
}

void CodeView::showEmpty(const QString& title, const QString& hint) {
    m_empty->setTexts(title, hint);
    m_pages->setCurrentIndex(0);
}

void CodeView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    askAgain();
}

void CodeView::setText(CodeText text) {
    const QString before = m_stages->currentText();
    m_text = std::move(text);
    m_stages->clear();
    for (const CodeTextStage& stage : m_text.stages)
        m_stages->addItem(stage.label);
    if (m_text.stages.empty()) {
        showEmpty(tr("No code"),
                  m_text.failure.isEmpty()
                      ? tr("The pipeline has no operators: add one from the palette.")
                      : m_text.failure);
        return;
    }
    m_pages->setCurrentIndex(1);
    showStage(std::max(0, m_stages->findText(before)));
    followSelection();
}

void CodeView::showStage(int index) {
    if (index < 0 || index >= int(m_text.stages.size()))
        return;
    m_stages->setCurrentIndex(index);
    const CodeTextStage& stage = m_text.stages[std::size_t(index)];
    m_remark->setText(stage.refusal.isEmpty() ? stage.remark
                                              : tr("Interpreted: %1").arg(stage.refusal));
    m_remark->setToolTip(m_remark->text());
    m_pane->setStage(stage);
}

void CodeView::followSelection() {
    const Items chosen = m_document.highlighted(Side::Optimised);
    for (const Item& item : chosen) {
        const auto at = std::ranges::find_if(m_text.stages, [&](const CodeTextStage& stage) {
            return item.isNode() && std::ranges::find(stage.nodes, item.id) != stage.nodes.end();
        });
        if (at == m_text.stages.end())
            continue;
        const int index = int(at - m_text.stages.begin());
        if (index != m_stages->currentIndex())
            showStage(index);
        return;
    }
}

void CodeView::copyAll() const {
    QGuiApplication::clipboard()->setText(m_pane->toPlainText());
}

} // namespace fuseboard
