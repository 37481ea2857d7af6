// SPDX-License-Identifier: Apache-2.0
// select: condition, grouping, windows, target and `having`, in this order (docs: select).
#include "engine/operators/determinism.h"
#include "engine/operators/group_key.h"
#include "engine/operators/keyed_windows.h"
#include "engine/operators/loop_builder.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"
#include "engine/script/parser.h"

#include <algorithm>

namespace fuseboard {

namespace {

// --- what the expressions say about the node ----------------------------------------------------

void collectAggregates(const Expr& tree, std::vector<const AggregateExpr*>& slots) {
    if (const auto* aggregate = tryAs<AggregateExpr>(&tree)) {
        if (slots.size() <= aggregate->slot)
            slots.resize(aggregate->slot + 1);
        slots[aggregate->slot] = aggregate;
    }
    forEachChild(tree, [&](const ExprPtr& child) {
        if (child != nullptr)
            collectAggregates(*child, slots);
    });
}

AggregateLayout layoutOf(const Expression& target) {
    std::vector<const AggregateExpr*> aggregates;
    collectAggregates(*target.tree, aggregates);
    AggregateLayout layout;
    for (const AggregateExpr* aggregate : aggregates)
        if (aggregate != nullptr)
            layout.add(*aggregate);
    return layout;
}

/// The largest literal index into `group`; kNone when `group` is used in any other way.
void groupIndexUse(const Expr& tree, bool& used, std::uint64_t& largest) {
    if (const auto* path = tryAs<PathExpr>(&tree);
        path != nullptr && path->root == PathRoot::Group) {
        used = true;
        const auto* index =
            path->segments.empty() ? nullptr : tryAs<LiteralExpr>(path->segments[0].index.get());
        const bool literal = index != nullptr && index->value->kind() == Kind::U64;
        largest = std::max(largest, literal ? index->value->asU64() : std::uint64_t{kNone});
    }
    forEachChild(tree, [&](const ExprPtr& child) {
        if (child != nullptr)
            groupIndexUse(*child, used, largest);
    });
}

const Expression& targetOf(const Config& config) {
    static const Expression kEvent = [] {
        auto parsed = parseExpression("select", "event", ExpressionUse::Plain);
        FB_CHECK(parsed.has_value());
        return *parsed;
    }();
    const Expression* target = config.expression("target");
    return target == nullptr || target->tree == nullptr ? kEvent : *target;
}

const Expression* optional(const Config& config, std::string_view name) {
    const Expression* expression = config.expression(name);
    return expression == nullptr || expression->tree == nullptr ? nullptr : expression;
}

bool isWindowed(const Config& config) {
    const auto* windows = config.windows("windows");
    return windows != nullptr && !windows->empty();
}

bool isForwarding(const Config& config) {
    return isWholeEvent(&targetOf(config)) && config.groupBy("group_by") == nullptr &&
           !isWindowed(config);
}

// --- the parts that plain and windowed selects share ---------------------------------------------

class SelectParts {
public:
    explicit SelectParts(const Config& config) : m_target(targetOf(config)) {
        if (const Expression* where = optional(config, "where"))
            m_where = *where;
        if (const Expression* having = optional(config, "having"))
            m_having = *having;
        m_groupBy = config.groupBy("group_by");
        groupIndexUse(*m_target.tree, m_usesGroup, m_largestGroupIndex);
        if (m_having)
            groupIndexUse(*m_having->tree, m_usesGroup, m_largestGroupIndex);
    }

    /// False: the row does not pass, or the condition failed.
    bool passes(const Row& row, BodyContext& context) {
        m_evaluator.begin(row, context.arena);
        if (!m_where)
            return true;
        bool keep = false;
        return m_evaluator.condition(*m_where, row, context.out, keep) && keep;
    }

    /// The key lists that the row falls into. False: evaluating a key failed.
    bool groupsOf(const Row& row, BodyContext& context, std::vector<Value>& groups) {
        groups.clear();
        if (m_groupBy == nullptr) {
            groups.push_back(noKeys());
            return true;
        }
        EvalContext& eval = m_evaluator.context();
        eval.prepare(m_groupBy->localCount);
        if (evaluateGroups(*m_groupBy, eval, groups))
            return true;
        m_evaluator.report(row, context.out);
        return false;
    }

    /// `group` as the expressions see it: the keys, and their text where something reads it.
    Value groupValue(const Value& keys, Arena& arena) const {
        if (!m_usesGroup || m_largestGroupIndex < keys.size())
            return keys;
        auto* items = arena.allocateArray<Value>(keys.size() + 1);
        std::copy(keys.items().begin(), keys.items().end(), items);
        items[keys.size()] = groupText(keys.items(), arena);
        return Value::array({items, keys.size() + 1});
    }

