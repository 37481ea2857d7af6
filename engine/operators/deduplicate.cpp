// SPDX-License-Identifier: Apache-2.0
// deduplicate: forwards a row unless one with the same key was forwarded a short time ago.
#include "engine/operators/determinism.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"

#include <tsl/robin_map.h>

#include <deque>

namespace fuseboard {

namespace {

struct KeyHash {
    std::size_t operator()(const OwnedValue& key) const { return hashValue(*key); }
};
struct KeyEqual {
    bool operator()(const OwnedValue& a, const OwnedValue& b) const {
        return strictlyEqual(*a, *b);
    }
};

class DeduplicateBody final : public OperatorBody {
public:
    explicit DeduplicateBody(const NodeData& node)
        : m_key(*node.config.expression("key")), m_within(node.config.unsignedOr("within", 0)) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        forgetBefore(row.ingestNs);
        m_evaluator.begin(row, context.arena);
        Value key;
        if (!m_evaluator.value(m_key, row, context.out, key))
            return;
        if (m_seen.contains(OwnedValue(nullptr, key)))
            return;
        remember(key, row.ingestNs);
        context.out.emit(0, row);
    }
    std::size_t stateBytes() const override { return m_bytes + m_order.size() * kEntryBytes; }
    std::size_t groupCount() const override { return m_order.size(); }

private:
    struct Entry {
        std::uint64_t until;
        OwnedValue key;
    };
    static constexpr std::size_t kEntryBytes = sizeof(Entry) + 2 * sizeof(OwnedValue) + 64;

    // Time never goes back (semantics, section 5), so keys expire in the order in which they came.
    void forgetBefore(std::uint64_t now) {
        while (!m_order.empty() && m_order.front().until <= now) {
            m_bytes -= deepBytes(*m_order.front().key);
            m_seen.erase(m_order.front().key);
            m_order.pop_front();
        }
    }
    void remember(const Value& key, std::uint64_t now) {
        const OwnedValue owned(key);
        const std::uint64_t until = now + m_within < now ? kNeverDue : now + m_within;
        m_bytes += deepBytes(key);
        m_seen.insert({owned, true});
        m_order.push_back({until, owned});
    }

    Expression m_key;
    std::uint64_t m_within;
    RowEvaluator m_evaluator;
    tsl::robin_map<OwnedValue, bool, KeyHash, KeyEqual> m_seen;
    std::deque<Entry> m_order;
    std::size_t m_bytes = 0;
};

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs = {"out", "err"};
    contract.cardinality = Cardinality::ZeroOrOne;
    contract.state = StateKind::Key;
    contract.usesTime = true;
    contract.filterOnly = true;
    return contract;
}

Status check(const Config& config) {
    FB_TRY(requireExpression(config, "key", "Key"));
    return requireUnsigned(config, "within", "Within", 1);
}

} // namespace

OperatorSpec deduplicateOperator() {
    OperatorSpec spec;
    spec.name = "deduplicate";
    spec.title = "Deduplicate";
    spec.category = "Window & aggregate";
    spec.icon = "same";
    spec.summary = "Drops rows whose key was seen a short time ago.";
    spec.help =
        "Forwards a row unless one with an equal key was forwarded less than the given time "
        "before it. Time is the time of the events, as the source's clock says.";
    spec.parameters = {{.name = "key",
                        .title = "Key",
                        .type = ParameterType::Expression,
                        .required = true,
                        .fallback = {},
                        .summary = "Rows with equal keys are duplicates.",
                        .choices = {},
                        .placeholder = "event.id"},
                       {.name = "within",
                        .title = "Within",
                        .type = ParameterType::Duration,
                        .required = true,
                        .fallback = OwnedValue(Value::u64(60'000'000'000)),
                        .summary = "How long a key is remembered.",
                        .choices = {},
                        .placeholder = "1 min"}};
    spec.contract = contractOf;
    spec.check = check;
    spec.detail = [](const Config& c) {
        const Expression* key = c.expression("key");
        return fmt::format("by {} within {}", key == nullptr ? "…" : key->text,
                           durationText(c.unsignedOr("within", 0)));
    };
    spec.reads = [](const Config& c, const FieldTree& wanted) {
        FieldTree reads = wanted;
        addFieldUse(*c.expression("key")->tree, reads);
        return reads;
    };
    spec.costNs = [](const Config& c) {
        const Expression* key = c.expression("key");
        return 80 + expressionCostNs(key == nullptr ? nullptr : key->tree.get());
    };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<DeduplicateBody>(node);
    };
    return spec;
}

} // namespace fuseboard
