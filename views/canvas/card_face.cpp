// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/card_face.h"

#include "views/document/endpoint_kinds.h"
#include "views/document/node_text.h"
#include "views/document/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("CanvasCard", text);
}

const NodeFigures* freshFigures(const GraphDocument& document, Side side, const Item& item) {
    const FiguresPtr& figures = document.figures(side);
    if (figures == nullptr || document.areFiguresStale())
        return nullptr;
    return figures->find(item);
}

void setMetrics(CardFace& face, const NodeFigures& figures, bool terminal) {
    if (figures.rowsPerSecond) {
        const QString amount = amountText(*figures.rowsPerSecond);
        face.metricValue = terminal ? amount + QStringLiteral("/s") : amount;
        face.metricUnit = terminal ? QString() : tr("rows/s");
    } else if (figures.rowsIn) {
        face.metricValue = amountText(double(*figures.rowsIn));
        face.metricUnit = tr("rows");
    }
    if (figures.p99Ns) {
        face.secondLabel = QStringLiteral("p99");
        face.secondValue = durationText(*figures.p99Ns);
    } else if (figures.meanNs) {
        face.secondLabel = tr("mean");
        face.secondValue = durationText(*figures.meanNs);
    }
    face.busy = figures.busyShare;
    face.blocked = figures.blockedShare;
    if (figures.errors > 0 && face.message.isEmpty())
        face.toolTip += QStringLiteral("\n") + tr("%1 rows failed").arg(countText(figures.errors));
}

void setNode(CardFace& face, const GraphDocument& document, Side side, NodeIndex index) {
    const Graph& graph = *document.graph(side);
    const NodeData& node = graph.node(index);
    const Catalogue& catalogue = document.catalogue();
    face.title = titleOf(node);
    face.icon = iconOf(catalogue, node);
    face.disabled = node.disabled;
    face.bypassed = node.bypassed;
    face.inGroup = graph.groupOf(index) != kNone;
    face.unused = graph.inEdges(index).empty() &&
                  (graph.outEdges(index).empty() || face.shape == CardShape::LonePill);
    if (isPill(face.shape)) {
        face.icon = QStringLiteral("pass");
        face.detail = face.unused ? tr("unused") : tr("passthrough");
        face.toolTip = face.title + QStringLiteral(" · ") + tr("forwards every row unchanged");
        return;
    }
    face.kind = kindOf(catalogue, node);
    face.detail = detailOf(catalogue, node);
    face.toolTip = face.title + QStringLiteral(" · ") + face.kind;
    if (!face.detail.isEmpty())
        face.toolTip += QLatin1Char('\n') + face.detail;
    if (!node.note.empty())
        face.toolTip += QLatin1Char('\n') + QString::fromStdString(node.note);
    const auto problems =
        side == Side::Drawn ? document.problemsOf(node.id) : std::vector<const Error*>{};
    face.problems = int(problems.size());
    if (!problems.empty())
        face.message = QString::fromStdString(problems.front()->message);
    else if (node.disabled)
        face.message = tr("skipped in this run");
    else if (node.bypassed)
        face.message = tr("bypassed, rows pass unchanged");
    else if (const NodeFigures* figures = freshFigures(document, side, Item::node(node.id));
             figures != nullptr)
        setMetrics(face, *figures, false);
    if (face.metricValue.isEmpty() && face.message.isEmpty())
        face.message = contractText(contractOf(catalogue, node));
}