    /// Target, then `having` over what it made, then out.
    void produce(const Row& row, BodyContext& context) {
        Row made = row;
        if (!m_evaluator.value(m_target, row, context.out, made.data))
            return;
        if (m_having) {
            EvalContext& eval = m_evaluator.context();
            const Value event = std::exchange(eval.event, made.data);
            bool keep = false;
            const bool evaluated = m_evaluator.condition(*m_having, made, context.out, keep);
            eval.event = event;
            if (!evaluated || !keep)
                return;
        }
        context.out.emit(0, made);
    }

    [[nodiscard]] bool grouped() const { return m_groupBy != nullptr; }
    [[nodiscard]] const Expression& target() const { return m_target; }
    [[nodiscard]] RowEvaluator& evaluator() { return m_evaluator; }

private:
    static Value noKeys() {
        static const Value kNull;
        return Value::array({&kNull, 1});
    }

    Expression m_target;
    std::optional<Expression> m_where, m_having;
    GroupByPtr m_groupBy;
    bool m_usesGroup = false;
    std::uint64_t m_largestGroupIndex = 0;
    RowEvaluator m_evaluator;
};

class PlainSelectBody final : public OperatorBody {
public:
    explicit PlainSelectBody(const NodeData& node) : m_parts(node.config) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        if (!m_parts.passes(row, context) || !m_parts.groupsOf(row, context, m_groups))
            return;
        EvalContext& eval = m_parts.evaluator().context();
        Row made = row;
        // Grouping makes a fresh event of each group.
        if (m_parts.grouped())
            made.isBatch = false;
        for (const Value& keys : m_groups) {
            eval.group = m_parts.groupValue(keys, context.arena);
            m_parts.produce(made, context);
        }
    }

private:
    SelectParts m_parts;
    std::vector<Value> m_groups;
};

// --- windows ------------------------------------------------------------------------------------

/// Evaluates what the windows ask for.
class WindowedSelectBody final : public OperatorBody, private WindowRows {
public:
    explicit WindowedSelectBody(const NodeData& node)
        : m_parts(node.config),
          m_windows(*node.config.windows("windows"), layoutOf(m_parts.target()), *this,
                    m_parts.target().tree.get()) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        if (!m_parts.passes(row, context) || !m_parts.groupsOf(row, context, m_keys))
            return;
        beginRow();
        for (const Value& keys : m_keys)
            if (!m_windows.accept(row, keys, group_key::hashKeys(keys), context))
                return;
    }

    [[nodiscard]] std::uint64_t nextDue() const override { return m_windows.nextDue(); }
    void onTick(std::uint64_t now, std::uint64_t sequence, BodyContext& context) override {
        beginRow();
        m_windows.onTick(timeRow(now, sequence), context);
    }
    void onEnd(std::uint64_t now, std::uint64_t sequence, BodyContext& context) override {
        beginRow();
        m_windows.onEnd(timeRow(now, sequence), context);
    }

    [[nodiscard]] std::size_t stateBytes() const override { return m_windows.bytes(); }
    [[nodiscard]] std::size_t groupCount() const override { return m_windows.size(); }
    [[nodiscard]] KeyedWindows* keyedWindows() override { return &m_windows; }

private:
    // Conditions see the number of groups that the row or tick before them found.
    void beginRow() {
        m_windows.beginRow();
        m_parts.evaluator().context().groupCount = m_windows.groupsBefore();
    }

    static Row timeRow(std::uint64_t now, std::uint64_t sequence) {
        Row row;
        row.meta = emptyRecord();
        row.sequence = sequence;
        row.ingestNs = now;
        return row;
    }

    /// Evaluation of `row` in one window of one group.
    EvalContext& evaluation(const Row& row, const Value& keys, const Value& window,
                            std::uint64_t groups, BodyContext& context) {
        m_parts.evaluator().begin(row, context.arena);
        EvalContext& eval = m_parts.evaluator().context();
        eval.group = m_parts.groupValue(keys, context.arena);
        eval.window = window;
        eval.groupCount = groups;
        return eval;
    }

