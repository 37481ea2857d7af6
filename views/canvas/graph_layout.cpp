// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/graph_layout.h"

#include "views/document/node_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

namespace fuseboard {

namespace {

constexpr double kMainCenter = 280;
constexpr double kTop = 24;
constexpr double kColumnGap = 64; ///< between columns of cards: room for an edge beside them
constexpr double kComponentGap = 120;
constexpr double kStackGap = 24; ///< between everything else and the stack at its right

/// Rows of the layout worker's answer are told apart by their centres, which it computes alike.
constexpr double kSameRow = 0.5;

struct Vertex {
    Item item;
    CardShape shape = CardShape::Card;
    std::vector<std::uint32_t> next, previous;
    std::uint32_t position = 0; ///< in topological order
    int row = 0;
    int depthBelow = 0; ///< vertices on the longest way down from here, itself included
    int component = -1;
    int column = 0;     ///< 0: main; negative: left of it
    double order = 0;   ///< centre in the worker's picture; says who stands left of whom
    bool given = false; ///< row and order come from the worker
};

/// A path of vertices that share a column.
struct Chain {
    std::vector<std::uint32_t> vertices;
    int firstRow = 0, lastRow = 0; ///< with the rows that its edges pass
    double offset = 0; ///< right (or, negative, left) of the main chain in the worker's picture
};

class Layout {
public:
    Layout(const Graph& graph, const std::map<Item, CardShape>& shapes,
           const std::map<Item, Position>& worker)
        : m_graph(graph) {
        addVertices(shapes);
        takePlaces(worker);
        addEdges();
        sort();
        findComponents();
        m_placed.assign(m_vertices.size(), false);
    }

    /// One part a component, so that none of them pushes another aside.
    [[nodiscard]] LayoutQuestion question() const {
        LayoutQuestion asked;
        asked.request.boxGap = kColumnGap;
        asked.request.rankGap = kGapBetweenCards;
        std::vector<std::uint32_t> boxOf(m_vertices.size(), kNone);
        for (std::uint32_t i = 0; i < m_vertices.size(); ++i) {
            const Vertex& vertex = m_vertices[i];
            if (isStacked(m_components[std::size_t(vertex.component)]))
                continue; // has no layers
            boxOf[i] = std::uint32_t(asked.items.size());
            const QSizeF size = sizeOf(vertex.shape);
            asked.items.push_back(vertex.item);
            asked.request.boxes.push_back(
                {size.width(), size.height(), std::uint32_t(vertex.component), {}});
        }
        for (std::uint32_t i = 0; i < m_vertices.size(); ++i) {
            for (const std::uint32_t to : m_vertices[i].next) {
                if (boxOf[i] != kNone)
                    asked.request.arrows.push_back({boxOf[i], boxOf[to]});
            }
        }
        return asked;
    }

    std::map<Item, Position> run() {
        double left = 0;
        std::vector<int> order(m_components.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            return m_components[std::size_t(a)].size() > m_components[std::size_t(b)].size();
        });
        std::vector<std::uint32_t> stack;
        bool first = true;
        for (const int component : order) {
            const auto& members = m_components[std::size_t(component)];
            if (!first && isStacked(members)) {
                const auto begin = std::ptrdiff_t(stack.size());
                stack.insert(stack.end(), members.begin(), members.end());
                std::sort(stack.begin() + begin, stack.end(),
                          [&](std::uint32_t a, std::uint32_t b) {
                              return m_vertices[a].position < m_vertices[b].position;
                          });
                continue;
            }
            left = layOutComponent(members, left, first);
            first = false;
        }
        return positions(stack);
    }

private:
    /// Nothing flows here: shown in a stack beside the rest, whose rows are not stretched for it.
    [[nodiscard]] bool isStacked(const std::vector<std::uint32_t>& members) const {
        return members.size() == 1 ||
               std::all_of(members.begin(), members.end(), [&](std::uint32_t v) {
                   return m_vertices[v].shape == CardShape::LonePill;
               });
    }

