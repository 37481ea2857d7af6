// SPDX-License-Identifier: Apache-2.0
#include "views/document/graph_document.h"

#include "engine/graph/graph_json.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/graph_edits.h"
#include "views/document/graph_fragment.h"
#include "views/document/node_text.h"
#include "views/document/selection.h"

#include <QFileInfo>
#include <QUndoCommand>

#include <algorithm>

namespace fuseboard {

/// One edit: the graph before and after. Graphs share their nodes, so that a command is cheap.
class GraphDocument::EditCommand : public QUndoCommand {
public:
    /// `work` is what the graph after the edit does, as GraphDocument::work().
    EditCommand(GraphDocument& document, const QString& name, GraphPtr after, std::uint64_t work,
                QString mergeKey)
        : QUndoCommand(name), m_document(document), m_before(document.m_graph),
          m_after(std::move(after)), m_workBefore(document.m_work), m_workAfter(work),
          m_mergeKey(std::move(mergeKey)), m_epoch(document.m_mergeEpoch) {}

    void undo() override {
        m_document.endMerge();
        m_document.setGraph(m_before, m_workBefore);
    }
    void redo() override { m_document.setGraph(m_after, m_workAfter); }
    [[nodiscard]] int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* next) override {
        const auto* other = static_cast<const EditCommand*>(next);
        if (other->m_mergeKey != m_mergeKey || other->m_epoch != m_epoch)
            return false;
        m_after = other->m_after;
        m_workAfter = other->m_workAfter;
        return true;
    }

private:
    GraphDocument& m_document;
    GraphPtr m_before, m_after;
    std::uint64_t m_workBefore, m_workAfter;
    QString m_mergeKey;
    std::uint64_t m_epoch;
};

namespace {

Position toPosition(const QPointF& point) {
    return {point.x(), point.y()};
}

bool samePosition(const std::optional<Position>& a, const Position& b) {
    return a && a->x == b.x && a->y == b.y;
}

} // namespace

GraphDocument::GraphDocument(const Catalogue& catalogue, QObject* parent)
    : QObject(parent), m_catalogue(catalogue), m_graph(std::make_shared<const Graph>()),
      m_selection(std::make_unique<Selection>()) {
    connect(&m_undo, &QUndoStack::cleanChanged, this, [this] { Q_EMIT cleanChanged(isClean()); });
}

GraphDocument::~GraphDocument() {
    // The stack reports that it becomes clean while it is cleared; nobody wants to know any more.
    m_undo.disconnect(this);
}

// --- content
// --------------------------------------------------------------------------------------

const GraphPtr& GraphDocument::graph(Side side) const {
    return side == Side::Optimised && m_shown != nullptr ? m_shown : m_graph;
}

void GraphDocument::reset(Graph graph, const QString& filePath, bool saved) {
    m_selection->clear();
    m_filePath = filePath;
    m_everSaved = saved;
    m_figures[0].reset();
    m_figures[1].reset();
    m_problems.clear();
    m_edgeTypes.clear();
    m_facts.reset();
    m_optimized.reset();
    m_naive.reset();
    m_shown.reset();
    m_counterparts = {};
    m_passPosition = 0;
    graph.forgetLog();
    m_undo.clear();
    Q_EMIT contentReset();
    setGraph(std::make_shared<const Graph>(std::move(graph)), ++m_works);
    Q_EMIT optimizedChanged();
    Q_EMIT passPositionChanged(0);
    Q_EMIT problemsChanged();
    Q_EMIT figuresChanged(Side::Drawn);
    Q_EMIT figuresChanged(Side::Optimised);
    Q_EMIT nameChanged();
    Q_EMIT cleanChanged(isClean());
}

QString GraphDocument::displayName() const {
    if (!m_filePath.isEmpty())
        return QFileInfo(m_filePath).fileName();
    return m_graph->name().empty() ? tr("untitled") : QString::fromStdString(m_graph->name());
}

void GraphDocument::setSaved(const QString& filePath) {
    m_filePath = filePath;
    m_everSaved = true;
    endMerge();
    m_undo.setClean();
    Q_EMIT nameChanged();
    Q_EMIT cleanChanged(isClean());
}

bool GraphDocument::isClean() const {
    return m_everSaved && m_undo.isClean();
}

