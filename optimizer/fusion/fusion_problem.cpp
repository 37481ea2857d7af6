// SPDX-License-Identifier: Apache-2.0
#include "optimizer/fusion/fusion_problem.h"

#include <algorithm>
#include <numeric>

namespace fuseboard {

void FusionProblem::index() {
    out.assign(units.size(), {});
    in.assign(units.size(), {});
    for (std::uint32_t l = 0; l < links.size(); ++l) {
        out[links[l].from].push_back(l);
        in[links[l].to].push_back(l);
    }
}

void StageLoad::add(const FusionUnit& unit) {
    workNs += unit.workNs;
    statefulNs += unit.sequential ? unit.workNs : 0;
    decodeNs += unit.decoder ? unit.workNs : 0;
    stateBytes += unit.stateBytes;
    sequential = sequential || unit.sequential;
    ++units;
}

void StageLoad::add(const StageLoad& other) {
    workNs += other.workNs;
    statefulNs += other.statefulNs;
    decodeNs += other.decodeNs;
    stateBytes += other.stateBytes;
    sequential = sequential || other.sequential;
    units += other.units;
}

double StageLoad::totalNs(const CostTable& costs) const {
    const double factor = stateBytes > costs.l3Bytes   ? costs.beyondL3Factor
                          : stateBytes > costs.l2Bytes ? costs.beyondL2Factor
                                                       : 1;
    return workNs + statefulNs * (factor - 1);
}

double GroupingCost::ns(const CostTable& costs) const {
    return std::max(totalNs / costs.parallelism, slowestNs) + betweenNs;
}

double writeNs(const FusionUnit& unit, const CostTable& costs) {
    return unit.rowsOut * unit.bytesOut * costs.materializedByteNs / 2;
}

double readNs(const FusionUnit& unit, const CostTable& costs) {
    return unit.rowsOut *
           (costs.crossingNs(unit.bytesOut) - unit.bytesOut * costs.materializedByteNs / 2);
}

GroupingCost costOf(const FusionProblem& problem, const Grouping& grouping,
                    const CostTable& costs) {
    GroupingCost cost;
    std::vector<StageLoad> stages(problem.units.size());
    for (std::uint32_t u = 0; u < problem.units.size(); ++u) {
        stages[grouping[u]].add(problem.units[u]);
        bool written = false;
        for (const std::uint32_t l : problem.out[u]) {
            if (grouping[problem.links[l].to] == grouping[u])
                continue;
            written = true;
            cost.betweenNs += readNs(problem.units[u], costs);
        }
        if (written)
            cost.betweenNs += writeNs(problem.units[u], costs);
    }
    for (const StageLoad& stage : stages) {
        cost.totalNs += stage.totalNs(costs);
        cost.slowestNs = std::max(cost.slowestNs, stage.sequentialNs(costs));
    }
    return cost;
}

Grouping separateGrouping(const FusionProblem& problem) {
    Grouping grouping(problem.units.size());
    std::iota(grouping.begin(), grouping.end(), 0U);
    const auto root = [&](std::uint32_t u) {
        while (grouping[u] != u)
            u = grouping[u] = grouping[grouping[u]];
        return u;
    };
    for (const FusionLink& link : problem.links) {
        if (!link.pinned)
            continue;
        const std::uint32_t a = root(link.from), b = root(link.to);
        grouping[std::max(a, b)] = std::min(a, b);
    }
    for (std::uint32_t u = 0; u < grouping.size(); ++u)
        grouping[u] = root(u);
    return grouping;
}

bool isAcyclic(const FusionProblem& problem, const Grouping& grouping) {
    const std::size_t count = problem.units.size();
    std::vector<std::uint32_t> waiting(count, 0);
    std::vector<std::vector<std::uint32_t>> next(count);
    for (const FusionLink& link : problem.links) {
        const std::uint32_t from = grouping[link.from], to = grouping[link.to];
        if (from == to)
            continue;
        next[from].push_back(to);
        ++waiting[to];
    }
    std::vector<std::uint32_t> ready;
    std::size_t stages = 0, seen = 0;
    for (std::uint32_t u = 0; u < count; ++u) {
        stages += grouping[u] == u ? 1U : 0U;
        if (grouping[u] == u && waiting[u] == 0)
            ready.push_back(u);
    }
    while (!ready.empty()) {
        const std::uint32_t stage = ready.back();
        ready.pop_back();
        ++seen;
        for (const std::uint32_t to : next[stage])
            if (--waiting[to] == 0)
                ready.push_back(to);
    }
    return seen == stages;
}

bool isLegal(const FusionProblem& problem, const Grouping& grouping) {
    std::vector<std::uint32_t> size(problem.units.size(), 0), decoders(problem.units.size(), 0);
    for (std::uint32_t u = 0; u < problem.units.size(); ++u) {
        ++size[grouping[u]];
        decoders[grouping[u]] += problem.units[u].decoder ? 1U : 0U;
    }
    for (std::uint32_t u = 0; u < problem.units.size(); ++u) {
        const std::uint32_t stage = grouping[u];
        if (size[stage] > 1 && !problem.units[u].fusible)
            return false;
        if (size[stage] > kMaxStageUnits || decoders[stage] > 1)
            return false;
    }
    for (const FusionLink& link : problem.links) {
        const bool inside = grouping[link.from] == grouping[link.to];
        if ((inside && link.forbidden) || (!inside && link.pinned))
            return false;
        if (!inside && decoders[grouping[link.to]] > 0)
            return false;
    }
    return isAcyclic(problem, grouping);
}

} // namespace fuseboard
