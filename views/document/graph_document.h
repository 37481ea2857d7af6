// SPDX-License-Identifier: Apache-2.0
// GraphDocument: the pipeline that a window shows. It holds the graph as drawn with its undo stack,
// the optimised side, the selection, the problems and the figures of runs. No widgets; GUI thread
// only. Graphs are immutable and shared, so workers may keep and read the one they were given.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/contract.h"
#include "engine/graph/graph.h"
#include "engine/graph/rewrite.h"
#include "views/document/counterparts.h"
#include "views/document/item.h"
#include "views/document/plan_facts.h"
#include "views/document/run_figures.h"

#include <QByteArray>
#include <QObject>
#include <QPointF>
#include <QString>
#include <QUndoStack>

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace fuseboard {

class Selection;
struct EndpointKind;

using GraphPtr = std::shared_ptr<const Graph>;
using OptimizedPtr = std::shared_ptr<const OptimizedGraph>;

/// Where a new node goes besides its position: behind an output, or into the middle of an edge.
struct Attachment {
    std::optional<Endpoint> from; ///< a wire from here to the node's first input
    std::optional<Endpoint> to;   ///< a wire from the node's first output to here
    EdgeIndex into = kNone;       ///< splice into this edge
};

class GraphDocument : public QObject {
    Q_OBJECT

public:
    /// `catalogue` must outlive the document.
    explicit GraphDocument(const Catalogue& catalogue, QObject* parent = nullptr);
    ~GraphDocument() override;

    // --- content ---
    [[nodiscard]] const Catalogue& catalogue() const { return m_catalogue; }
    /// The graph as drawn. Never null.
    [[nodiscard]] const GraphPtr& graph() const { return m_graph; }
    /// The graph of a side; the optimised one is the drawn one until there is a plan.
    [[nodiscard]] const GraphPtr& graph(Side side) const;
    /// Replaces everything: a new or opened pipeline. Empties the undo stack. `saved` is false for
    /// an import, which has never been saved as a pipeline file.
    void reset(Graph graph, const QString& filePath = {}, bool saved = true);
    /// Counts up with every change of the drawn graph, undo included.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }
    /// Names what the drawn graph does: another number after each edit but of looks, and the old
    /// one again when that is undone.
    [[nodiscard]] std::uint64_t work() const { return m_work; }

    [[nodiscard]] const QString& filePath() const { return m_filePath; }
    [[nodiscard]] QString
    displayName() const; ///< file name, else the pipeline's name, else "untitled"
    void setSaved(const QString& filePath);
    [[nodiscard]] bool isClean() const;
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }

    // --- the optimised side ---
    /// What the optimiser made of a drawn graph; null: nothing yet.
    void setOptimized(OptimizedPtr optimized);
    [[nodiscard]] const OptimizedPtr& optimized() const { return m_optimized; }
    /// The drawn graph has changed since the optimised one was made.
    [[nodiscard]] bool isOptimizedStale() const;
    [[nodiscard]] int passCount() const;
    /// 0: as drawn; n: after the n-th pass. A new plan is shown after its last pass unless the user
    /// chose an earlier one.
    [[nodiscard]] int passPosition() const { return m_passPosition; }
    void setPassPosition(int position);
    [[nodiscard]] const Counterparts& counterparts() const { return m_counterparts; }
    /// The items of `side` that the selection means: selected there, or counterparts of those.
    [[nodiscard]] Items highlighted(Side side) const;

    // --- what views share ---
    [[nodiscard]] Selection& selection() { return *m_selection; }
    [[nodiscard]] const Selection& selection() const { return *m_selection; }
    void setProblems(std::vector<Error> problems);
    [[nodiscard]] const std::vector<Error>& problems() const { return m_problems; }
    [[nodiscard]] std::vector<const Error*> problemsOf(const std::string& nodeId) const;
    /// Figures of a side; null: never run.
    void setFigures(Side side, FiguresPtr figures);
    [[nodiscard]] const FiguresPtr& figures(Side side) const { return m_figures[int(side)]; }
    /// The graph does something else than the one that was measured.
    [[nodiscard]] bool areFiguresStale() const;
    /// What the optimiser knows and expects of the nodes; null: there is no plan. Set before the
    /// plan that it belongs to, which tells the views.
    void setFacts(PlanFactsPtr facts) { m_facts = std::move(facts); }
    [[nodiscard]] const PlanFactsPtr& facts() const { return m_facts; }
    /// What crosses an edge before anything ran: "record, 4 fields". By edgeKey().
    void setEdgeTypes(std::unordered_map<std::string, QString> types);
    [[nodiscard]] QString edgeType(const Graph& graph, const Edge& edge) const;

    // --- edits; each is one undoable command unless it fails ---
    Result<std::string> addNode(const OperatorInfo& info, QPointF position,
                                const Attachment& attachment = {});
    Result<Item> addEndpoint(const EndpointKind& kind, QPointF position,
                             const Attachment& attachment = {});
    [[nodiscard]] Status canConnect(const Endpoint& from, const Endpoint& to) const;
    Result<EdgeIndex> connectPorts(const Endpoint& from, const Endpoint& to);
    /// Moves one end of an edge to another port.
    Result<EdgeIndex> rewire(EdgeIndex edge, const Endpoint& from, const Endpoint& to);
    void remove(const Items& items, bool heal = false);
    /// New positions; consecutive moves of the same items are one command until endMerge().
    void move(const std::vector<std::pair<Item, Position>>& positions);
    void layOut(const std::vector<std::pair<Item, Position>>& positions);
    /// Consecutive changes of one parameter are one command until endMerge().
    void setParameter(const std::string& nodeId, const std::string& name, Parameter value);
    void clearParameter(const std::string& nodeId, const std::string& name);
    /// Several parameters at once, as a form commits them.
    void setConfig(const std::string& nodeId, Config config, const QString& commandName);
    void rename(const Item& item, const QString& label);
    void setNote(const std::string& nodeId, const QString& note);
    void setDisabled(const std::vector<std::string>& nodeIds, bool disabled);
    void setBypassed(const std::vector<std::string>& nodeIds, bool bypassed);
    void setFusion(const std::vector<EdgeIndex>& edges, FusionChoice choice);
    void setBinding(const Item& port, PortBinding binding);
    /// Declares a schema on a source (kSchemaKey of its settings); nullopt: takes it away.
    void setSchema(const std::string& port, const std::optional<OwnedValue>& schema);
    void setProperties(const GraphProperties& properties);
    void setPipelineName(const QString& name);
    [[nodiscard]] QByteArray copy(const Items& items) const; ///< JSON; empty if nothing to copy
    Result<Items> paste(const QByteArray& json, QPointF offset);
    Items duplicate(const Items& items);
    /// Whether an edit changes what the pipeline does, or only how it is drawn.
    enum class EditKind : std::uint8_t { Work, Looks };
    /// Any other change. `change` works on a copy; an error or an equal result changes nothing.
    /// Commands with the same non-empty `mergeKey` in a row become one.
    Status edit(const QString& commandName, const std::function<Status(Graph&)>& change,
                const QString& mergeKey = {}, EditKind kind = EditKind::Work);
    /// The next change starts a command of its own.
    void endMerge() { ++m_mergeEpoch; }

Q_SIGNALS:
    void graphChanged();     ///< the drawn graph, by edit, undo or reset
    void contentReset();     ///< another pipeline altogether; comes before graphChanged()
    void optimizedChanged(); ///< the graph shown on the optimised side
    void passPositionChanged(int position);
    void problemsChanged();
    void figuresChanged(fuseboard::Side side);
    void nameChanged(); ///< file path, pipeline name
    void cleanChanged(bool clean);

private:
    class EditCommand;
    void setGraph(GraphPtr graph, std::uint64_t work);
    void showPass();

    const Catalogue& m_catalogue;
    GraphPtr m_graph;
    QUndoStack m_undo;
    QString m_filePath;
    bool m_everSaved = true;
    std::uint64_t m_revision = 0;
    std::uint64_t m_work = 0, m_works = 0; ///< of the graph; numbers given so far
    std::uint64_t m_mergeEpoch = 0;

    PlanFactsPtr m_facts;
    OptimizedPtr m_optimized;
    GraphPtr m_naive, m_shown; ///< of m_optimized; null without one
    std::uint64_t m_optimizedRevision = 0;
    int m_passPosition = 0;
    Counterparts m_counterparts;

    std::unique_ptr<Selection> m_selection;
    std::vector<Error> m_problems;
    FiguresPtr m_figures[2];
    std::uint64_t m_figuresWork = 0;
    std::unordered_map<std::string, QString> m_edgeTypes;
};

} // namespace fuseboard
