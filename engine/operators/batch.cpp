// SPDX-License-Identifier: Apache-2.0
// generic::batch: collects rows into one event, by count and by age.
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"

namespace fuseboard {

namespace {

class BatchBody final : public OperatorBody {
public:
    explicit BatchBody(const NodeData& node)
        : m_count(node.config.unsignedOr("count", 1)),
          m_timeout(node.config.unsignedOr("timeout", kNeverDue)) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        if (m_rows.empty())
            m_firstNs = row.ingestNs;
        m_rows.push_back(wrap(row));
        // Strictly older: the row that shows the batch's age is part of it.
        if (m_rows.size() >= m_count || row.ingestNs - m_firstNs > m_timeout)
            flush(row.sequence, context);
    }
    std::uint64_t nextDue() const override {
        if (m_rows.empty() || m_timeout >= kNeverDue - m_firstNs - 1)
            return kNeverDue;
        return m_firstNs + m_timeout + 1;
    }
    void onTick(std::uint64_t now, std::uint64_t sequence, BodyContext& context) override {
        if (!m_rows.empty() && now >= nextDue())
            flush(sequence, context);
    }
    void onEnd(std::uint64_t, std::uint64_t sequence, BodyContext& context) override {
        if (!m_rows.empty())
            flush(sequence, context);
    }
    std::size_t stateBytes() const override {
        return m_memory->used() + m_rows.size() * sizeof(Value);
    }

private:
    Value wrap(const Row& row) {
        Arena& arena = *m_memory;
        const Field inner[] = {{"value", deepCopy(row.data, arena)},
                               {"meta", deepCopy(row.meta, arena)},
                               {"ingest_ns", Value::u64(row.ingestNs)},
                               {"kind", Value::null()},
                               {"is_batch", Value::boolean(row.isBatch)}};
        const Field outer[] = {{"data", makeRecord(arena, inner)}};
        return makeRecord(arena, outer);
    }
    void flush(std::uint64_t sequence, BodyContext& context) {
        Row made;
        made.data = makeArray(*m_memory, m_rows);
        made.meta = emptyRecord();
        made.sequence = sequence;
        made.ingestNs = m_firstNs;
        made.isBatch = true;
        context.out.emit(0, made);
        // The rows leave with their memory instead of being copied.
        context.out.keep(std::exchange(m_memory, std::make_shared<Arena>(kChunk)));
        m_rows.clear();
    }

    static constexpr std::size_t kChunk = 16 * 1024;
    std::uint64_t m_count;
    std::uint64_t m_timeout;
    std::uint64_t m_firstNs = 0;
    std::vector<Value> m_rows;
    std::shared_ptr<Arena> m_memory = std::make_shared<Arena>(kChunk);
};

Contract contractOf(const Config&) {
    Contract contract;
    contract.cardinality = Cardinality::ManyToFew;
    contract.state = StateKind::Node;
    contract.mayRaise = false;
    contract.usesTime = true;
    contract.breaker = true;
    return contract;
}

Status check(const Config& config) {
    FB_TRY(requireUnsigned(config, "count", "Rows", 1));
    if (config.find("timeout") != nullptr && !config.value("timeout")->isNull())
        return requireUnsigned(config, "timeout", "Longest wait", 0);
    return {};
}

} // namespace

OperatorSpec batchOperator() {
    OperatorSpec spec;
    spec.name = "generic::batch";
    spec.title = "Batch";
    spec.category = "Window & aggregate";
    spec.icon = "batch";
    spec.summary = "Collects rows into one event.";
    spec.help =
        "Sends what it has once it holds the given number of rows, or once the first of them "
        "is older than the longest wait. A sink writes the rows of a batch one by one.";
    spec.parameters = {{.name = "count",
                        .title = "Rows",
                        .type = ParameterType::Integer,
                        .required = true,
                        .fallback = OwnedValue(Value::u64(3000)),
                        .summary = "Rows in a full batch.",
                        .choices = {},
                        .placeholder = "3000"},
                       {.name = "timeout",
                        .title = "Longest wait",
                        .type = ParameterType::Duration,
                        .required = false,
                        .fallback = {},
                        .summary = "Age of the first row at which the batch leaves anyway.",
                        .choices = {},
                        .placeholder = "5 s"}};
    spec.contract = contractOf;
    spec.check = check;
    spec.detail = [](const Config& c) {
        std::string text = fmt::format("count = {}", c.unsignedOr("count", 0));
        if (const auto timeout = c.unsignedOr("timeout", kNeverDue); timeout != kNeverDue)
            text += ", timeout = " + durationText(timeout);
        return text;
    };
    spec.reads = [](const Config&, const FieldTree&) { return FieldTree::all(); };
    spec.costNs = [](const Config&) { return 150.0; };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<BatchBody>(node);
    };
    return spec;
}

} // namespace fuseboard