    bool add(const Row& row, const Value& keys, std::byte* states, BodyContext& context) override {
        EvalContext& eval =
            evaluation(row, keys, m_windows.name(0), m_windows.groupsBefore(), context);
        FunctionContext call{context.arena, row.ingestNs, eval.groupCount};
        const auto& slots = m_windows.layout().slots;
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            const auto& expressions = slots[slot]->arguments;
            Value arguments[kMostArguments];
            const std::size_t count = std::min(expressions.size(), kMostArguments);
            for (std::size_t a = 0; a < count; ++a) {
                if (!evaluate(*expressions[a], eval, arguments[a])) {
                    m_parts.evaluator().report(row, context.out);
                    return false;
                }
            }
            if (!m_windows.accumulate(states, slot, {arguments, count}, row, call, context))
                return false;
        }
        return true;
    }

    void produce(const Row& row, const ClosingWindow& window, BodyContext& context) override {
        // What leaves may outlive the group, so `group` is a copy.
        EvalContext& eval = evaluation(row, deepCopy(window.keys, context.arena), window.name,
                                       window.groups, context);
        eval.aggregates = window.states;
        Row made = row;
        made.isBatch = false;
        m_parts.produce(made, context);
        eval.aggregates = {};
    }

    static constexpr std::size_t kMostArguments = 4;

    SelectParts m_parts;
    mutable KeyedWindows m_windows; // nextDue() drops what is no longer due
    std::vector<Value> m_keys;
};

// --- the description ----------------------------------------------------------------------------

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs = {"out", "err"};
    const bool forwarding = isForwarding(config);
    const bool conditional =
        optional(config, "where") != nullptr || optional(config, "having") != nullptr;
    contract.filterOnly = forwarding;
    contract.passthrough = forwarding && !conditional;
    contract.mayRaise = !contract.passthrough;
    if (conditional)
        contract.cardinality = Cardinality::ZeroOrOne;
    if (config.groupBy("group_by") != nullptr)
        contract.cardinality = Cardinality::ZeroOrMore;
    if (isWindowed(config)) {
        contract.cardinality = Cardinality::ManyToFew;
        contract.state = StateKind::Key;
        contract.usesTime = true;
        contract.breaker = true;
    }
    return contract;
}

Status check(const Config& config) {
    for (const auto* name : {"target", "where", "having"})
        if (const Expression* e = config.expression(name);
            e != nullptr && e->tree == nullptr && !e->text.empty())
            return fail(ErrorCode::InvalidSyntax, fmt::format("\"{}\" does not parse", name),
                        "mend the expression");
    if (!isWindowed(config)) {
        if (targetOf(config).aggregateCount > 0)
            return fail(ErrorCode::InvalidArgument, "aggregates need a window",
                        "add a window to the node, or take the aggregate out");
        return {};
    }
    for (const WindowSpec& window : *config.windows("windows")) {
        if (window.kind == WindowSpec::Kind::State || window.script != nullptr ||
            window.tickScript != nullptr)
            return fail(ErrorCode::Unsupported,
                        fmt::format("the window \"{}\" decides by a script, which does not run yet",
                                    window.name),
                        "use a window by size or by interval");
        if (window.amount == 0)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the window \"{}\" has no length", window.name),
                        "give it a size in rows or an interval");
    }
    return {};
}

std::string detailOf(const Config& config) {
    std::string text;
    if (isWindowed(config)) {
        for (const WindowSpec& window : *config.windows("windows"))
            text += (text.empty() ? "" : ", ") + window.name;
        std::vector<const AggregateExpr*> aggregates;
        collectAggregates(*targetOf(config).tree, aggregates);
        std::erase(aggregates, nullptr);
        for (std::size_t i = 0; i < aggregates.size() && i < 2; ++i)
            text += fmt::format(" · {}", aggregates[i]->aggregate->name.substr(6));
        return text;
    }
    if (const auto* group = config.find("group_by"))
        if (const auto* by = std::get_if<GroupByText>(group); by != nullptr && by->tree != nullptr)
            return "by " + by->text;
    if (const Expression* where = optional(config, "where"))
        return "where " + where->text;
    text = targetOf(config).text;
    for (char& letter : text)
        if (letter == '\n' || letter == '\t')
            letter = ' ';
    return text;
}

/// The keys of a target that is a path into the event: nullopt for any other. None for the event.
std::optional<std::vector<std::string>> pathOfTarget(const Config& config) {
    if (isWholeEvent(&targetOf(config)))
        return std::vector<std::string>{};
    auto path = constantPath(*targetOf(config).tree);
    if (isWindowed(config) || !path || path->root != PathRoot::Event || !path->complete)
        return std::nullopt;
    return std::move(path->keys);
}

/// `tree` as seen from above `keys`. That nothing is wanted does not say that nothing need be
/// there, so then all is read.
FieldTree below(const std::vector<std::string>& keys, FieldTree tree) {
    if (tree.empty() && !keys.empty())
        tree = FieldTree::all();
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        FieldTree above;
        above.children.emplace_back(*key, std::move(tree));
        tree = std::move(above);
    }
    return tree;
}

