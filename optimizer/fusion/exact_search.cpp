// SPDX-License-Identifier: Apache-2.0
#include "optimizer/fusion/search.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_set>

namespace fuseboard {

namespace {

using Mask = std::uint32_t;

constexpr std::uint32_t kMaxSteps = 2'000'000;
constexpr double kTolerance = 1e-9;

/// A prefix of stages that covers a set of units: its cost so far and how it came about.
struct Prefix {
    GroupingCost cost;
    Mask before = 0; ///< the set without the last stage
    std::uint32_t beforeAt = 0;
};

class ExactSearch {
public:
    ExactSearch(const FusionProblem& problem, const CostTable& costs)
        : m_problem(problem), m_costs(costs), m_count(problem.units.size()) {
        prepareMasks();
        m_bound = costOf(problem, contractedGrouping(problem, costs), costs).ns(costs);
    }

    std::optional<Grouping> run() {
        const Mask all = m_count == 32 ? ~Mask{0} : (Mask{1} << m_count) - 1;
        m_prefixes[0].push_back({});
        // A set is smaller, as a number, than every set that contains it.
        for (auto at = m_prefixes.begin(); at != m_prefixes.end() && at->first != all; ++at) {
            extend(at->first, at->second);
            if (m_steps > kMaxSteps)
                return std::nullopt;
        }
        return trace(all);
    }

private:
    void prepareMasks() {
        m_before.assign(m_count, 0);
        m_beside.assign(m_count, 0);
        m_pinned.assign(m_count, 0);
        m_forbidden.assign(m_count, 0);
        const Grouping pins = separateGrouping(m_problem);
        for (std::uint32_t u = 0; u < m_count; ++u)
            for (std::uint32_t v = 0; v < m_count; ++v)
                if (pins[u] == pins[v])
                    m_pinned[u] |= Mask{1} << v;
        for (const FusionLink& link : m_problem.links) {
            m_before[link.to] |= Mask{1} << link.from;
            m_beside[link.to] |= Mask{1} << link.from;
            m_beside[link.from] |= Mask{1} << link.to;
            if (link.forbidden) {
                m_forbidden[link.to] |= Mask{1} << link.from;
                m_forbidden[link.from] |= Mask{1} << link.to;
            }
        }
    }

    template <class Visit> static void forEach(Mask set, const Visit& visit) {
        for (; set != 0; set &= set - 1)
            visit(static_cast<std::uint32_t>(std::countr_zero(set)));
    }

    /// The stage with `unit` and all that it cannot do without: pinned partners, and units before
    /// them that no earlier stage covers.
    [[nodiscard]] Mask closure(Mask stage, std::uint32_t unit, Mask covered) const {
        Mask todo = (Mask{1} << unit) & ~stage;
        while (todo != 0) {
            const auto u = static_cast<std::uint32_t>(std::countr_zero(todo));
            stage |= Mask{1} << u;
            todo |= m_pinned[u] | (m_before[u] & ~covered);
            todo &= ~stage;
        }
        return stage;
    }

    /// Rules that no further member can mend.
    [[nodiscard]] bool allowed(Mask stage, Mask covered) const {
        if (std::has_single_bit(stage))
            return true;
        bool legal = true;
        int decoders = 0;
        Mask outside = 0;
        forEach(stage, [&](std::uint32_t u) {
            legal = legal && m_problem.units[u].fusible && (m_forbidden[u] & stage) == 0;
            decoders += m_problem.units[u].decoder ? 1 : 0;
            outside |= m_before[u] & covered;
        });
        return legal && decoders <= 1 && (decoders == 0 || outside == 0);
    }

    void extend(Mask covered, const std::vector<Prefix>& prefixes) {
        if (prefixes.empty())
            return;
        std::unordered_set<Mask> seen;
        std::vector<Mask> queue;
        const auto consider = [&](Mask stage, std::uint32_t unit) {
            const Mask grown = closure(stage, unit, covered);
            if (seen.insert(grown).second && allowed(grown, covered))
                queue.push_back(grown);
        };
        for (std::uint32_t u = 0; u < m_count; ++u)
            if ((covered >> u & 1U) == 0 && (m_before[u] & ~covered) == 0)
                consider(0, u);
        while (!queue.empty() && ++m_steps <= kMaxSteps) {
            const Mask stage = queue.back();
            queue.pop_back();
            addStage(covered, prefixes, stage);
            Mask beside = 0;
            forEach(stage, [&](std::uint32_t u) { beside |= m_beside[u]; });
            forEach(beside & ~stage & ~covered, [&](std::uint32_t u) { consider(stage, u); });
        }
    }

