// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/relational_plan.h"

#include "engine/exporters/table_presence.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/aggregate.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

std::string identifierOf(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (plain)
            name += c;
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (name.ends_with('_'))
        name.pop_back();
    if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
        name.insert(0, "step_");
    return name;
}

bool contains(const Expr& tree, const std::function<bool(const Expr&)>& test) {
    if (test(tree))
        return true;
    bool found = false;
    forEachChild(tree, [&](const ExprPtr& child) {
        found = found || (child != nullptr && contains(*child, test));
    });
    return found;
}

bool usesOrder(const Expr& tree) {
    return contains(tree, [](const Expr& e) {
        const auto* aggregate = tryAs<AggregateExpr>(&e);
        return aggregate != nullptr && aggregate->aggregate->name.starts_with("aggr::win::");
    });
}

bool isEvent(const Expr& tree) {
    const auto* path = tryAs<PathExpr>(&tree);
    return path != nullptr && path->root == PathRoot::Event && path->segments.empty();
}

/// "event.a.b", as far as it is made of keys.
std::string nameOf(const PathExpr& path) {
    std::string name = "event";
    for (const PathSegment& segment : path.segments)
        if (segment.form == PathSegment::Form::Field)
            name += "." + segment.field;
    return name;
}

/// "event.timestamp:ms" taken apart.
struct ClockText {
    std::string path;
    std::uint64_t unitNs = 1;
};
std::optional<ClockText> fieldClock(const std::string& clock) {
    if (clock.empty() || clock == "index" || clock == "wall")
        return std::nullopt;
    ClockText result{clock, 1};
    const auto colon = clock.rfind(':');
    if (colon == std::string::npos)
        return result;
    const std::string unit = clock.substr(colon + 1);
    for (const auto& [name, ns] :
         {std::pair{"ns", 1ULL}, {"us", 1'000ULL}, {"ms", 1'000'000ULL}, {"s", 1'000'000'000ULL}})
        if (unit == name) {
            result.path = clock.substr(0, colon);
            result.unitNs = ns;
        }
    return result;
}

class Planner {
public:
    Planner(const ExportedGraph& exported, std::string_view target)
        : m_exported(exported), m_graph(exported.graph()), m_target(target) {}

    Result<TablePlan> plan() {
        FB_TRY_ASSIGN(const auto order, m_graph.topologicalOrder());
        FB_TRY(survey());
        FB_TRY(sources());
        for (const NodeIndex n : order)
            FB_TRY(addNode(n));
        FB_TRY(sinks());
        FB_TRY(checkPresence());
        return std::move(m_plan);
    }

private:
    using Kind = TableStep::Kind;
    struct Produced {
        std::string step;
        bool scalar = false;
        bool ordered = true;
        int ordinals = 0;
        bool timed = false;
        bool raw = false;
        int places = 0;
        PresenceOf presence;
    };

    std::unexpected<Error> refuse(const NodeData& node, std::string reason,
                                  std::string hint = {}) const {
        return fail(refusal(node, m_target, std::move(reason), std::move(hint)));
    }

    // --- what the whole pipeline needs ---

    Status survey() {
        for (const NodeIndex n : m_graph.nodes()) {
            const NodeData& node = m_graph.node(n);
            if (node.disabled || node.bypassed)
                return refuse(node, "it is switched off", "remove it, or switch it on");
            const std::string& op = node.operatorName;
            bool order = op == "sample" || op == "limit";
            if (const auto* windows = node.config.windows("windows");
                windows != nullptr && !windows->empty()) {
                order = order || windows->front().kind == WindowSpec::Kind::Size;
                m_plan.timed = m_plan.timed || windows->front().kind == WindowSpec::Kind::Interval;
            }
            if (const Expression* target = node.config.expression("target");
                target != nullptr && target->tree != nullptr)
                order = order || usesOrder(*target->tree);
            m_plan.ordered = m_plan.ordered || order;
            if (order && m_graph.properties().eventOrder == EventOrder::Tremor)
                return refuse(node,
                              "it depends on the order of rows, which is Tremor's in this pipeline",
                              "set event order to natural");
        }
        if (!m_plan.timed)
            return {};
        const std::string& clock = m_graph.properties().clock;
        if (clock == "wall")
            return fail(
                ErrorCode::Unsupported,
                fmt::format("the pipeline cannot be written as {}: its windows follow the wall "
                            "clock, and a script sees all rows at once",
                            m_target),
                "choose a field of the event as clock");
        if (const auto field = fieldClock(clock)) {
            m_plan.timePath = field->path;
            m_plan.timeUnitNs = field->unitNs;
            FB_TRY_ASSIGN(const Expression path,
                          parseExpression("clock", field->path, ExpressionUse::Plain));
            m_plan.time = path.tree;
        }
        return {};
    }