FieldTree readsOf(const Config& config, const FieldTree& wanted) {
    FieldTree reads;
    const Expression& target = targetOf(config);
    if (const auto path = pathOfTarget(config)) {
        FieldTree made = wanted;
        if (const Expression* having = optional(config, "having"))
            addFieldUse(*having->tree, made);
        reads = below(*path, std::move(made));
    } else {
        addFieldUse(*target.tree, reads);
    }
    if (const Expression* where = optional(config, "where"))
        addFieldUse(*where->tree, reads);
    if (const GroupByPtr by = config.groupBy("group_by"))
        addFieldUse(*by, reads);
    return reads;
}

// Without windows: the row, made anew, once for each group.
void lowerPlain(const Config& config, LoopBuilder& loop) {
    const auto row = [&] {
        if (isWholeEvent(&targetOf(config)) && optional(config, "having") == nullptr)
            loop.emit(0);
        else
            loop.emit(0, targetOf(config), optional(config, "having"));
    };
    const auto made = [&] {
        if (const GroupByPtr by = config.groupBy("group_by"))
            loop.forEachGroup(*by, row);
        else
            row();
    };
    if (const Expression* where = optional(config, "where"))
        loop.when(*where, made, {});
    else
        made();
}

void lowerWindowed(const Config& config, LoopBuilder& loop) {
    const auto added = [&] {
        loop.accumulate(config.groupBy("group_by").get(), layoutOf(targetOf(config)).slots);
    };
    if (const Expression* where = optional(config, "where"))
        loop.when(*where, added, {});
    else
        added();
}

double groupByCost(const GroupBy* by) {
    if (by == nullptr)
        return 0;
    double cost = 40 + (by->expression == nullptr ? 0 : expressionCostNs(by->expression.get()));
    for (const GroupByPtr& item : by->items)
        cost += groupByCost(item.get());
    return cost;
}

double costOf(const Config& config) {
    double cost = 10 + expressionCostNs(targetOf(config).tree.get()) +
                  groupByCost(config.groupBy("group_by").get());
    for (const char* name : {"where", "having"})
        if (const Expression* e = optional(config, name))
            cost += expressionCostNs(e->tree.get());
    return isWindowed(config) ? cost + 120 : cost;
}

ParameterSpec expressionParameter(std::string name, std::string title, std::string summary,
                                  std::string placeholder) {
    ParameterSpec spec;
    spec.name = std::move(name);
    spec.title = std::move(title);
    spec.type = ParameterType::Expression;
    spec.summary = std::move(summary);
    spec.placeholder = std::move(placeholder);
    return spec;
}

std::vector<ParameterSpec> parameters() {
    ParameterSpec groupBy = expressionParameter(
        "group_by", "Group by", "Key expression, set(…) of keys, or each(…) of an array.",
        "set(event.host, event.region)");
    groupBy.type = ParameterType::GroupBy;
    ParameterSpec windows = expressionParameter(
        "windows", "Windows", "Smallest first; a larger one sees what the one before it closes.",
        "10 s");
    windows.type = ParameterType::Windows;
    return {expressionParameter("target", "Row", "The row that leaves.", "{\"id\": event.id}"),
            expressionParameter("where", "Where", "Condition on the row that comes in.",
                                "event.value > 0"),
            groupBy, windows,
            expressionParameter("having", "Having", "Condition on the row that leaves, as `event`.",
                                "event.count > 1")};
}

} // namespace

OperatorSpec selectOperator() {
    OperatorSpec spec;
    spec.name = "select";
    spec.title = "Select";
    spec.category = "Transform";
    spec.icon = "select";
    spec.summary = "Makes a new row of each row, group or window.";
    spec.help =
        "Rows that pass `where` are grouped, collected in windows if there are any, and turned "
        "into the row that the target describes; `having` decides over that row. Aggregates "
        "such as `aggr::stats::mean(event.value)` need a window.";
    spec.parameters = parameters();
    spec.contract = contractOf;
    spec.check = check;
    spec.detail = detailOf;
    spec.reads = readsOf;
    spec.costNs = costOf;
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        if (isWindowed(node.config))
            return std::make_unique<WindowedSelectBody>(node);
        return std::make_unique<PlainSelectBody>(node);
    };
    spec.lower = [](const NodeData& node, LoopBuilder& loop) {
        if (isWindowed(node.config))
            lowerWindowed(node.config, loop);
        else
            lowerPlain(node.config, loop);
    };
    return spec;
}

} // namespace fuseboard
