// SPDX-License-Identifier: Apache-2.0
#include "views/stages/stage_table.h"

#include "views/document/node_text.h"
#include "views/document/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Stages", text);
}

StageFigures figuresOf(const StageRow& stage, double seconds) {
    StageFigures figures;
    figures.rows = std::max(stage.rowsIn, stage.rowsOut);
    figures.errors = stage.errors;
    if (seconds > 0)
        figures.rowsPerSecond = double(figures.rows) / seconds;
    if (!stage.service.empty()) {
        figures.p50Us = double(stage.service.percentile(50)) / 1e3;
        figures.p99Us = double(stage.service.percentile(99)) / 1e3;
        figures.p999Us = double(stage.service.percentile(99.9)) / 1e3;
    }
    figures.bytes = double(stage.bytesMaterialized);
    if (!stage.queueWait.empty())
        figures.queueWaitUs = double(stage.queueWait.percentile(50)) / 1e3;
    return figures;
}

/// Which stage of the optimised run does the work of a node as drawn.
class OptimisedStages {
public:
    explicit OptimisedStages(const SideRun& run) : m_run(run) {
        if (run.record == nullptr)
            return;
        m_figures = figuresOfRun(*run.record, *run.graph);
        int group = 0;
        for (const StageRow& stage : run.record->stages) {
            if (stage.nodes.size() > 1 || readsSource(stage))
                m_groups[stage.ordinal] = ++group;
            for (const std::string& node : stage.nodes)
                m_byNode[node] = &stage;
            m_byId[stage.stageId] = &stage;
        }
    }

    [[nodiscard]] const StageRow* ofNode(const std::string& id) const {
        const auto at = m_byNode.find(id);
        return at == m_byNode.end() ? nullptr : at->second;
    }
    [[nodiscard]] const StageRow* ofId(const std::string& id) const {
        const auto at = m_byId.find(id);
        return at == m_byId.end() ? nullptr : at->second;
    }
    [[nodiscard]] int groupOf(const StageRow& stage) const {
        const auto at = m_groups.find(stage.ordinal);
        return at == m_groups.end() ? 0 : at->second;
    }
    /// The stage that decodes an input itself, if its source is fused with it.
    [[nodiscard]] const StageRow* readerOf(const std::string& input) const {
        for (const FusedGroup& group : m_run.graph->groups()) {
            if (std::ranges::find(group.inputPorts, input) != group.inputPorts.end() &&
                !group.members.empty())
                return ofNode(m_run.graph->node(group.members.front()).id);
        }
        return nullptr;
    }
    [[nodiscard]] const SideRun& run() const { return m_run; }
    /// What cards and inspector show of the run.
    [[nodiscard]] const RunFigures& figures() const { return m_figures; }

private:
    [[nodiscard]] bool readsSource(const StageRow& stage) const {
        for (const FusedGroup& group : m_run.graph->groups()) {
            for (const NodeIndex member : group.members) {
                if (!group.inputPorts.empty() && !stage.nodes.empty() &&
                    m_run.graph->node(member).id == stage.nodes.front())
                    return true;
            }
        }
        return false;
    }

    const SideRun& m_run;
    RunFigures m_figures;
    std::map<std::string, const StageRow*> m_byNode, m_byId;
    std::map<std::uint32_t, int> m_groups;
};

/// Bytes that left a node, or all nodes of a stage, for other stages. What several edges of one
/// port carry was written once.
double bytesLeaving(const RunRecord& record, const StageRow& stage, const std::string* node) {
    std::map<std::pair<std::string, std::string>, std::uint64_t> ports;
    for (const EdgeRow& edge : record.edges) {
        if (edge.fromStage != stage.ordinal || edge.fromNode.empty() ||
            (node != nullptr && edge.fromNode != *node))
            continue;
        std::uint64_t& bytes = ports[{edge.fromNode, edge.fromPort}];
        bytes = std::max(bytes, edge.bytes);
    }
    double sum = 0;
    for (const auto& [port, bytes] : ports)
        sum += double(bytes);
    return sum;
}