    void addVertices(const std::map<Item, CardShape>& shapes) {
        const auto add = [&](Item item) {
            Vertex vertex;
            const auto at = shapes.find(item);
            vertex.shape = at == shapes.end() ? CardShape::Card : at->second;
            vertex.item = std::move(item);
            m_vertices.push_back(std::move(vertex));
        };
        for (const std::string& port : m_graph.inputs())
            add(Item::input(port));
        m_ofNode.assign(m_graph.nodeEnd(), kNone);
        for (const NodeIndex node : m_graph.nodes()) {
            m_ofNode[node] = std::uint32_t(m_vertices.size());
            add(Item::node(m_graph.node(node).id));
        }
        for (const std::string& port : m_graph.outputs()) {
            const bool isShown = shapes.contains(Item::output(port));
            m_ofOutput.push_back(isShown ? std::uint32_t(m_vertices.size()) : kNone);
            if (isShown)
                add(Item::output(port));
        }
    }

    /// Rows and order from the worker's corners. The centres of a row are equal, whatever its
    /// sizes.
    void takePlaces(const std::map<Item, Position>& worker) {
        std::vector<double> centres;
        for (Vertex& vertex : m_vertices) {
            const auto at = worker.find(vertex.item);
            if (at == worker.end())
                continue;
            const QSizeF size = sizeOf(vertex.shape);
            vertex.given = true;
            vertex.order = at->second.x + size.width() / 2;
            centres.push_back(at->second.y + size.height() / 2);
        }
        std::sort(centres.begin(), centres.end());
        centres.erase(std::unique(centres.begin(), centres.end(),
                                  [](double a, double b) { return b - a < kSameRow; }),
                      centres.end());
        for (Vertex& vertex : m_vertices) {
            if (!vertex.given)
                continue;
            const double centre =
                worker.at(vertex.item).y + sizeOf(vertex.shape).height() / 2 - kSameRow;
            vertex.row =
                int(std::lower_bound(centres.begin(), centres.end(), centre) - centres.begin());
        }
    }

    /// An edge against the worker's rows closes a cycle there.
    [[nodiscard]] bool leadsBack(std::uint32_t from, std::uint32_t to) const {
        const Vertex &a = m_vertices[from], &b = m_vertices[to];
        return from == to || (a.given && b.given && a.row >= b.row);
    }

    void addEdges() {
        for (const EdgeIndex index : m_graph.edges()) {
            const Edge& edge = m_graph.edge(index);
            const std::uint32_t from = edge.from.isBoundary() ? *m_graph.findInput(edge.from.port)
                                                              : m_ofNode[edge.from.node];
            const std::uint32_t to = edge.to.isBoundary()
                                         ? m_ofOutput[*m_graph.findOutput(edge.to.port)]
                                         : m_ofNode[edge.to.node];
            if (to == kNone || leadsBack(from, to))
                continue;
            m_vertices[from].next.push_back(to);
            m_vertices[to].previous.push_back(from);
        }
    }

    /// Topological order (edges that close a cycle are dropped), rows from the top, depth below.
    void sort() {
        std::vector<std::uint8_t> state(m_vertices.size(), 0); // 1: open, 2: done
        std::vector<std::pair<std::uint32_t, std::size_t>> stack;
        for (std::uint32_t root = 0; root < m_vertices.size(); ++root) {
            if (state[root] != 0)
                continue;
            stack.emplace_back(root, 0);
            state[root] = 1;
            while (!stack.empty()) {
                auto& [vertex, at] = stack.back();
                auto& next = m_vertices[vertex].next;
                if (at == next.size()) {
                    state[vertex] = 2;
                    m_order.push_back(vertex);
                    stack.pop_back();
                    continue;
                }
                const std::uint32_t to = next[at];
                if (state[to] == 1) {
                    next.erase(next.begin() + std::ptrdiff_t(at));
                    std::erase(m_vertices[to].previous, vertex);
                    continue;
                }
                ++at;
                if (state[to] == 0) {
                    state[to] = 1;
                    stack.emplace_back(to, 0);
                }
            }
        }
        for (const std::uint32_t vertex : m_order) {
            int below = 0;
            for (const std::uint32_t to : m_vertices[vertex].next)
                below = std::max(below, m_vertices[to].depthBelow);
            m_vertices[vertex].depthBelow = below + 1;
        }
        std::reverse(m_order.begin(), m_order.end());
        for (std::uint32_t at = 0; at < m_order.size(); ++at)
            m_vertices[m_order[at]].position = at;
        for (const std::uint32_t vertex : m_order) {
            for (const std::uint32_t to : m_vertices[vertex].next) {
                if (!m_vertices[to].given)
                    m_vertices[to].row = std::max(m_vertices[to].row, m_vertices[vertex].row + 1);
            }
        }
    }

