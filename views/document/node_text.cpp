// SPDX-License-Identifier: Apache-2.0
#include "views/document/node_text.h"

#include "views/document/endpoint_kinds.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("NodeText", text);
}

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace

Contract contractOf(const Catalogue& catalogue, const NodeData& node) {
    if (const OperatorInfo* info = catalogue.find(node.operatorName); info != nullptr)
        return info->contract(node.config);
    Contract opaque;
    opaque.anyOutput = true;
    opaque.cardinality = Cardinality::ZeroOrMore;
    opaque.fusible = false;
    opaque.notFusibleBecause = "nobody knows this operator";
    return opaque;
}

bool isPassthrough(const Catalogue& catalogue, const NodeData& node) {
    const OperatorInfo* info = catalogue.find(node.operatorName);
    return info != nullptr && !node.disabled && !node.bypassed &&
           info->contract(node.config).passthrough;
}

QString titleOf(const NodeData& node) {
    return text(node.label.empty() ? node.id : node.label);
}

QString kindOf(const Catalogue& catalogue, const NodeData& node) {
    const OperatorInfo* info = catalogue.find(node.operatorName);
    if (info == nullptr)
        return tr("No operator");
    const Contract contract = info->contract(node.config);
    const auto* windows = node.config.windows("windows");
    if (windows != nullptr && !windows->empty())
        return tr("Window · stateful");
    QString kind = text(info->title);
    if (contract.state != StateKind::None && !contract.breaker)
        kind += tr(" · stateful");
    return kind;
}

QString detailOf(const Catalogue& catalogue, const NodeData& node) {
    const OperatorInfo* info = catalogue.find(node.operatorName);
    if (info == nullptr)
        return text(node.operatorName);
    return info->detail == nullptr ? QString() : text(info->detail(node.config)).simplified();
}

QString iconOf(const Catalogue& catalogue, const NodeData& node) {
    const OperatorInfo* info = catalogue.find(node.operatorName);
    if (info == nullptr)
        return QStringLiteral("warn");
    if (info->contract(node.config).passthrough)
        return QStringLiteral("pass");
    const auto* windows = node.config.windows("windows");
    if (windows != nullptr && !windows->empty())
        return QStringLiteral("window");
    if (const GroupByPtr group = node.config.groupBy("group_by"); group != nullptr)
        return QStringLiteral("explode");
    return info->icon.empty() ? QStringLiteral("select") : text(info->icon);
}

QString cardinalityText(const Contract& contract) {
    switch (contract.cardinality) {
    case Cardinality::One: return QStringLiteral("1 → 1");
    case Cardinality::ZeroOrOne: return QStringLiteral("1 → 0..1");
    case Cardinality::ZeroOrMore: return QStringLiteral("1 → 0..n");
    case Cardinality::ManyToFew: return QStringLiteral("n → 1");
    }
    return {};
}

QString contractText(const Contract& contract) {
    QString state;
    switch (contract.state) {
    case StateKind::None: state = tr("stateless"); break;
    case StateKind::Node: state = contract.breaker ? tr("holds rows") : tr("keeps state"); break;
    case StateKind::Key: state = tr("state per key"); break;
    }
    return cardinalityText(contract) + QStringLiteral(", ") + state;
}

QString portTitle(const PortBinding& binding, const std::string& port, bool isInput) {
    if (!binding.label.empty())
        return text(binding.label);
    if (const std::string_view path = bindingText(binding, "path"); !path.empty())
        return QFileInfo(text(path)).fileName();
    if (binding.connector == "generator") {
        const std::string_view shape = bindingText(binding, "shape");
        return shape.empty() ? tr("Generator") : tr("Generator: %1").arg(text(shape));
    }
    for (const EndpointKind& kind : endpointKinds()) {
        if (kind.isSource == isInput && kind.connector == binding.connector &&
            binding.connector != "file")
            return QCoreApplication::translate("EndpointKind", kind.title);
    }
    return (isInput ? tr("Source %1") : tr("Sink %1")).arg(text(port));
}

QString portDetail(const PortBinding& binding, bool isInput) {
    if (binding.connector.empty())
        return isInput ? tr("no source chosen") : tr("no sink chosen");
    QString detail = binding.connector == "stdin" || binding.connector == "stdout"
                         ? tr("stream")
                         : text(binding.connector);
    const std::string_view format = bindingText(binding, "format");
    if (isInput && format == "ndjson")
        detail += tr(" · lines · decode json");
    else if (!format.empty())
        detail += QStringLiteral(" · ") + text(format);
    else if (binding.connector == "file")
        detail += bindingText(binding, "path").empty() ? tr(" · no path yet")
                  : isInput                            ? tr(" · lines · decode")
                                                       : tr(" · write");
    return detail;
}

QString portIcon(const PortBinding& binding, bool isInput) {
    for (const EndpointKind& kind : endpointKinds()) {
        if (kind.isSource == isInput && kind.connector == binding.connector)
            return QString::fromLatin1(kind.icon);
    }
    return isInput ? QStringLiteral("file") : QStringLiteral("sink");
}

} // namespace fuseboard