void GraphDocument::setGraph(GraphPtr graph, std::uint64_t work) {
    const bool renamed = graph->name() != m_graph->name();
    m_graph = std::move(graph);
    ++m_revision;
    m_work = work;
    m_selection->prune(Side::Drawn, *m_graph);
    if (m_shown == nullptr)
        m_selection->prune(Side::Optimised, *m_graph);
    Q_EMIT graphChanged();
    if (renamed)
        Q_EMIT nameChanged();
}

// --- the optimised side
// ---------------------------------------------------------------------------

void GraphDocument::setOptimized(OptimizedPtr optimized) {
    const bool atEnd = m_optimized == nullptr || m_passPosition == passCount();
    const int before = m_passPosition;
    m_optimized = std::move(optimized);
    m_optimizedRevision = m_revision;
    m_naive =
        m_optimized == nullptr
            ? nullptr
            : std::make_shared<const Graph>(m_optimized->graph.at(m_optimized->naivePosition));
    m_passPosition = atEnd ? passCount() : std::min(m_passPosition, passCount());
    showPass();
    if (m_passPosition != before)
        Q_EMIT passPositionChanged(m_passPosition);
}

bool GraphDocument::isOptimizedStale() const {
    return m_optimized != nullptr && m_optimizedRevision != m_revision;
}

int GraphDocument::passCount() const {
    return m_optimized == nullptr ? 0 : static_cast<int>(m_optimized->passes.size());
}

void GraphDocument::setPassPosition(int position) {
    position = std::clamp(position, 0, passCount());
    if (position == m_passPosition)
        return;
    m_passPosition = position;
    showPass();
    Q_EMIT passPositionChanged(position);
}

void GraphDocument::showPass() {
    if (m_optimized == nullptr) {
        m_shown.reset();
        m_counterparts = {};
    } else {
        const Graph& graph = m_optimized->graph;
        if (m_passPosition == 0) {
            m_shown = m_naive;
        } else {
            const auto& pass = m_optimized->passes[std::size_t(m_passPosition - 1)];
            m_shown = pass.logPosition == graph.logPosition()
                          ? GraphPtr(m_optimized, &graph)
                          : std::make_shared<const Graph>(graph.at(pass.logPosition));
        }
        m_counterparts = Counterparts(*m_naive, *m_shown);
    }
    m_selection->prune(Side::Optimised, *this->graph(Side::Optimised));
    Q_EMIT optimizedChanged();
}

Items GraphDocument::highlighted(Side side) const {
    if (m_selection->side() == side)
        return m_selection->items();
    return m_counterparts.of(m_selection->side(), m_selection->items());
}

// --- what views share
// -----------------------------------------------------------------------------

void GraphDocument::setProblems(std::vector<Error> problems) {
    m_problems = std::move(problems);
    Q_EMIT problemsChanged();
}

std::vector<const Error*> GraphDocument::problemsOf(const std::string& nodeId) const {
    std::vector<const Error*> found;
    for (const Error& problem : m_problems) {
        if (problem.node == nodeId)
            found.push_back(&problem);
    }
    return found;
}

void GraphDocument::setFigures(Side side, FiguresPtr figures) {
    m_figures[int(side)] = std::move(figures);
    m_figuresWork = m_work;
    Q_EMIT figuresChanged(side);
}

bool GraphDocument::areFiguresStale() const {
    return (m_figures[0] != nullptr || m_figures[1] != nullptr) && m_figuresWork != m_work;
}

void GraphDocument::setEdgeTypes(std::unordered_map<std::string, QString> types) {
    m_edgeTypes = std::move(types);
    Q_EMIT figuresChanged(Side::Drawn);
}

QString GraphDocument::edgeType(const Graph& graph, const Edge& edge) const {
    const auto at = m_edgeTypes.find(edgeKey(graph, edge));
    return at == m_edgeTypes.end() ? QString() : at->second;
}

// --- edits
// ----------------------------------------------------------------------------------------