    void findComponents() {
        for (std::uint32_t root = 0; root < m_vertices.size(); ++root) {
            if (m_vertices[root].component >= 0)
                continue;
            const int number = int(m_components.size());
            m_components.emplace_back();
            std::vector<std::uint32_t> open{root};
            m_vertices[root].component = number;
            while (!open.empty()) {
                const std::uint32_t vertex = open.back();
                open.pop_back();
                m_components.back().push_back(vertex);
                for (const auto* list : {&m_vertices[vertex].next, &m_vertices[vertex].previous}) {
                    for (const std::uint32_t other : *list) {
                        if (m_vertices[other].component < 0) {
                            m_vertices[other].component = number;
                            open.push_back(other);
                        }
                    }
                }
            }
            std::sort(m_components.back().begin(), m_components.back().end());
        }
    }

    /// Splits a component into chains: from each start along the deepest way that is still free.
    [[nodiscard]] std::vector<Chain> chainsOf(const std::vector<std::uint32_t>& members) {
        std::vector<std::uint32_t> starts = members;
        std::sort(starts.begin(), starts.end(), [&](std::uint32_t a, std::uint32_t b) {
            const Vertex &one = m_vertices[a], &other = m_vertices[b];
            return one.depthBelow != other.depthBelow ? one.depthBelow > other.depthBelow
                                                      : one.position < other.position;
        });
        std::set<std::uint32_t> used;
        std::vector<Chain> chains;
        for (const std::uint32_t start : starts) {
            if (used.contains(start))
                continue;
            Chain chain;
            for (std::uint32_t at = start; at != kNone;) {
                used.insert(at);
                chain.vertices.push_back(at);
                std::uint32_t best = kNone;
                for (const std::uint32_t to : m_vertices[at].next) {
                    if (!used.contains(to) &&
                        (best == kNone || m_vertices[to].depthBelow > m_vertices[best].depthBelow))
                        best = to;
                }
                at = best;
            }
            chains.push_back(std::move(chain));
        }
        return chains;
    }

    /// Spreads a side chain over the rows between the vertices that feed it and those that it
    /// feeds.
    void spread(Chain& chain, const std::vector<bool>& placed) {
        const std::uint32_t top = chain.vertices.front();
        const std::uint32_t bottom = chain.vertices.back();
        int above = -1, below = -1;
        for (const std::uint32_t from : m_vertices[top].previous)
            above = std::max(above, m_vertices[from].row);
        for (const std::uint32_t to : m_vertices[bottom].next) {
            if (placed[to] && (below < 0 || m_vertices[to].row < below))
                below = m_vertices[to].row;
        }
        const int count = int(chain.vertices.size());
        const int room = below - above - 1;
        const bool bothEnds = above >= 0 && below >= 0 && room > count;
        const bool isLoose = hangsOnEndsOnly(chain, placed);
        for (int i = 0; i < count; ++i) {
            Vertex& vertex = m_vertices[chain.vertices[std::size_t(i)]];
            if (vertex.given && !isLoose)
                continue;
            // Evenly between both ends, rounded to a row.
            const int even = above + ((i + 1) * (room + 1) + (count + 1) / 2) / (count + 1);
            if (bothEnds)
                vertex.row = isLoose ? even : std::max(vertex.row, even);
            else if (above < 0 && below >= 0) // a source of its own: just above what it feeds
                vertex.row = std::max(vertex.row, below - count + i);
        }
        chain.firstRow = above >= 0 ? above : m_vertices[top].row;
        chain.lastRow = below >= 0 ? below : m_vertices[bottom].row;
    }