void setPort(CardFace& face, const GraphDocument& document, Side side, const Item& item,
             std::uint32_t port) {
    const Graph& graph = *document.graph(side);
    const bool isInput = item.kind == Element::Kind::InputPort;
    const PortBinding& binding = isInput ? *graph.inputBinding(port) : *graph.outputBinding(port);
    face.title = portTitle(binding, item.id, isInput);
    face.icon = portIcon(binding, isInput);
    face.detail = portDetail(binding, isInput);
    face.toolTip = face.title + QLatin1Char('\n') + face.detail;
    if (isPill(face.shape)) {
        face.unused = true;
        face.detail = tr("unused");
        face.toolTip += QLatin1Char('\n') + tr("No row can reach it");
        return;
    }
    if (const std::string_view path = bindingText(binding, "path"); !path.empty())
        face.toolTip += QLatin1Char('\n') + QString::fromUtf8(path.data(), qsizetype(path.size()));
    if (isInput) {
        for (const FusedGroup& group : graph.groups()) {
            if (std::find(group.inputPorts.begin(), group.inputPorts.end(), item.id) !=
                group.inputPorts.end())
                face.inGroup = true;
        }
    }
    if (face.inGroup && binding.connector == "file")
        face.detail = tr("file · lines");
    if (const NodeFigures* figures = freshFigures(document, side, item); figures != nullptr)
        setMetrics(face, *figures, true);
}

} // namespace

CardFace faceOf(const GraphDocument& document, Side side, const Item& item, CardShape shape) {
    CardFace face;
    face.shape = shape;
    const std::optional<Element> element = elementOf(*document.graph(side), item);
    if (!element)
        return face;
    if (element->kind == Element::Kind::Node)
        setNode(face, document, side, element->index);
    else
        setPort(face, document, side, item, element->index);
    return face;
}

CardFace decodeFace(const GraphDocument& document, const std::string& inputPort) {
    CardFace face;
    face.shape = CardShape::Compact;
    face.icon = QStringLiteral("braces");
    face.title = tr("decode");
    face.inGroup = true;
    const Graph& graph = *document.graph(Side::Optimised);
    const auto port = graph.findInput(inputPort);
    const std::string_view format =
        port ? bindingText(*graph.inputBinding(*port), "format") : std::string_view{};
    face.detail = format.empty() || format == "ndjson" || format == "json" ? tr("json to record")
                  : format == "csv"                                        ? tr("csv to record")
                  : format == "influx" ? tr("line protocol to record")
                                       : QString::fromUtf8(format.data(), qsizetype(format.size()));
    face.toolTip = tr("The fused group decodes rows itself and reads only the fields that it uses");
    if (const NodeFigures* figures =
            freshFigures(document, Side::Optimised, Item::input(inputPort));
        figures != nullptr && figures->rowsPerSecond)
        face.metricValue = amountText(*figures->rowsPerSecond) + QStringLiteral("/s");
    return face;
}

CardFace foldedFace(const GraphDocument& document, const FusedGroup& group) {
    CardFace face;
    face.icon = QStringLiteral("group");
    face.inGroup = true;
    const Graph& graph = *document.graph(Side::Optimised);
    QStringList names;
    for (const NodeIndex node : group.members)
        names << titleOf(graph.node(node));
    face.title = names.join(QStringLiteral(" → "));
    face.kind = tr("fused");
    face.detail = pluralText(group.members.size(), tr("node"), tr("nodes")) +
                  QStringLiteral(" · ") + pluralText(group.loops, tr("loop"), tr("loops"));
    face.toolTip = face.title + QLatin1Char('\n') + tr("Double-click opens the group");
    std::optional<double> rate, busy;
    for (const NodeIndex node : group.members) {
        const NodeFigures* figures =
            freshFigures(document, Side::Optimised, Item::node(graph.node(node).id));
        if (figures == nullptr)
            continue;
        if (figures->rowsPerSecond)
            rate = std::max(rate.value_or(0), *figures->rowsPerSecond);
        if (figures->busyShare)
            busy = busy.value_or(0) + *figures->busyShare;
    }
    face.busy = busy;
    if (rate) {
        face.metricValue = amountText(*rate);
        face.metricUnit = tr("rows/s");
    } else {
        face.message = tr("runs as one stage");
    }
    return face;
}

} // namespace fuseboard