    // --- ports ---

    std::string settingOf(const PortBinding& binding, std::string_view key) const {
        const Value* found = binding.settings->isRecord() ? binding.settings->find(key) : nullptr;
        return found != nullptr && found->isString() ? std::string(found->asString())
                                                     : std::string();
    }

    Status sources() {
        for (std::uint32_t i = 0; i < m_graph.inputs().size(); ++i) {
            if (m_graph.inputEdges(i).empty())
                continue;
            const std::string& port = m_graph.inputs()[i];
            const PortBinding& binding = *m_graph.inputBinding(i);
            TableStep step;
            step.kind = Kind::Source;
            step.port = port;
            step.path = settingOf(binding, "path");
            step.format = settingOf(binding, "format");
            if (step.format.empty() && settingOf(binding, "shape") == "metrics")
                step.format = "influx";
            if (step.format.empty() && settingOf(binding, "shape") == "logs")
                step.format = "lines";
            if (step.format.empty())
                step.format = step.path.ends_with(".csv") ? "csv" : "ndjson";
            if (step.format == "influx")
                return fail(
                    ErrorCode::Unsupported,
                    fmt::format("the port {} cannot be written as {}: nothing there reads line "
                                "protocol",
                                port, m_target),
                    "convert the data to NDJSON and bind the port to that file");
            if (step.path.empty())
                step.path = port + (step.format == "csv"     ? ".csv"
                                    : step.format == "lines" ? ".log"
                                                             : ".ndjson");
            step.scalar = step.format == "lines";
            step.raw = step.format == "ndjson";
            FB_TRY_ASSIGN(const PresenceOf presence,
                          presenceAtSource(step.format, *binding.settings));
            step.ordinals = m_plan.ordered ? 1 : 0;
            step.timed = m_plan.timed;
            step.name = freeName("source_" + port);
            step.comment = "input port " + port;
            m_inputs[port] = {step.name,  step.scalar, true, step.ordinals,
                              step.timed, step.raw,    0,    presence};
            m_plan.steps.push_back(std::move(step));
        }
        return {};
    }

    Status sinks() {
        for (std::uint32_t i = 0; i < m_graph.outputs().size(); ++i) {
            const std::string& port = m_graph.outputs()[i];
            std::vector<EdgeIndex> edges;
            for (const EdgeIndex e : m_graph.outputEdges(i))
                if (producedBy(m_graph.edge(e)) != nullptr)
                    edges.push_back(e);
            if (edges.empty())
                continue;
            FB_TRY_ASSIGN(const Produced from,
                          gather(edges, "all_" + identifierOf(port), "output port " + port));
            if (from.scalar)
                return fail(
                    ErrorCode::Unsupported,
                    fmt::format("the port {} cannot be written as {}: its rows are single values, "
                                "not records",
                                port, m_target),
                    "make a record of them: select {\"line\": event}");
            TableStep step;
            step.kind = Kind::Sink;
            step.port = port;
            step.inputs = {{from.step, -1}};
            step.ordinals = from.ordinals;
            step.timed = from.timed;
            step.raw = from.raw;
            step.places = from.places;
            const PortBinding& binding = *m_graph.outputBinding(i);
            step.path = settingOf(binding, "path");
            step.format = settingOf(binding, "format") == "csv" ? "csv" : "ndjson";
            if (step.path.empty())
                step.path = port + (step.format == "csv" ? ".csv" : ".ndjson");
            step.name = freeName("output_" + port);
            step.comment = "output port " + port;
            m_plan.steps.push_back(std::move(step));
        }
        return {};
    }

    // --- edges ---

    std::string freeName(const std::string& wanted) {
        const std::string base = identifierOf(wanted);
        std::string name = base;
        for (int n = 2; !m_names.insert(name).second; ++n)
            name = fmt::format("{}_{}", base, n);
        return name;
    }