Status GraphDocument::edit(const QString& commandName, const std::function<Status(Graph&)>& change,
                           const QString& mergeKey, EditKind kind) {
    auto copy = std::make_shared<Graph>(*m_graph);
    copy->forgetLog();
    FB_TRY(change(*copy));
    // Removing a port empties the log as well, so that the number of ports is compared too.
    if (copy->logPosition() == 0 && copy->inputs().size() == m_graph->inputs().size() &&
        copy->outputs().size() == m_graph->outputs().size())
        return {};
    copy->forgetLog();
    const std::uint64_t work = kind == EditKind::Looks ? m_work : ++m_works;
    m_undo.push(new EditCommand(*this, commandName, std::move(copy), work, mergeKey));
    if (mergeKey.isEmpty())
        endMerge();
    return {};
}

namespace {

Status attach(Graph& graph, const Catalogue& catalogue, const Attachment& attachment,
              const std::optional<Endpoint>& input, const std::optional<Endpoint>& output) {
    if (attachment.from && input)
        FB_TRY(addWire(graph, catalogue, *attachment.from, *input));
    if (attachment.to && output)
        FB_TRY(addWire(graph, catalogue, *output, *attachment.to));
    return {};
}

} // namespace

Result<std::string> GraphDocument::addNode(const OperatorInfo& info, QPointF position,
                                           const Attachment& attachment) {
    std::string id;
    FB_TRY(edit(tr("Add %1").arg(QString::fromStdString(info.title)), [&](Graph& graph) -> Status {
        const NodeIndex node = addOperator(graph, info, toPosition(position));
        id = graph.node(node).id;
        if (attachment.into != kNone)
            return spliceInto(graph, m_catalogue, attachment.into, node);
        const auto inputs = inputPorts(graph, m_catalogue, node);
        const auto outputs = outputPorts(graph, m_catalogue, node);
        return attach(graph, m_catalogue, attachment,
                      inputs.empty() ? std::nullopt : std::optional(Endpoint{node, inputs.front()}),
                      outputs.empty() ? std::nullopt
                                      : std::optional(Endpoint{node, outputs.front()}));
    }));
    m_selection->select(Side::Drawn, Item::node(id));
    return id;
}

Result<Item> GraphDocument::addEndpoint(const EndpointKind& kind, QPointF position,
                                        const Attachment& attachment) {
    Item item;
    const QString name = kind.isSource ? tr("Add source") : tr("Add sink");
    FB_TRY(edit(name, [&](Graph& graph) -> Status {
        PortBinding binding = defaultBinding(kind);
        binding.position = toPosition(position);
        const std::string port = addBoundary(graph, kind.isSource, std::move(binding));
        item = kind.isSource ? Item::input(port) : Item::output(port);
        const Endpoint end{kNone, port};
        return attach(graph, m_catalogue, attachment,
                      kind.isSource ? std::nullopt : std::optional(end),
                      kind.isSource ? std::optional(end) : std::nullopt);
    }));
    m_selection->select(Side::Drawn, item);
    return item;
}

Status GraphDocument::canConnect(const Endpoint& from, const Endpoint& to) const {
    return checkWire(*m_graph, m_catalogue, from, to);
}

Result<EdgeIndex> GraphDocument::connectPorts(const Endpoint& from, const Endpoint& to) {
    EdgeIndex edge = kNone;
    FB_TRY(edit(tr("Connect"), [&](Graph& graph) -> Status {
        FB_TRY_ASSIGN(edge, addWire(graph, m_catalogue, from, to));
        return {};
    }));
    return edge;
}

Result<EdgeIndex> GraphDocument::rewire(EdgeIndex old, const Endpoint& from, const Endpoint& to) {
    EdgeIndex edge = kNone;
    FB_TRY(edit(tr("Move wire"), [&](Graph& graph) -> Status {
        if (!graph.hasEdge(old))
            return fail(ErrorCode::UnknownName, "the wire is not there any more");
        const FusionChoice fusion = graph.edge(old).fusion;
        graph.removeEdge(old);
        FB_TRY_ASSIGN(edge, addWire(graph, m_catalogue, from, to));
        if (fusion != FusionChoice::Automatic)
            graph.setFusion(edge, fusion);
        return {};
    }));
    return edge;
}

void GraphDocument::remove(const Items& items, bool heal) {
    const auto nodes =
        std::count_if(items.begin(), items.end(), [](const Item& item) { return !item.isEdge(); });
    const QString name = nodes == 0   ? tr("Remove wire")
                         : nodes == 1 ? tr("Remove node")
                                      : tr("Remove %1 nodes").arg(nodes);
    (void)edit(name, [&](Graph& graph) -> Status {
        removeItems(graph, items, heal);
        return {};
    });
}

