// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/pipeline_form.h"

#include "views/inspector/field_rows.h"

#include <QComboBox>
#include <QVBoxLayout>

namespace fuseboard {

PipelineForm::PipelineForm(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_name(new QLineEdit), m_clock(new QLineEdit) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 14, 0, 0);
    column->setSpacing(12);
    column->addWidget(labelledRow(tr("Name"), m_name));
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        if (m_name->text() != QString::fromStdString(m_document.graph()->name()))
            m_document.setPipelineName(m_name->text());
    });
    m_order = addChoice(*column, tr("Order of rows"),
                        tr("Where branches meet: in the order in which the wires were drawn, or in "
                           "the order in which Tremor delivers"),
                        {tr("As drawn"), tr("As in Tremor")});
    m_atEnd = addChoice(*column, tr("At the end of input"),
                        tr("What happens to rows that open windows and batches still hold"),
                        {tr("Send them"), tr("Drop them, as Tremor does")});
    m_onError = addChoice(*column, tr("When a row fails"),
                          tr("A row on which an expression raises an error"),
                          {tr("Send it to err"), tr("Drop it and count"), tr("Stop the run"),
                           tr("Abort its event, as Tremor does")});
    m_clock->setPlaceholderText(QStringLiteral("event.timestamp:ms"));
    connect(m_clock, &QLineEdit::editingFinished, this, &PipelineForm::commit);
    column->addWidget(labelledRow(tr("Clock"), m_clock,
                                  tr("Where event time comes from: “wall”, “index” (one nanosecond "
                                     "a row), or a field with its unit. Windows close by it")));
    refresh();
}

QComboBox* PipelineForm::addChoice(QVBoxLayout& column, const QString& title, const QString& hint,
                                   const QStringList& choices) {
    auto* box = new QComboBox;
    box->addItems(choices);
    connect(box, &QComboBox::activated, this, &PipelineForm::commit);
    column.addWidget(labelledRow(title, box, hint));
    return box;
}

void PipelineForm::commit() {
    GraphProperties properties;
    properties.eventOrder = EventOrder(m_order->currentIndex());
    properties.atEnd = AtEnd(m_atEnd->currentIndex());
    properties.onError = OnError(m_onError->currentIndex());
    properties.clock = m_clock->text().trimmed().toStdString();
    if (!(properties == m_document.graph()->properties()))
        m_document.setProperties(properties);
}

void PipelineForm::refresh() {
    const GraphProperties& properties = m_document.graph()->properties();
    showText(*m_name, QString::fromStdString(m_document.graph()->name()));
    m_order->setCurrentIndex(int(properties.eventOrder));
    m_atEnd->setCurrentIndex(int(properties.atEnd));
    m_onError->setCurrentIndex(int(properties.onError));
    showText(*m_clock, QString::fromStdString(properties.clock));
}

} // namespace fuseboard
