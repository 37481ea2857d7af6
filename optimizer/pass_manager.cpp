// SPDX-License-Identifier: Apache-2.0
#include "optimizer/pass_manager.h"

#include "engine/base/clock.h"
#include "engine/graph/verifier.h"

#include <algorithm>
#include <unordered_set>

namespace fuseboard {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

void capRewrites(std::vector<Rewrite>& rewrites) {
    if (rewrites.size() <= kMaxRecordedRewrites)
        return;
    const std::size_t more = rewrites.size() - kMaxRecordedRewrites;
    const bool applied =
        std::ranges::any_of(rewrites.begin() + kMaxRecordedRewrites, rewrites.end(),
                            [](const Rewrite& rewrite) { return rewrite.applied; });
    rewrites.resize(kMaxRecordedRewrites);
    Rewrite& rest = rewrites.emplace_back();
    rest.pass = rewrites.front().pass;
    rest.kind = "not listed";
    rest.applied = applied;
    rest.reason = fmt::format("{} more rewrites of this pass are not listed", more);
}

/// Keeps provenance total: a passthrough that a pass took away because what it led to is gone is
/// recorded by name, as the node that it led to is.
class ProvenanceWatch {
public:
    explicit ProvenanceWatch(const Graph& naive) : m_gone(naive.naiveEnd(), false) {
        m_nodes.reserve(m_gone.size());
        for (NodeIndex n = 0; n < m_gone.size(); ++n)
            m_nodes.push_back(naive.hasNode(n) ? naive.nodePtr(n) : nullptr);
    }

    void record(const Graph& graph, std::vector<Rewrite>& rewrites) {
        std::unordered_set<std::string> named;
        for (const Rewrite& rewrite : rewrites)
            if (rewrite.applied && rewrite.after.empty())
                named.insert(rewrite.before.begin(), rewrite.before.end());
        const auto now = graph.currentOfNaiveNodes();
        for (NodeIndex n = 0; n < m_gone.size(); ++n) {
            if (m_nodes[n] == nullptr || m_gone[n] || now[n].has_value())
                continue;
            m_gone[n] = true;
            if (named.contains(m_nodes[n]->id))
                continue;
            Rewrite& rewrite = rewrites.emplace_back();
            rewrite.kind = "dead node removed";
            rewrite.applied = true;
            rewrite.reason =
                fmt::format("{} only forwarded rows to or from what was removed",
                            m_nodes[n]->label.empty() ? m_nodes[n]->id : m_nodes[n]->label);
            rewrite.before = {m_nodes[n]->id};
        }
    }

private:
    std::vector<NodePtr> m_nodes;
    std::vector<bool> m_gone;
};

} // namespace

bool PassManager::isEnabled(const PassInfo& pass) const {
    if (contains(m_options.without, pass.name))
        return false;
    return m_options.only.empty() || contains(m_options.only, pass.name);
}

// A graph that no longer verifies is our own mistake; the user gets the naive plan's error rather
// than a crash, with the name of the pass to switch off.
Status PassManager::verifyAfter(const PassInfo& pass, const Graph& graph,
                                std::size_t before) const {
    Status status = verifyTouched(graph, *m_options.catalogue, before);
    if (status && m_options.verifyAll)
        if (auto errors = verify(graph, *m_options.catalogue); !errors.empty())
            status = fail(std::move(errors.front()));
    if (status)
        return {};
    Error error = std::move(status).error();
    error.message = fmt::format("the pass {} broke the graph: {}", pass.name, error.message);
    error.hint = fmt::format("switch the pass off with --no-pass {} and report it", pass.name);
    return fail(std::move(error));
}

Status PassManager::runPass(const PassInfo& pass, OptimizedGraph& optimized,
                            PassRecord& record) const {
    PassContext context{*m_options.catalogue, m_options.costs, m_options.inputSchemas,
                        optimized.inputFields, [this] { return isCancelled(); }};
    const std::size_t before = optimized.graph.logPosition();
    const std::uint64_t begin = monotonicNs();
    record.rewrites = pass.run(optimized.graph, context);
    record.seconds = static_cast<double>(monotonicNs() - begin) * 1e-9;
    return verifyAfter(pass, optimized.graph, before);
}

Status PassManager::run(std::span<const PassInfo> passes, OptimizedGraph& optimized) const {
    ProvenanceWatch watch(optimized.graph);
    for (const PassInfo& pass : passes) {
        if (isCancelled())
            return fail(ErrorCode::Cancelled, "optimising was cancelled");
        PassRecord& record = optimized.passes.emplace_back();
        record.name = pass.name;
        record.enabled = isEnabled(pass);
        if (record.enabled)
            FB_TRY(runPass(pass, optimized, record));
        watch.record(optimized.graph, record.rewrites);
        for (Rewrite& rewrite : record.rewrites)
            rewrite.pass = pass.name;
        record.applied =
            static_cast<std::size_t>(std::ranges::count_if(record.rewrites, &Rewrite::applied));
        record.refused = record.rewrites.size() - record.applied;
        capRewrites(record.rewrites);
        record.logPosition = optimized.graph.logPosition();
    }
    if (isCancelled())
        return fail(ErrorCode::Cancelled, "optimising was cancelled");
    return {};
}

} // namespace fuseboard