    const Produced* producedBy(const Edge& edge) const {
        if (edge.from.isBoundary())
            return &m_inputs.at(edge.from.port);
        const auto found = m_produced.find({edge.from.node, edge.from.port});
        return found == m_produced.end() ? nullptr : &found->second;
    }

    /// Place of an edge among all edges of its origin; -1 where it is the only one.
    int branchOf(EdgeIndex e) const {
        const Endpoint& from = m_graph.edge(e).from;
        const auto& all = from.isBoundary() ? m_graph.inputEdges(*m_graph.findInput(from.port))
                                            : m_graph.outEdges(from.node);
        if (!m_plan.ordered || all.size() < 2)
            return -1;
        return static_cast<int>(std::find(all.begin(), all.end(), e) - all.begin());
    }

    // All rows that arrive over `edges`, as one step.
    Result<Produced> gather(const std::vector<EdgeIndex>& edges, const std::string& name,
                            const std::string& comment) {
        if (edges.size() == 1)
            return *producedBy(m_graph.edge(edges[0]));
        TableStep step;
        step.kind = Kind::Merge;
        step.name = freeName(name);
        step.comment = comment + ": rows of " + std::to_string(edges.size()) + " edges";
        Produced result{step.name, false, true, 0, true, false, 0, {}};
        std::vector<PresenceOf> presences;
        for (const EdgeIndex e : edges) {
            const Produced& from = *producedBy(m_graph.edge(e));
            const int branch = from.ordered ? branchOf(e) : -1;
            if (!step.inputs.empty() && from.scalar != result.scalar)
                return fail(
                    ErrorCode::Unsupported,
                    fmt::format("{} cannot be written as {}: rows of different shape, records and "
                                "single values, come together",
                                comment, m_target));
            result.scalar = from.scalar;
            result.timed = result.timed && from.timed;
            result.ordered = result.ordered && from.ordered;
            result.ordinals = std::max(result.ordinals, from.ordinals + (branch >= 0 ? 1 : 0));
            result.raw = result.raw || from.raw;
            result.places = std::max(result.places, from.places);
            presences.push_back(from.presence);
            step.inputs.push_back({from.step, branch});
        }
        result.presence = presenceOfAll(std::move(presences));
        if (m_plan.ordered && result.ordinals == 0)
            result.ordered = false;
        step.scalar = result.scalar;
        step.timed = result.timed;
        step.ordinals = result.ordinals;
        step.raw = result.raw;
        step.places = result.places;
        m_plan.steps.push_back(std::move(step));
        return result;
    }

    // --- nodes ---

    TableStep stepOf(NodeIndex n, Kind kind, const Produced& from, const std::string& suffix = {}) {
        TableStep step;
        step.kind = kind;
        step.node = n;
        step.name = freeName(m_graph.node(n).id + suffix);
        step.comment = m_exported.originOf(n);
        step.inputs = {{from.step, -1}};
        step.scalar = step.inputScalar = from.scalar;
        step.ordinals = from.ordinals;
        step.timed = from.timed;
        step.raw = from.raw;
        step.places = from.places;
        step.presence = step.resultPresence = from.presence;
        return step;
    }

    void produce(NodeIndex n, const std::string& port, TableStep step, bool ordered) {
        m_produced[{n, port}] = {step.name,  step.scalar, ordered,     step.ordinals,
                                 step.timed, step.raw,    step.places, step.resultPresence};
        m_plan.steps.push_back(std::move(step));
    }

    Status addNode(NodeIndex n) {
        const NodeData& node = m_graph.node(n);
        std::vector<EdgeIndex> edges;
        for (const EdgeIndex e : m_graph.inEdges(n))
            if (producedBy(m_graph.edge(e)) != nullptr)
                edges.push_back(e);
        for (const EdgeIndex e : m_graph.outEdges(n))
            if (m_graph.edge(e).from.port == "err")
                return refuse(node, "its port err is connected, and failed rows are not kept there",
                              "take the edge out");
        if (edges.empty())
            return {}; // nothing ever arrives
        FB_TRY_ASSIGN(const Produced from, gather(edges, node.id + "_in", m_exported.originOf(n)));
        const std::string& op = node.operatorName;
        if (op == "passthrough" || op == "union") {
            m_produced[{n, "out"}] = from;
            return {};
        }
        if (op == "filter")
            return addFilter(n, node, from);
        if (op == "route")
            return addRoute(n, node, from);
        if (op == "select")
            return addSelect(n, node, from);
        if (op == "explode")
            return addExplode(n, node, from);
        if (op == "limit" || op == "sample")
            return addCounted(n, node, from);
        return refuse(node, fmt::format("the operator {} has no counterpart there", op));
    }

