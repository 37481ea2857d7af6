// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/edge_form.h"

#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/inspector/field_rows.h"
#include "views/inspector/section.h"

#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>

namespace fuseboard {

QString endTitle(const Graph& graph, const Endpoint& end, bool isFrom) {
    if (!end.isBoundary())
        return titleOf(graph.node(end.node));
    const auto port = isFrom ? graph.findInput(end.port) : graph.findOutput(end.port);
    if (!port)
        return QString::fromStdString(end.port);
    return portTitle(isFrom ? *graph.inputBinding(*port) : *graph.outputBinding(*port), end.port,
                     isFrom);
}

EdgeForm::EdgeForm(GraphDocument& document, Side side, EdgeIndex edge, QWidget* parent)
    : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    const Graph& graph = *document.graph(side);
    if (!graph.hasEdge(edge))
        return;
    const Edge& wire = graph.edge(edge);
    const auto port = [](const Endpoint& end) {
        return end.isBoundary() ? QString() : tr(", port %1").arg(QString::fromStdString(end.port));
    };
    column->addWidget(
        wrappedText(tr("From %1%2").arg(endTitle(graph, wire.from, true), port(wire.from))));
    column->addWidget(
        wrappedText(tr("To %1%2").arg(endTitle(graph, wire.to, false), port(wire.to))));
    const FiguresPtr& figures = document.figures(side);
    const EdgeFigures* found = figures == nullptr ? nullptr : figures->find(graph, wire);
    if (found != nullptr && !document.areFiguresStale()) {
        if (found->rows)
            column->addWidget(wrappedText(tr("%1 rows crossed it").arg(countText(*found->rows))));
        if (found->bytes)
            column->addWidget(
                wrappedText(tr("%1 materialised").arg(bytesText(double(*found->bytes)))));
        if (found->writerWaits)
            column->addWidget(wrappedText(tr("Its writer waited %1 of the run for a full queue")
                                              .arg(percentText(*found->writerWaits)),
                                          Token::BpInk));
    }
    if (side == Side::Optimised)
        return;
    auto* choice = new QComboBox;
    choice->addItems({tr("Decide automatically"), tr("Always fuse if possible"), tr("Never fuse")});
    choice->setCurrentIndex(int(wire.fusion));
    connect(choice, &QComboBox::activated, this,
            [&document, edge](int index) { document.setFusion({edge}, FusionChoice(index)); });
    column->addWidget(labelledRow(tr("Fusion across this edge"), choice));
}

} // namespace fuseboard