std::optional<double> partOf(const std::optional<double>& whole, double share) {
    return whole ? std::optional(*whole * share) : std::nullopt;
}

/// Rows are counted; times are the group's, divided as the probe saw them.
StageFigures memberFigures(const OptimisedStages& stages, const StageRow& stage,
                           const std::string& node, const StageFigures& group) {
    StageFigures figures;
    const NodeFigures* known = stages.figures().find(Item::node(node));
    if (known == nullptr)
        return figures;
    figures.sampledBatches = known->sampledBatches;
    figures.rows = std::max(known->rowsIn.value_or(0), known->rowsOut.value_or(0));
    figures.rowsPerSecond = known->rowsPerSecond;
    if (known->share) {
        figures.p50Us = partOf(group.p50Us, *known->share);
        figures.p99Us = partOf(group.p99Us, *known->share);
        figures.p999Us = partOf(group.p999Us, *known->share);
    }
    figures.bytes = bytesLeaving(*stages.run().record, stage, &node);
    // Rows wait where they enter the group, and nowhere inside it.
    const bool enters = std::ranges::any_of(stages.run().record->edges, [&](const EdgeRow& edge) {
        return edge.toStage == stage.ordinal && edge.fromStage != stage.ordinal &&
               edge.toNode == node;
    });
    figures.queueWaitUs = enters ? group.queueWaitUs : 0.0;
    return figures;
}

/// A source that a group decodes: what the group wrote and no member did is its rows.
StageFigures sourceFigures(const OptimisedStages& stages, const StageRow& stage,
                           const std::string& port, const StageFigures& group) {
    StageFigures figures;
    if (const NodeFigures* known = stages.figures().find(Item::input(port))) {
        figures.rows = known->rowsOut.value_or(0);
        figures.rowsPerSecond = known->rowsPerSecond;
        if (known->share) {
            figures.sampledBatches = known->sampledBatches;
            figures.p50Us = partOf(group.p50Us, *known->share);
            figures.p99Us = partOf(group.p99Us, *known->share);
            figures.p999Us = partOf(group.p999Us, *known->share);
        }
    }
    figures.bytes = std::max(0.0, double(stage.bytesMaterialized) -
                                      bytesLeaving(*stages.run().record, stage, nullptr));
    return figures;
}

/// How a stage ran, for people; empty if that is not known.
QString ranText(const StageRow& stage) {
    const QString how = stage.exec == "compiled"      ? tr("compiled")
                        : stage.exec == "interpreted" ? tr("interpreted")
                                                      : QString();
    return how.isEmpty() || stage.execReason.empty()
               ? how
               : tr("%1: %2").arg(how, QString::fromStdString(stage.execReason));
}

/// The optimised line of a row. `node` is empty for sources and sinks, `port` for nodes and sinks.
void addAfter(StageTableRow& row, const OptimisedStages& stages, const StageRow* stage,
              const std::string& node, const std::string& port) {
    if (stage == nullptr)
        return;
    row.group = stages.groupOf(*stage);
    row.ranAfter = ranText(*stage);
    const StageFigures whole = figuresOf(*stage, stages.run().record->run.seconds);
    if (row.group == 0) {
        row.after = whole;
        return;
    }
    row.ofGroup = whole;
    row.groupBatches = stage->batches;
    row.remark = tr("group %1").arg(row.group);
    if (node.empty())
        row.after = sourceFigures(stages, *stage, port, whole);
    else if (stage->nodes.size() > 1)
        row.after = memberFigures(stages, *stage, node, whole);
    else { // its only node: the times are its own
        row.after = whole;
        row.after->bytes = bytesLeaving(*stages.run().record, *stage, &node);
    }
}

void addTo(std::optional<double>& sum, const std::optional<double>& value) {
    if (value)
        sum = sum.value_or(0) + *value;
}