    Result<ExprPtr> treeOf(const NodeData& node, const char* name) const {
        const Expression* expression = node.config.expression(name);
        if (expression == nullptr || (expression->tree == nullptr && expression->text.empty()))
            return ExprPtr();
        if (expression->tree == nullptr)
            return refuse(node, fmt::format("its {} does not parse", name));
        return expression->tree;
    }

    static void addGuard(TableStep& step, ExprPtr guard) {
        if (guard != nullptr)
            step.guards.push_back(std::move(guard));
    }

    static void addCondition(TableStep& step, const ExprPtr& condition, bool wanted) {
        step.conditions.emplace_back(condition, wanted);
        addGuard(step,
                 guardOf(condition, wanted ? GuardUse::True : GuardUse::NotNull, step.presence));
    }

    Status addFilter(NodeIndex n, const NodeData& node, const Produced& from) {
        FB_TRY_ASSIGN(const ExprPtr where, treeOf(node, "where"));
        if (where == nullptr)
            return refuse(node, "it has no condition");
        TableStep step = stepOf(n, Kind::Filter, from);
        addCondition(step, where, true);
        produce(n, "out", std::move(step), from.ordered);
        return {};
    }

    Status addRoute(NodeIndex n, const NodeData& node, const Produced& from) {
        const auto* branches = node.config.branches("branches");
        if (branches == nullptr)
            return refuse(node, "it has no branches");
        std::vector<ExprPtr> before;
        for (const NamedExpression& branch : *branches) {
            if (branch.expression.tree == nullptr)
                return refuse(node, fmt::format("the condition of {} does not parse", branch.name));
            TableStep step = stepOf(n, Kind::Filter, from, "_" + branch.name);
            step.comment += ", branch " + branch.name;
            for (const ExprPtr& earlier : before)
                addCondition(step, earlier, false);
            addCondition(step, branch.expression.tree, true);
            produce(n, branch.name, std::move(step), from.ordered);
            before.push_back(branch.expression.tree);
        }
        TableStep rest = stepOf(n, Kind::Filter, from, "_else");
        rest.comment += ", branch else";
        for (const ExprPtr& earlier : before)
            addCondition(rest, earlier, false);
        produce(n, "else", std::move(rest), from.ordered);
        return {};
    }

    Status addExplode(NodeIndex n, const NodeData& node, const Produced& from) {
        FB_TRY_ASSIGN(const ExprPtr array, treeOf(node, "array"));
        const auto* path = tryAs<PathExpr>(array.get());
        if (path == nullptr || path->root != PathRoot::Event)
            return refuse(node, "the array is no field of the event");
        TableStep step = stepOf(n, Kind::Explode, from);
        step.array = array;
        step.as = node.config.textOr("as", "");
        step.scalar = false;
        if (m_plan.ordered)
            ++step.ordinals;
        step.place = step.places++;
        step.resultPresence = presenceOfElement(step, *path);
        produce(n, "out", std::move(step), from.ordered);
        return {};
    }

    Status addCounted(NodeIndex n, const NodeData& node, const Produced& from) {
        if (!from.ordered || from.ordinals == 0)
            return refuse(
                node, "it depends on the order in which windows close, which only the engine knows",
                "put it before the window");
        const bool limit = node.operatorName == "limit";
        TableStep step = stepOf(n, limit ? Kind::Limit : Kind::Sample, from);
        step.count = node.config.unsignedOr(limit ? "count" : "n", limit ? 0 : 1);
        produce(n, "out", std::move(step), true);
        return {};
    }

    // --- select ---

