// SPDX-License-Identifier: Apache-2.0
#include "optimizer/fusion/search.h"

#include <algorithm>
#include <numeric>

namespace fuseboard {

namespace {

constexpr int kMaxSweeps = 6;
constexpr double kLeastGainNs = 1e-6;

class Contraction {
public:
    Contraction(const FusionProblem& problem, const CostTable& costs)
        : m_problem(problem), m_costs(costs), m_parent(separateGrouping(problem)),
          m_stages(problem.units.size()), m_leaving(problem.units.size(), 0),
          m_scratch(problem.units.size(), 0), m_rejected(problem.links.size(), 0) {
        for (std::uint32_t u = 0; u < problem.units.size(); ++u) {
            Stage& stage = m_stages[m_parent[u]];
            stage.load.add(problem.units[u]);
            stage.decoder = stage.decoder || problem.units[u].decoder;
            stage.fusible = stage.fusible && problem.units[u].fusible;
        }
        for (std::uint32_t l = 0; l < problem.links.size(); ++l) {
            const FusionLink& link = problem.links[l];
            if (m_parent[link.from] == m_parent[link.to])
                continue;
            m_stages[m_parent[link.from]].out.push_back(l);
            m_stages[m_parent[link.to]].in.push_back(l);
            ++m_leaving[link.from];
        }
        const GroupingCost cost = costOf(problem, m_parent, costs);
        m_total = cost.totalNs;
        m_slowest = cost.slowestNs;
    }

    Grouping run(const std::function<bool()>& cancelled) {
        const std::vector<std::uint32_t> order = dearestFirst();
        bool changed = true;
        for (int sweep = 1; changed && sweep <= kMaxSweeps; ++sweep) {
            changed = false;
            if (cancelled && cancelled())
                break;
            for (const std::uint32_t l : order)
                changed = tryLink(l, sweep) || changed;
        }
        return result();
    }

private:
    struct Stage {
        StageLoad load;
        bool decoder = false, fusible = true;
        std::vector<std::uint32_t> out, in; ///< links; some may have become inner ones
    };

    std::uint32_t stageOf(std::uint32_t u) {
        while (m_parent[u] != u)
            u = m_parent[u] = m_parent[m_parent[u]];
        return u;
    }

    [[nodiscard]] std::vector<std::uint32_t> dearestFirst() const {
        std::vector<double> gain;
        gain.reserve(m_problem.links.size());
        for (const FusionLink& link : m_problem.links) {
            const FusionUnit& unit = m_problem.units[link.from];
            gain.push_back(readNs(unit, m_costs) + writeNs(unit, m_costs));
        }
        std::vector<std::uint32_t> order(m_problem.links.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, [&](auto a, auto b) { return gain[a] > gain[b]; });
        return order;
    }

    /// Whether all links of the list lead between the two stages. Inner links are dropped on the
    /// way; the first that leads elsewhere ends the look, so that hubs stay cheap.
    bool onlyBetween(std::vector<std::uint32_t>& links, std::uint32_t from, std::uint32_t to) {
        for (std::size_t i = 0; i < links.size();) {
            const std::uint32_t a = stageOf(m_problem.links[links[i]].from);
            const std::uint32_t b = stageOf(m_problem.links[links[i]].to);
            if (a == b) {
                links[i] = links.back();
                links.pop_back();
            } else if (a != from || b != to) {
                return false;
            } else {
                ++i;
            }
        }
        return true;
    }

    bool tryLink(std::uint32_t l, int sweep) {
        const std::uint32_t from = stageOf(m_problem.links[l].from);
        const std::uint32_t to = stageOf(m_problem.links[l].to);
        if (from == to || m_rejected[l] == sweep)
            return false;
        Stage& upper = m_stages[from];
        Stage& lower = m_stages[to];
        if (!upper.fusible || !lower.fusible ||
            upper.load.units + lower.load.units > kMaxStageUnits)
            return false;
        const bool soleWayIn = onlyBetween(lower.in, from, to);
        if (!soleWayIn && (upper.decoder || !onlyBetween(upper.out, from, to)))
            return false;
        const std::vector<std::uint32_t>& between = soleWayIn ? lower.in : upper.out;
        if (!pays(between, upper, lower)) {
            for (const std::uint32_t other : between)
                m_rejected[other] = sweep;
            return false;
        }
        join(from, to, between);
        return true;
    }

    bool pays(const std::vector<std::uint32_t>& between, const Stage& upper, const Stage& lower) {
        double saved = 0;
        bool forbidden = false;
        for (const std::uint32_t l : between) {
            const std::uint32_t from = m_problem.links[l].from;
            forbidden = forbidden || m_problem.links[l].forbidden;
            saved += readNs(m_problem.units[from], m_costs);
            if (++m_scratch[from] == m_leaving[from])
                saved += writeNs(m_problem.units[from], m_costs);
        }
        for (const std::uint32_t l : between)
            m_scratch[m_problem.links[l].from] = 0;
        if (forbidden)
            return false;
        StageLoad joined = upper.load;
        joined.add(lower.load);
        const double total = m_total - upper.load.totalNs(m_costs) - lower.load.totalNs(m_costs) +
                             joined.totalNs(m_costs);
        const double slowest = std::max(m_slowest, joined.sequentialNs(m_costs));
        const double before = std::max(m_total / m_costs.parallelism, m_slowest);
        const double after = std::max(total / m_costs.parallelism, slowest);
        if (after - before - saved > -kLeastGainNs)
            return false;
        m_total = total;
        m_slowest = slowest;
        return true;
    }

    static void append(std::vector<std::uint32_t>& to, std::vector<std::uint32_t>&& more) {
        if (to.size() < more.size())
            to.swap(more);
        to.insert(to.end(), more.begin(), more.end());
        more = {};
    }

    void join(std::uint32_t from, std::uint32_t to, const std::vector<std::uint32_t>& between) {
        for (const std::uint32_t l : between)
            --m_leaving[m_problem.links[l].from];
        m_parent[to] = from;
        Stage& upper = m_stages[from];
        Stage& lower = m_stages[to];
        upper.load.add(lower.load);
        upper.decoder = upper.decoder || lower.decoder;
        append(upper.out, std::move(lower.out));
        append(upper.in, std::move(lower.in));
    }

    Grouping result() {
        std::vector<std::uint32_t> first(m_parent.size(), ~0U);
        Grouping grouping(m_parent.size());
        for (std::uint32_t u = 0; u < grouping.size(); ++u) {
            std::uint32_t& smallest = first[stageOf(u)];
            smallest = std::min(smallest, u);
            grouping[u] = smallest;
        }
        return grouping;
    }

    const FusionProblem& m_problem;
    const CostTable& m_costs;
    Grouping m_parent; // union-find
    std::vector<Stage> m_stages;
    std::vector<std::uint32_t> m_leaving; // links of a unit that leave its stage
    std::vector<std::uint32_t> m_scratch;
    std::vector<int> m_rejected;
    double m_total = 0, m_slowest = 0;
};

} // namespace

Grouping contractedGrouping(const FusionProblem& problem, const CostTable& costs,
                            const std::function<bool()>& cancelled) {
    return Contraction(problem, costs).run(cancelled);
}

} // namespace fuseboard