/// Passthroughs as drawn, in one row.
struct PassthroughSum {
    StageFigures figures;
    Histogram service, queueWait;
    Items nodes;

    void add(const StageRow& stage, double seconds) {
        const StageFigures own = figuresOf(stage, seconds);
        figures.rows += own.rows;
        figures.errors += own.errors;
        addTo(figures.rowsPerSecond, own.rowsPerSecond);
        addTo(figures.bytes, own.bytes);
        service.merge(stage.service);
        queueWait.merge(stage.queueWait);
        nodes.push_back(Item::node(stage.nodes.front()));
    }

    [[nodiscard]] StageTableRow row() {
        if (!service.empty()) {
            figures.p50Us = double(service.percentile(50)) / 1e3;
            figures.p99Us = double(service.percentile(99)) / 1e3;
            figures.p999Us = double(service.percentile(99.9)) / 1e3;
        }
        if (!queueWait.empty())
            figures.queueWaitUs = double(queueWait.percentile(50)) / 1e3;
        StageTableRow row;
        row.name = pluralText(nodes.size(), tr("passthrough"), tr("passthroughs"));
        row.drawn = nodes;
        row.before = figures;
        return row;
    }
};

QString stageName(const Graph& graph, const StageRow& stage) {
    if (!stage.nodes.empty()) {
        const auto node = graph.findNode(stage.nodes.front());
        return node ? titleOf(graph.node(*node)) : QString::fromStdString(stage.nodes.front());
    }
    return QString::fromStdString(stage.label.empty() ? stage.stageId : stage.label);
}

bool startsWith(const std::string& text, std::string_view prefix) {
    return text.compare(0, prefix.size(), prefix) == 0;
}

} // namespace

std::vector<StageTableRow> stageTable(const SideRun& drawn, const SideRun& optimised,
                                      const Catalogue& catalogue) {
    std::vector<StageTableRow> rows;
    if (drawn.record == nullptr || drawn.graph == nullptr)
        return rows;
    const bool both = optimised.record != nullptr && optimised.graph != nullptr;
    const SideRun none{nullptr, drawn.graph};
    const OptimisedStages stages(both ? optimised : none);
    const Counterparts counterparts =
        both ? Counterparts(*drawn.graph, *optimised.graph) : Counterparts();
    const double seconds = drawn.record->run.seconds;
    PassthroughSum passthroughs;
    for (const StageRow& stage : drawn.record->stages) {
        StageTableRow row;
        row.name = stageName(*drawn.graph, stage);
        row.before = figuresOf(stage, seconds);
        row.ranBefore = ranText(stage);
        const StageRow* after = nullptr;
        std::string counterpart, port;
        if (!stage.nodes.empty()) {
            const std::string& id = stage.nodes.front();
            const auto node = drawn.graph->findNode(id);
            if (node && isPassthrough(catalogue, drawn.graph->node(*node))) {
                passthroughs.add(stage, seconds);
                continue;
            }
            row.drawn = {Item::node(id)};
            for (const Item& item : counterparts.of(Side::Drawn, Item::node(id))) {
                if (item.isNode() && after == nullptr)
                    after = stages.ofNode(counterpart = item.id);
            }
        } else if (startsWith(stage.stageId, "source/")) {
            port = stage.stageId.substr(7);
            row.drawn = {Item::input(port)};
            if (const auto at = drawn.graph->findInput(port))
                row.name = portTitle(*drawn.graph->inputBinding(*at), port, true);
            after = both ? stages.readerOf(port) : nullptr;
            if (after != nullptr)
                row.name += tr(" + decode");
            else
                after = stages.ofId(stage.stageId);
        } else {
            after = stages.ofId(stage.stageId);
        }
        addAfter(row, stages, after, counterpart, port);
        rows.push_back(std::move(row));
    }
    if (!passthroughs.nodes.empty()) {
        rows.push_back(passthroughs.row());
        if (both)
            rows.back().remark = tr("removed");
    }
    return rows;
}

} // namespace fuseboard