    Status addSelect(NodeIndex n, const NodeData& node, Produced from) {
        FB_TRY_ASSIGN(const ExprPtr where, treeOf(node, "where"));
        if (where != nullptr) {
            TableStep step = stepOf(n, Kind::Filter, from, "_where");
            step.comment += ", where";
            addCondition(step, where, true);
            from.step = step.name;
            m_plan.steps.push_back(std::move(step));
        }
        const auto* windows = node.config.windows("windows");
        const bool windowed = windows != nullptr && !windows->empty();
        TableStep step = stepOf(n, windowed ? Kind::Group : Kind::Map, from);
        FB_TRY(setKeys(node, step));
        FB_TRY_ASSIGN(step.having, treeOf(node, "having"));
        if (windowed) {
            FB_TRY(setWindow(node, *windows, step));
            if (!step.windowBySize && !from.timed)
                return refuse(
                    node, "its window takes rows that other windows made, at times that only the "
                          "engine knows");
            if (step.windowBySize && !from.ordered)
                return refuse(
                    node, "its window counts rows that other windows made, in an order that only "
                          "the engine knows");
        }
        FB_TRY_ASSIGN(const ExprPtr target, treeOf(node, "target"));
        if (target == nullptr || isEvent(*target)) {
            if (windowed)
                return refuse(node, "its target is the whole event, which no window has");
            step.keepsOthers = true;
        } else {
            FB_TRY(setTarget(node, target, step));
        }
        if (windowed) {
            step.ordinals = 0;
            step.timed = false;
            step.raw = false;
            step.places = 0;
        }
        guardFields(step);
        step.resultPresence = presenceOfFields(step);
        produce(n, "out", std::move(step), from.ordered && !windowed);
        return {};
    }

    static void guardFields(TableStep& step) {
        for (const ExprPtr& key : step.keys)
            addGuard(step, guardOf(key, GuardUse::Value, step.presence));
        for (const auto& [name, tree] : step.fields)
            addGuard(step, step.kind == Kind::Group
                               ? argumentGuardOf(tree, step.presence)
                               : guardOf(tree, GuardUse::Value, step.presence));
    }

    Status setKeys(const NodeData& node, TableStep& step) const {
        const GroupByPtr by = node.config.groupBy("group_by");
        if (by == nullptr)
            return {};
        const auto add = [&](const auto& self, const GroupBy& group) -> Status {
            if (group.kind == GroupBy::Kind::Each)
                return refuse(node, "it groups by each(…), which makes several rows of one",
                              "put an explode before it");
            if (group.kind == GroupBy::Kind::Expression)
                step.keys.push_back(group.expression);
            for (const GroupByPtr& item : group.items)
                FB_TRY(self(self, *item));
            return {};
        };
        return add(add, *by);
    }

    Status setWindow(const NodeData& node, const std::vector<WindowSpec>& windows,
                     TableStep& step) const {
        const WindowSpec& window = windows.front();
        if (windows.size() > 1)
            return refuse(node,
                          "it has several windows, of which each larger one is fed by the smaller",
                          "give each window a select of its own");
        if (window.kind == WindowSpec::Kind::State || window.script != nullptr)
            return refuse(node, fmt::format("the window {} decides by a script", window.name));
        if (window.kind == WindowSpec::Kind::Interval && !window.aligned)
            return refuse(node,
                          fmt::format("the window {} is anchored at its first event, so where one "
                                      "ends depends on where the one before it began",
                                      window.name),
                          "align the window to the clock");
        if (window.maxGroups != 0)
            return refuse(node,
                          fmt::format("the window {} limits the number of groups", window.name));
        if (m_graph.properties().atEnd == AtEnd::Discard)
            return refuse(
                node,
                "windows that are open at the end of input are discarded, which depends on "
                "ticks of the clock",
                "set at end to flush");
        step.windowName = window.name;
        step.windowAmount = window.amount;
        step.windowBySize = window.kind == WindowSpec::Kind::Size;
        return {};
    }

    static Result<std::string> keyOf(const Planner& planner, const NodeData& node,
                                     const ExprPtr& key) {
        const auto* literal = tryAs<LiteralExpr>(key.get());
        if (literal == nullptr || !literal->value->isString())
            return planner.refuse(node, "a name of a field is computed");
        return std::string(literal->value->asString());
    }

    Status setRecord(const NodeData& node, const RecordExpr& record, TableStep& step) const {
        for (const RecordExpr::Entry& entry : record.entries) {
            FB_TRY_ASSIGN(std::string key, keyOf(*this, node, entry.key));
            const auto known = std::find_if(step.fields.begin(), step.fields.end(),
                                            [&](const auto& field) { return field.first == key; });
            if (known != step.fields.end())
                known->second = entry.value;
            else
                step.fields.emplace_back(std::move(key), entry.value);
        }
        return {};
    }