void GraphDocument::move(const std::vector<std::pair<Item, Position>>& positions) {
    QString key = QStringLiteral("move");
    for (const auto& [item, position] : positions)
        key += QStringLiteral("/%1:").arg(int(item.kind)) + QString::fromStdString(item.id);
    (void)edit(
        tr("Move"),
        [&](Graph& graph) -> Status {
            for (const auto& [item, position] : positions) {
                if (!samePosition(positionOf(graph, item), position))
                    moveItem(graph, item, position);
            }
            return {};
        },
        key, EditKind::Looks);
}

void GraphDocument::layOut(const std::vector<std::pair<Item, Position>>& positions) {
    endMerge();
    (void)edit(
        tr("Lay out"),
        [&](Graph& graph) -> Status {
            for (const auto& [item, position] : positions) {
                if (!samePosition(positionOf(graph, item), position))
                    moveItem(graph, item, position);
            }
            return {};
        },
        {}, EditKind::Looks);
}

void GraphDocument::setParameter(const std::string& nodeId, const std::string& name,
                                 Parameter value) {
    (void)edit(
        tr("Change %1").arg(QString::fromStdString(name)),
        [&](Graph& graph) -> Status {
            changeNode(graph, nodeId,
                       [&](NodeData& data) { data.config.set(name, std::move(value)); });
            return {};
        },
        QStringLiteral("parameter/%1/%2")
            .arg(QString::fromStdString(nodeId), QString::fromStdString(name)));
}

void GraphDocument::clearParameter(const std::string& nodeId, const std::string& name) {
    (void)edit(tr("Clear %1").arg(QString::fromStdString(name)), [&](Graph& graph) -> Status {
        changeNode(graph, nodeId, [&](NodeData& data) { data.config.erase(name); });
        return {};
    });
}

void GraphDocument::setConfig(const std::string& nodeId, Config config,
                              const QString& commandName) {
    (void)edit(commandName, [&](Graph& graph) -> Status {
        changeNode(graph, nodeId, [&](NodeData& data) { data.config = std::move(config); });
        return {};
    });
}

void GraphDocument::rename(const Item& item, const QString& label) {
    const std::string text = label.trimmed().toStdString();
    (void)edit(tr("Rename"), [&](Graph& graph) -> Status {
        const std::optional<Element> element = elementOf(graph, item);
        if (!element || item.isEdge())
            return {};
        if (item.isNode()) {
            if (!text.empty() && graph.node(element->index).label != text)
                changeNode(graph, item.id, [&](NodeData& data) { data.label = text; });
            return {};
        }
        const bool isInput = item.kind == Element::Kind::InputPort;
        PortBinding binding =
            isInput ? *graph.inputBinding(element->index) : *graph.outputBinding(element->index);
        if (binding.label == text)
            return {};
        binding.label = text;
        if (isInput)
            graph.bindInput(element->index, std::move(binding));
        else
            graph.bindOutput(element->index, std::move(binding));
        return {};
    });
}

void GraphDocument::setNote(const std::string& nodeId, const QString& note) {
    (void)edit(
        tr("Change note"),
        [&](Graph& graph) -> Status {
            changeNode(graph, nodeId, [&](NodeData& data) { data.note = note.toStdString(); });
            return {};
        },
        QStringLiteral("note/") + QString::fromStdString(nodeId));
}

void GraphDocument::setDisabled(const std::vector<std::string>& nodeIds, bool disabled) {
    (void)edit(disabled ? tr("Disable") : tr("Enable"), [&](Graph& graph) -> Status {
        for (const std::string& id : nodeIds) {
            const auto node = graph.findNode(id);
            if (node && graph.node(*node).disabled != disabled)
                changeNode(graph, id, [&](NodeData& data) { data.disabled = disabled; });
        }
        return {};
    });
}

void GraphDocument::setBypassed(const std::vector<std::string>& nodeIds, bool bypassed) {
    (void)edit(bypassed ? tr("Bypass") : tr("Stop bypassing"), [&](Graph& graph) -> Status {
        for (const std::string& id : nodeIds) {
            const auto node = graph.findNode(id);
            if (node && graph.node(*node).bypassed != bypassed)
                changeNode(graph, id, [&](NodeData& data) { data.bypassed = bypassed; });
        }
        return {};
    });
}

