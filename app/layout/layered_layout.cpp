// SPDX-License-Identifier: Apache-2.0
#include "app/layout/layered_layout.h"

#include "app/layout/graphviz_job.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

namespace fuseboard {

namespace {

constexpr std::uint32_t kNoRank = std::numeric_limits<std::uint32_t>::max();

/// One part on its own: boxes and arrows renumbered.
struct Part {
    std::vector<std::uint32_t> members; ///< positions in the request
    std::vector<LayoutBox> boxes;
    std::vector<LayoutArrow> arrows;
    std::vector<std::vector<std::uint32_t>> next, previous;
    std::vector<std::uint32_t> rank;
    std::vector<double> x; ///< centres
};

std::vector<Part> partsOf(const LayoutRequest& request) {
    std::map<std::uint32_t, Part> byNumber;
    std::vector<std::uint32_t> local(request.boxes.size());
    for (std::uint32_t i = 0; i < request.boxes.size(); ++i) {
        LayoutBox box = request.boxes[i];
        if (request.leftToRight)
            std::swap(box.width, box.height);
        Part& part = byNumber[box.part];
        local[i] = static_cast<std::uint32_t>(part.members.size());
        part.members.push_back(i);
        part.boxes.push_back(std::move(box));
    }
    for (const LayoutArrow& arrow : request.arrows)
        if (request.boxes[arrow.from].part == request.boxes[arrow.to].part &&
            arrow.from != arrow.to)
            byNumber[request.boxes[arrow.from].part].arrows.push_back(
                {local[arrow.from], local[arrow.to]});
    std::vector<Part> parts;
    for (auto& [number, part] : byNumber) {
        part.next.resize(part.boxes.size());
        part.previous.resize(part.boxes.size());
        for (const LayoutArrow& arrow : part.arrows) {
            part.next[arrow.from].push_back(arrow.to);
            part.previous[arrow.to].push_back(arrow.from);
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

// Sources first. Boxes on a cycle follow in their own order, and the arrows that lead back to an
// earlier box are then ignored by the ranks.
std::vector<std::uint32_t> orderOf(const Part& part) {
    std::vector<std::uint32_t> waiting(part.boxes.size()), order;
    std::vector<bool> placed(part.boxes.size(), false);
    for (std::uint32_t i = 0; i < part.boxes.size(); ++i)
        waiting[i] = static_cast<std::uint32_t>(part.previous[i].size());
    std::vector<std::uint32_t> ready;
    std::uint32_t unplaced = 0;
    for (std::uint32_t i = 0; i < part.boxes.size(); ++i)
        if (waiting[i] == 0)
            ready.push_back(i);
    while (order.size() < part.boxes.size()) {
        if (ready.empty()) {
            while (placed[unplaced])
                ++unplaced;
            ready.push_back(unplaced);
        }
        const std::uint32_t box = ready.back();
        ready.pop_back();
        if (placed[box])
            continue;
        placed[box] = true;
        order.push_back(box);
        for (const std::uint32_t to : part.next[box])
            if (!placed[to] && waiting[to] > 0 && --waiting[to] == 0)
                ready.push_back(to);
    }
    return order;
}

using RankNames = std::unordered_map<std::string, std::uint32_t>;

// Longest path from the sources, but not above the height that a shared rank already has.
void rankByPath(Part& part, const RankNames& heights) {
    const std::vector<std::uint32_t> order = orderOf(part);
    part.rank.assign(part.boxes.size(), kNoRank);
    for (const std::uint32_t box : order) {
        std::uint32_t rank = 0;
        if (const auto known = heights.find(part.boxes[box].rank);
            known != heights.end() && !part.boxes[box].rank.empty())
            rank = known->second;
        for (const std::uint32_t from : part.previous[box])
            if (part.rank[from] != kNoRank)
                rank = std::max(rank, part.rank[from] + 1);
        part.rank[box] = rank;
    }
    // A source without a shared height stands right above its first reader.
    for (const std::uint32_t box : order) {
        if (!part.previous[box].empty() || part.next[box].empty() ||
            heights.contains(part.boxes[box].rank))
            continue;
        std::uint32_t nearest = kNoRank;
        for (const std::uint32_t to : part.next[box])
            nearest = std::min(nearest, part.rank[to]);
        part.rank[box] = nearest == 0 ? 0 : nearest - 1;
    }
}

void setRanksFromHeights(Part& part, const std::vector<LayoutPoint>& centres) {
    std::vector<double> heights;
    for (const LayoutPoint& centre : centres)
        heights.push_back(std::round(centre.y));
    std::sort(heights.begin(), heights.end());
    heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
    part.rank.clear();
    for (const LayoutPoint& centre : centres)
        part.rank.push_back(static_cast<std::uint32_t>(
            std::lower_bound(heights.begin(), heights.end(), std::round(centre.y)) -
            heights.begin()));
}

// Rows in order of the mean place of their neighbours in the row before, a few sweeps down and up
// (barycentre method of Sugiyama, Tagawa, Toda), then packed from the left and centred.
void placePlainly(Part& part, double boxGap) {
    const std::uint32_t rowCount =
        part.rank.empty() ? 0 : *std::max_element(part.rank.begin(), part.rank.end()) + 1;
    std::vector<std::vector<std::uint32_t>> rows(rowCount);
    for (std::uint32_t i = 0; i < part.boxes.size(); ++i)
        rows[part.rank[i]].push_back(i);
    std::vector<double> place(part.boxes.size());
    const auto number = [&](std::vector<std::uint32_t>& row) {
        for (std::size_t i = 0; i < row.size(); ++i)
            place[row[i]] = row.size() == 1
                                ? 0.5
                                : static_cast<double>(i) / static_cast<double>(row.size() - 1);
    };
    const auto sortRow = [&](std::vector<std::uint32_t>& row, const auto& neighbours) {
        std::vector<std::pair<double, std::uint32_t>> keyed;
        for (const std::uint32_t box : row) {
            double sum = 0;
            for (const std::uint32_t other : neighbours[box])
                sum += place[other];
            keyed.emplace_back(neighbours[box].empty()
                                   ? place[box]
                                   : sum / static_cast<double>(neighbours[box].size()),
                               box);
        }
        std::stable_sort(keyed.begin(), keyed.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i] = keyed[i].second;
        number(row);
    };
    for (auto& row : rows)
        number(row);
    constexpr int kSweeps = 4;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        for (auto& row : rows)
            sortRow(row, part.previous);
        for (auto row = rows.rbegin(); row != rows.rend(); ++row)
            sortRow(*row, part.next);
    }
    part.x.assign(part.boxes.size(), 0);
    for (const auto& row : rows) {
        double width = -boxGap;
        for (const std::uint32_t box : row)
            width += part.boxes[box].width + boxGap;
        double at = -width / 2;
        for (const std::uint32_t box : row) {
            part.x[box] = at + part.boxes[box].width / 2;
            at += part.boxes[box].width + boxGap;
        }
    }
}

Status placePart(Part& part, bool first, bool shared, RankNames& heights,
                 const LayoutRequest& request) {
    if (part.boxes.size() > kMaxDotBoxes) {
        rankByPath(part, heights);
        placePlainly(part, request.boxGap);
    } else {
        const bool keepRanks = !first && shared;
        if (keepRanks)
            rankByPath(part, heights);
        FB_TRY_ASSIGN(const auto centres,
                      placeByDot(part.boxes, part.arrows, keepRanks ? &part.rank : nullptr,
                                 request.boxGap, request.rankGap));
        if (!keepRanks)
            setRanksFromHeights(part, centres);
        for (const LayoutPoint& centre : centres)
            part.x.push_back(centre.x);
    }
    for (std::size_t i = 0; i < part.boxes.size(); ++i)
        if (!part.boxes[i].rank.empty())
            heights.emplace(part.boxes[i].rank, part.rank[i]);
    return {};
}

} // namespace

Result<LayoutResult> layeredLayout(const LayoutRequest& request) {
    std::vector<Part> parts = partsOf(request);
    RankNames heights;
    const bool shared = std::any_of(request.boxes.begin(), request.boxes.end(),
                                    [](const LayoutBox& box) { return !box.rank.empty(); });
    std::vector<double> rowHeight;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        FB_TRY(placePart(parts[p], p == 0, shared, heights, request));
        for (std::size_t i = 0; i < parts[p].boxes.size(); ++i) {
            rowHeight.resize(std::max<std::size_t>(rowHeight.size(), parts[p].rank[i] + 1U), 0);
            rowHeight[parts[p].rank[i]] =
                std::max(rowHeight[parts[p].rank[i]], parts[p].boxes[i].height);
        }
    }
    std::vector<double> rowTop(rowHeight.size(), 0);
    for (std::size_t r = 1; r < rowTop.size(); ++r)
        rowTop[r] = rowTop[r - 1] + rowHeight[r - 1] + request.rankGap;
    LayoutResult result;
    result.topLeft.resize(request.boxes.size());
    for (const Part& part : parts) {
        double left = std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < part.boxes.size(); ++i)
            left = std::min(left, part.x[i] - part.boxes[i].width / 2);
        for (std::size_t i = 0; i < part.boxes.size(); ++i) {
            const LayoutBox& box = part.boxes[i];
            LayoutPoint point{std::round(part.x[i] - box.width / 2 - left),
                              rowTop[part.rank[i]] + (rowHeight[part.rank[i]] - box.height) / 2};
            if (request.leftToRight)
                std::swap(point.x, point.y);
            result.topLeft[part.members[i]] = point;
        }
    }
    return result;
}

} // namespace fuseboard