    Status setTarget(const NodeData& node, const ExprPtr& target, TableStep& step) const {
        if (const auto* record = tryAs<RecordExpr>(target.get())) {
            step.scalar = false;
            return setRecord(node, *record, step);
        }
        if (const auto* patch = tryAs<PatchExpr>(target.get());
            patch != nullptr && isEvent(*patch->target) && step.kind == Kind::Map && !step.scalar) {
            step.keepsOthers = true;
            return setPatch(node, *patch, step);
        }
        const auto* merge = tryAs<MergeExpr>(target.get());
        const auto* with = merge == nullptr ? nullptr : tryAs<RecordExpr>(merge->with.get());
        if (with != nullptr && isEvent(*merge->target) && step.kind == Kind::Map && !step.scalar) {
            step.keepsOthers = true;
            for (const RecordExpr::Entry& entry : with->entries)
                if (entry.value->kind == ExprKind::Record)
                    return refuse(node, "it merges records inside of records");
            return setRecord(node, *with, step);
        }
        step.scalar = true;
        step.fields.emplace_back("event", target);
        return {};
    }

    Status setPatch(const NodeData& node, const PatchExpr& patch, TableStep& step) const {
        using Op = PatchExpr::OpKind;
        for (const PatchExpr::Operation& operation : patch.operations) {
            if (operation.kind != Op::Insert && operation.kind != Op::Upsert &&
                operation.kind != Op::Update && operation.kind != Op::Erase)
                return refuse(node, "its patch does more than insert, update, upsert and erase");
            FB_TRY_ASSIGN(std::string key, keyOf(*this, node, operation.key));
            if (std::any_of(step.fields.begin(), step.fields.end(),
                            [&](const auto& field) { return field.first == key; }))
                return refuse(node, fmt::format("its patch changes the field {} twice", key));
            if (operation.kind == Op::Erase)
                step.erased.push_back(std::move(key));
            else
                step.fields.emplace_back(std::move(key), operation.value);
        }
        return {};
    }

    // Every `present` that the steps ask must have an answer.
    Status checkPresence() {
        for (const TableStep& step : m_plan.steps) {
            for (const auto& [condition, wanted] : step.conditions)
                FB_TRY(checkPresence(step, condition, step.presence));
            for (const ExprPtr& guard : step.guards)
                FB_TRY(checkPresence(step, guard, step.presence));
            for (const auto& [name, tree] : step.fields)
                FB_TRY(checkPresence(step, tree, step.presence));
            if (step.having != nullptr)
                FB_TRY(checkPresence(step, step.having, step.resultPresence));
        }
        return {};
    }

    Status checkPresence(const TableStep& step, const ExprPtr& tree, const PresenceOf& presence) {
        Status status;
        if (const auto* asked = tryAs<PresenceExpr>(tree.get())) {
            const auto& path = as<PathExpr>(*asked->path);
            const auto steps = textStepsOf(path);
            const FieldPresence found =
                path.root == PathRoot::Event && !steps.empty() ? presence(steps) : FieldPresence{};
            m_plan.raw = m_plan.raw || found.kind == FieldPresence::Kind::InText;
            if (found.kind == FieldPresence::Kind::Unknown)
                return refuse(m_graph.node(step.node),
                              fmt::format("{} may be null or missing, which cannot be told apart "
                                          "there",
                                          nameOf(path)),
                              "pin a schema that says that the field is required");
            return {};
        }
        forEachChild(*tree, [&](const ExprPtr& child) {
            if (child != nullptr && status)
                status = checkPresence(step, child, presence);
        });
        return status;
    }

    const ExportedGraph& m_exported;
    const Graph& m_graph;
    std::string_view m_target;
    TablePlan m_plan;
    std::map<std::string, Produced> m_inputs;
    std::map<std::pair<NodeIndex, std::string>, Produced> m_produced;
    std::set<std::string> m_names;
};

} // namespace

Result<TablePlan> tablePlanOf(const ExportedGraph& exported, std::string_view target) {
    return Planner(exported, target).plan();
}

std::vector<std::string> textColumnsOf(const TablePlan& plan, const TableStep& step) {
    std::vector<std::string> names;
    if (!plan.raw || !step.raw)
        return names;
    names.emplace_back("_raw");
    for (int i = 0; i < step.places; ++i)
        names.push_back(fmt::format("_x{}", i));
    return names;
}

} // namespace fuseboard