    void addStage(Mask covered, const std::vector<Prefix>& prefixes, Mask stage) {
        StageLoad load;
        GroupingCost cost;
        forEach(stage, [&](std::uint32_t u) {
            const FusionUnit& unit = m_problem.units[u];
            load.add(unit);
            bool written = false;
            for (const std::uint32_t l : m_problem.out[u]) {
                if ((stage >> m_problem.links[l].to & 1U) != 0)
                    continue;
                written = true;
                cost.betweenNs += readNs(unit, m_costs);
            }
            cost.betweenNs += written ? writeNs(unit, m_costs) : 0;
        });
        cost.totalNs = load.totalNs(m_costs);
        cost.slowestNs = load.sequentialNs(m_costs);
        auto& to = m_prefixes[covered | stage];
        for (std::uint32_t i = 0; i < prefixes.size(); ++i) {
            const GroupingCost& so = prefixes[i].cost;
            keep(to, {{so.totalNs + cost.totalNs, std::max(so.slowestNs, cost.slowestNs),
                       so.betweenNs + cost.betweenNs},
                      covered,
                      i});
        }
    }

    static bool beats(const GroupingCost& a, const GroupingCost& b) {
        return a.totalNs <= b.totalNs && a.slowestNs <= b.slowestNs && a.betweenNs <= b.betweenNs;
    }

    void keep(std::vector<Prefix>& to, const Prefix& made) const {
        if (made.cost.ns(m_costs) > m_bound * (1 + kTolerance))
            return;
        for (const Prefix& there : to)
            if (beats(there.cost, made.cost))
                return;
        // Sets that follow are reached from this one only later, so positions may still change.
        std::erase_if(to, [&](const Prefix& there) { return beats(made.cost, there.cost); });
        to.push_back(made);
    }

    [[nodiscard]] std::optional<Grouping> trace(Mask all) const {
        const auto found = m_prefixes.find(all);
        if (found == m_prefixes.end() || found->second.empty())
            return std::nullopt;
        const Prefix* best = &found->second.front();
        for (const Prefix& prefix : found->second)
            if (prefix.cost.ns(m_costs) < best->cost.ns(m_costs) * (1 - kTolerance))
                best = &prefix;
        Grouping grouping(m_count, 0);
        Mask at = all;
        while (at != 0) {
            const Mask stage = at & ~best->before;
            forEach(stage, [&](std::uint32_t u) {
                grouping[u] = static_cast<std::uint32_t>(std::countr_zero(stage));
            });
            at = best->before;
            best = &m_prefixes.at(at)[best->beforeAt];
        }
        return grouping;
    }

    const FusionProblem& m_problem;
    const CostTable& m_costs;
    std::size_t m_count;
    std::vector<Mask> m_before, m_beside, m_pinned, m_forbidden;
    std::map<Mask, std::vector<Prefix>> m_prefixes;
    double m_bound = 0; ///< no prefix may cost more: what contraction reaches
    std::uint32_t m_steps = 0;
};

} // namespace

std::optional<Grouping> exactGrouping(const FusionProblem& problem, const CostTable& costs) {
    if (problem.units.size() > kExactUnits)
        return std::nullopt;
    if (problem.units.empty())
        return Grouping{};
    return ExactSearch(problem, costs).run();
}

Grouping bestGrouping(const FusionProblem& problem, const CostTable& costs,
                      const std::function<bool()>& cancelled) {
    std::size_t nodes = 0;
    for (const FusionUnit& unit : problem.units)
        nodes += unit.decoder ? 0 : 1;
    if (nodes <= kExactNodes)
        if (auto exact = exactGrouping(problem, costs))
            return *std::move(exact);
    return contractedGrouping(problem, costs, cancelled);
}

} // namespace fuseboard
