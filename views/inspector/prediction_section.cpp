// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/prediction_section.h"

#include "views/document/number_text.h"
#include "views/inspector/prediction_bars.h"
#include "views/inspector/section.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Inspector", text);
}

using Amount = PredictionBars::Amount;

struct Measured {
    std::optional<double> workNs, rowsOut, bytesOut; ///< as NodeEstimate
};

/// Bytes of a row on the edges that leave the node and cross between stages.
std::optional<double> bytesOfRows(const GraphDocument& document, Side side,
                                  const std::string& nodeId, const RunFigures& figures) {
    const Graph& graph = *document.graph(side);
    const auto node = graph.findNode(nodeId);
    if (!node)
        return std::nullopt;
    double rows = 0, bytes = 0;
    for (const EdgeIndex index : graph.outEdges(*node)) {
        const EdgeFigures* edge = figures.find(graph, graph.edge(index));
        if (edge != nullptr && edge->bytes.value_or(0) > 0 && edge->rows) {
            rows += double(*edge->rows);
            bytes += double(*edge->bytes);
        }
    }
    return rows > 0 ? std::optional(bytes / rows) : std::nullopt;
}

std::optional<Measured> measuredOf(const GraphDocument& document, Side side,
                                   const std::string& nodeId) {
    const FiguresPtr& figures = document.figures(side);
    if (figures == nullptr || figures->live || document.areFiguresStale())
        return std::nullopt;
    const NodeFigures* node = figures->find(Item::node(nodeId));
    if (node == nullptr || node->rowsIn.value_or(0) == 0)
        return std::nullopt;
    const double rows = double(*node->rowsIn);
    Measured measured;
    if (node->meanNs)
        measured.workNs = node->meanNs;
    else if (node->busySeconds)
        measured.workNs = *node->busySeconds * 1e9 / rows;
    if (node->rowsOut)
        measured.rowsOut = double(*node->rowsOut) / rows;
    measured.bytesOut = bytesOfRows(document, side, nodeId, *figures);
    return measured;
}

QString ratioText(double value) {
    return QString::number(value, 'g', value >= 100 ? 4 : 3);
}

/// Seconds of busy time over all of these nodes; nullopt if one of them is not known.
std::optional<double> busyOf(const RunFigures& figures, const std::set<std::string>& nodeIds) {
    double sum = 0;
    for (const std::string& id : nodeIds) {
        const NodeFigures* node = figures.find(Item::node(id));
        if (node == nullptr || !node->busySeconds)
            return std::nullopt;
        sum += *node->busySeconds;
    }
    return sum;
}

} // namespace

void fillPredictions(Section& section, const GraphDocument& document, const Inspected& inspected) {
    section.clear();
    const PlanFactsPtr& facts = document.facts();
    const NodeFacts* node =
        facts == nullptr ? nullptr : facts->find(inspected.side, inspected.item.id);
    const auto measured = measuredOf(document, inspected.side, inspected.item.id);
    if (node == nullptr || !measured || node->estimate.rowsOut <= 0) {
        section.finish();
        return;
    }
    const Token color = inspected.side == Side::Drawn ? Token::Drawn : Token::Fused;
    const auto add = [&](const QString& name, double predicted, const std::optional<double>& value,
                         QString (*text)(double)) {
        std::optional<Amount> shown;
        if (value)
            shown = Amount{*value, text(*value)};
        section.add(new PredictionBars(name, {predicted, text(predicted)}, shown, color));
    };
    section.header().setRemark(tr("each row"));
    add(tr("Busy time"), node->estimate.workNs, measured->workNs, durationText);
    add(tr("Rows out"), node->estimate.rowsOut, measured->rowsOut, ratioText);
    if (measured->bytesOut)
        add(tr("Bytes out"), node->estimate.bytesOut, measured->bytesOut, bytesText);
    section.finish();
}

QWidget* makeSavingBars(const GraphDocument& document, const std::set<std::string>& nodeIds,
                        double savingNsPerRow) {
    const FiguresPtr& drawn = document.figures(Side::Drawn);
    const FiguresPtr& optimised = document.figures(Side::Optimised);
    if (drawn == nullptr || optimised == nullptr || drawn->live || optimised->live ||
        document.areFiguresStale())
        return nullptr;
    const auto before = busyOf(*drawn, nodeIds), after = busyOf(*optimised, nodeIds);
    if (!before || !after)
        return nullptr;
    const auto saved = [](double seconds) {
        const QString sign = seconds >= 0 ? QStringLiteral("−") : QStringLiteral("+");
        return Amount{seconds, sign + durationText(std::fabs(seconds) * 1e9)};
    };
    return new PredictionBars(tr("Busy time"), saved(savingNsPerRow * 1e-9 * double(drawn->rows)),
                              saved(*before - *after), Token::Fused);
}

} // namespace fuseboard