    /// Only its first and last vertex know others, all of which have their rows.
    [[nodiscard]] bool hangsOnEndsOnly(const Chain& chain, const std::vector<bool>& placed) const {
        const auto& path = chain.vertices;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const Vertex& vertex = m_vertices[path[i]];
            const bool first = i == 0, last = i + 1 == path.size();
            if ((!first && vertex.previous.size() != 1) || (!last && vertex.next.size() != 1))
                return false;
            const auto isPlaced = [&](std::uint32_t v) { return placed[v]; };
            if ((first && !std::all_of(vertex.previous.begin(), vertex.previous.end(), isPlaced)) ||
                (last && !std::all_of(vertex.next.begin(), vertex.next.end(), isPlaced)))
                return false;
        }
        return true;
    }

    /// Returns the right edge of what was laid out.
    double layOutComponent(const std::vector<std::uint32_t>& members, double left, bool isMain) {
        std::vector<Chain> chains = chainsOf(members);
        std::vector<bool>& placed = m_placed;
        for (std::size_t i = 0; i < chains.size(); ++i) {
            Chain& chain = chains[i];
            if (i == 0) {
                chain.firstRow = m_vertices[chain.vertices.front()].row;
                chain.lastRow = m_vertices[chain.vertices.back()].row;
            } else {
                spread(chain, placed);
            }
            for (const std::uint32_t vertex : chain.vertices)
                placed[vertex] = true;
        }
        orderChains(chains);
        TakenRows taken;
        for (std::size_t i = 0; i < chains.size(); ++i) {
            const Chain& chain = chains[i];
            const int column = i == 0 ? 0 : freeColumn(taken, chain);
            taken.byColumn[column].emplace_back(chain.firstRow, chain.lastRow);
            for (const std::uint32_t vertex : chain.vertices)
                m_vertices[vertex].column = column;
        }
        return placeColumns(members, left, isMain);
    }

    /// Side chains from the main one outwards, as the worker's picture has them. A mirrored picture
    /// crosses as few edges, and branches belong left: the first one decides.
    void orderChains(std::vector<Chain>& chains) const {
        if (chains.size() < 2 || !m_vertices[chains.front().vertices.front()].given)
            return;
        std::map<int, double> mainOrder;
        for (const std::uint32_t vertex : chains.front().vertices)
            mainOrder[m_vertices[vertex].row] = m_vertices[vertex].order;
        for (std::size_t i = 1; i < chains.size(); ++i) {
            for (const std::uint32_t vertex : chains[i].vertices) {
                auto beside = mainOrder.upper_bound(m_vertices[vertex].row);
                if (beside != mainOrder.begin())
                    --beside;
                chains[i].offset +=
                    (m_vertices[vertex].order - beside->second) / double(chains[i].vertices.size());
            }
        }
        const double side = chains[1].offset > 0 ? -1 : 1;
        for (Chain& chain : chains)
            chain.offset *= side;
        std::stable_sort(chains.begin() + 1, chains.end(), [](const Chain& a, const Chain& b) {
            return std::abs(a.offset) < std::abs(b.offset);
        });
    }

    [[nodiscard]] static bool isFree(const std::vector<std::pair<int, int>>& rows,
                                     const Chain& chain) {
        return std::none_of(rows.begin(), rows.end(), [&](const auto& used) {
            return chain.firstRow < used.second && used.first < chain.lastRow;
        });
    }

    /// Rows in use, by column. A column that was not free for some rows never is again, so that the
    /// search for the same rows goes on where it ended.
    struct TakenRows {
        std::map<int, std::vector<std::pair<int, int>>> byColumn;
        std::map<std::tuple<int, int, int>, int> searched; ///< side, first and last row: distance
    };

    /// The nearest one on the side that the worker chose, or on any side if it did not.
    [[nodiscard]] static int freeColumn(TakenRows& taken, const Chain& chain) {
        const int side = chain.offset < 0 ? -1 : chain.offset > 0 ? 1 : 0;
        int& distance = taken.searched[{side, chain.firstRow, chain.lastRow}];
        for (distance = std::max(1, distance);; ++distance) {
            if (side <= 0 && isFree(taken.byColumn[-distance], chain))
                return -distance;
            if (side >= 0 && isFree(taken.byColumn[distance], chain))
                return distance;
        }
    }