void GraphDocument::setFusion(const std::vector<EdgeIndex>& edges, FusionChoice choice) {
    const QString name = choice == FusionChoice::Pinned      ? tr("Pin fusion")
                         : choice == FusionChoice::Forbidden ? tr("Forbid fusion")
                                                             : tr("Let the optimiser fuse");
    (void)edit(name, [&](Graph& graph) -> Status {
        for (const EdgeIndex edge : edges) {
            if (graph.hasEdge(edge) && graph.edge(edge).fusion != choice)
                graph.setFusion(edge, choice);
        }
        return {};
    });
}

void GraphDocument::setBinding(const Item& port, PortBinding binding) {
    const bool isInput = port.kind == Element::Kind::InputPort;
    (void)edit(
        isInput ? tr("Change source") : tr("Change sink"),
        [&](Graph& graph) -> Status {
            const std::optional<Element> element = elementOf(graph, port);
            if (!element || port.isNode() || port.isEdge())
                return {};
            if (isInput)
                graph.bindInput(element->index, std::move(binding));
            else
                graph.bindOutput(element->index, std::move(binding));
            return {};
        },
        QStringLiteral("binding/%1/%2").arg(isInput).arg(QString::fromStdString(port.id)));
}

void GraphDocument::setSchema(const std::string& port, const std::optional<OwnedValue>& schema) {
    endMerge();
    (void)edit(schema ? tr("Pin schema") : tr("Unpin schema"), [&](Graph& graph) -> Status {
        const auto index = graph.findInput(port);
        if (!index)
            return {};
        PortBinding binding = *graph.inputBinding(*index);
        Arena arena(4096);
        RecordBuilder builder;
        if (binding.settings->isRecord())
            builder.assign(binding.settings->fields());
        builder.erase(kSchemaKey);
        if (schema)
            builder.set(kSchemaKey, **schema);
        binding.settings = OwnedValue(builder.build(arena));
        graph.bindInput(*index, std::move(binding));
        return {};
    });
}

void GraphDocument::setProperties(const GraphProperties& properties) {
    (void)edit(tr("Change properties"), [&](Graph& graph) -> Status {
        if (graph.properties() != properties)
            graph.setProperties(properties);
        return {};
    });
}

void GraphDocument::setPipelineName(const QString& name) {
    (void)edit(tr("Rename pipeline"), [&](Graph& graph) -> Status {
        if (graph.name() != name.toStdString())
            graph.setName(name.toStdString());
        return {};
    });
}

QByteArray GraphDocument::copy(const Items& items) const {
    const Graph fragment = fragmentOf(*m_graph, items);
    if (fragment.nodeCount() == 0 && fragment.inputs().empty() && fragment.outputs().empty())
        return {};
    const Result<std::string> text = printPipeline(fragment);
    return text ? QByteArray::fromStdString(*text) : QByteArray();
}

Result<Items> GraphDocument::paste(const QByteArray& json, QPointF offset) {
    if (json.trimmed().isEmpty())
        return fail(ErrorCode::InvalidArgument, "the clipboard holds no part of a pipeline",
                    "copy nodes on a canvas first");
    const auto fragment =
        parsePipeline(std::string_view(json.data(), std::size_t(json.size())), "clipboard");
    if (!fragment)
        return fail(ErrorCode::InvalidSyntax, "the clipboard holds no part of a pipeline",
                    fragment.error().empty() ? "" : fragment.error().front().message);
    Items added;
    FB_TRY(edit(tr("Paste"), [&](Graph& graph) -> Status {
        added = addFragment(graph, fragment->graph, offset.x(), offset.y());
        return {};
    }));
    if (!added.empty())
        m_selection->select(Side::Drawn, added);
    return added;
}

Items GraphDocument::duplicate(const Items& items) {
    const Graph fragment = fragmentOf(*m_graph, items);
    Items added;
    (void)edit(tr("Duplicate"), [&](Graph& graph) -> Status {
        added = addFragment(graph, fragment, 32, 32);
        return {};
    });
    if (!added.empty())
        m_selection->select(Side::Drawn, added);
    return added;
}

} // namespace fuseboard