    double placeColumns(const std::vector<std::uint32_t>& members, double left, bool isMain) {
        std::map<int, double> widths;
        std::map<int, bool> pillsOnly;
        for (const std::uint32_t vertex : members) {
            const Vertex& v = m_vertices[vertex];
            widths[v.column] = std::max(widths[v.column], sizeOf(v.shape).width());
            const auto [at, isNew] = pillsOnly.emplace(v.column, true);
            at->second = at->second && isPill(v.shape);
        }
        std::map<int, double> centers{{0, kMainCenter}};
        const auto step = [&](int from, int to, double direction) {
            // A column of pills beside the main column stands where an edge would run.
            const double distance =
                pillsOnly[to] && from == 0
                    ? widths[from] / 2 + kLaneDistance
                    : (widths[from] + widths[to]) / 2 + kColumnGap + (from == 0 ? 16 : 0);
            centers[to] = centers[from] + direction * distance;
        };
        for (int column = 1; widths.contains(column); ++column)
            step(column - 1, column, 1);
        for (int column = -1; widths.contains(column); --column)
            step(column + 1, column, -1);
        double minimum = 1e300, maximum = -1e300;
        for (const auto& [column, width] : widths) {
            minimum = std::min(minimum, centers[column] - width / 2);
            maximum = std::max(maximum, centers[column] + width / 2);
        }
        const double shift = isMain ? 0 : left + kComponentGap - minimum;
        for (const std::uint32_t vertex : members)
            m_centers[vertex] = centers[m_vertices[vertex].column] + shift;
        return maximum + shift;
    }

    /// Row heights over all components, then corners.
    [[nodiscard]] std::map<Item, Position> positions(const std::vector<std::uint32_t>& stack) {
        const std::vector<double> centers = rowCenters();
        std::map<Item, Position> result;
        double right = -1e300;
        for (const auto& [vertex, center] : m_centers) {
            const Vertex& v = m_vertices[vertex];
            const QSizeF size = sizeOf(v.shape);
            result[v.item] = {center - size.width() / 2,
                              centers[std::size_t(v.row)] - size.height() / 2};
            right = std::max(right, center + size.width() / 2);
        }
        double top = 0;
        for (std::size_t i = 0; i < stack.size(); ++i) {
            const Vertex& v = m_vertices[stack[i]];
            const double height = sizeOf(v.shape).height();
            if (i == 0) // level with the first row
                top = std::max(kTop, centers.front() - height / 2);
            result[v.item] = {right + kStackGap, top};
            top += height + (isPill(v.shape) ? kGapToPill : kGapBetweenCards);
        }
        return result;
    }

    [[nodiscard]] std::vector<double> rowCenters() const {
        int rows = 0;
        for (const auto& [vertex, center] : m_centers)
            rows = std::max(rows, m_vertices[vertex].row + 1);
        std::vector<double> heights(std::size_t(rows), 0);
        std::vector<bool> hasCard(std::size_t(rows), false);
        for (const auto& [vertex, center] : m_centers) {
            const Vertex& v = m_vertices[vertex];
            heights[std::size_t(v.row)] =
                std::max(heights[std::size_t(v.row)], sizeOf(v.shape).height());
            if (!isPill(v.shape))
                hasCard[std::size_t(v.row)] = true;
        }
        std::vector<double> centers(std::size_t(rows), 0);
        double top = kTop;
        for (std::size_t row = 0; row < std::size_t(rows); ++row) {
            centers[row] = top + heights[row] / 2;
            const bool cards = hasCard[row] && row + 1 < std::size_t(rows) && hasCard[row + 1];
            top += heights[row] + (cards ? kGapBetweenCards : kGapToPill);
        }
        return centers;
    }

    const Graph& m_graph;
    std::vector<Vertex> m_vertices;
    std::vector<std::uint32_t> m_ofNode, m_ofOutput, m_order;
    std::vector<std::vector<std::uint32_t>> m_components;
    std::map<std::uint32_t, double> m_centers; ///< of what stands in rows and columns
    std::vector<bool> m_placed;                ///< by vertex: has its row for good
};

/// A branch of one passthrough: no edge of it is the only one at its other end.
bool standsAlone(const Graph& graph, NodeIndex node) {
    for (const EdgeIndex index : graph.inEdges(node)) {
        const Endpoint& from = graph.edge(index).from;
        const std::size_t siblings = from.isBoundary()
                                         ? graph.inputEdges(*graph.findInput(from.port)).size()
                                         : graph.outEdges(from.node).size();
        if (siblings < 2)
            return false;
    }
    for (const EdgeIndex index : graph.outEdges(node)) {
        const Endpoint& to = graph.edge(index).to;
        const std::size_t siblings = to.isBoundary()
                                         ? graph.outputEdges(*graph.findOutput(to.port)).size()
                                         : graph.inEdges(to.node).size();
        if (siblings < 2)
            return false;
    }
    return true;
}

/// Nodes that rows can reach: from a boundary input, or from a node that makes its own.
std::vector<bool> fedNodes(const Graph& graph, const Catalogue& catalogue) {
    std::vector<bool> fed(graph.nodeEnd(), false);
    std::vector<NodeIndex> open;
    const auto take = [&](NodeIndex node) {
        if (!fed[node]) {
            fed[node] = true;
            open.push_back(node);
        }
    };
    for (const NodeIndex node : graph.nodes()) {
        const auto into = graph.inEdges(node);
        const bool fromPort = std::any_of(into.begin(), into.end(), [&](EdgeIndex edge) {
            return graph.edge(edge).from.isBoundary();
        });
        if (fromPort || contractOf(catalogue, graph.node(node)).inputs.empty())
            take(node);
    }
    while (!open.empty()) {
        const NodeIndex node = open.back();
        open.pop_back();
        for (const EdgeIndex edge : graph.outEdges(node)) {
            if (!graph.edge(edge).to.isBoundary())
                take(graph.edge(edge).to.node);
        }
    }
    return fed;
}

} // namespace

std::map<Item, CardShape> shapesOf(const Graph& graph, const Catalogue& catalogue, Side side) {
    const std::vector<bool> fed = fedNodes(graph, catalogue);
    std::map<Item, CardShape> shapes;
    for (const std::string& port : graph.inputs())
        shapes[Item::input(port)] = CardShape::Terminal;
    for (std::uint32_t i = 0; i < graph.outputs().size(); ++i) {
        const auto into = graph.outputEdges(i);
        const bool isFed = std::any_of(into.begin(), into.end(), [&](EdgeIndex edge) {
            const Endpoint& from = graph.edge(edge).from;
            return from.isBoundary() || fed[from.node];
        });
        // An open sink that no row can reach is no more than a name, which as drawn the passthrough
        // before it bears already.
        const bool unused = !isFed && graph.outputBinding(i)->connector.empty();
        const bool isNamed =
            unused && std::any_of(into.begin(), into.end(), [&](EdgeIndex edge) {
                return isPassthrough(catalogue, graph.node(graph.edge(edge).from.node));
            });
        if (isNamed || (unused && side == Side::Optimised))
            continue;
        shapes[Item::output(graph.outputs()[i])] =
            unused ? CardShape::LonePill : CardShape::Terminal;
    }
    for (const NodeIndex node : graph.nodes()) {
        const NodeData& data = graph.node(node);
        shapes[Item::node(data.id)] = !isPassthrough(catalogue, data)          ? CardShape::Card
                                      : !fed[node] || standsAlone(graph, node) ? CardShape::LonePill
                                                                               : CardShape::Pill;
    }
    return shapes;
}

LayoutQuestion layoutQuestion(const Graph& graph, const std::map<Item, CardShape>& shapes) {
    return Layout(graph, shapes, {}).question();
}

std::map<Item, Position> layOutGraph(const Graph& graph, const std::map<Item, CardShape>& shapes,
                                     const std::map<Item, Position>& worker) {
    return Layout(graph, shapes, worker).run();
}

} // namespace fuseboard
