// SPDX-License-Identifier: Apache-2.0
#include "app/layout/graphviz_job.h"

#include "app/layout/dot_strings.h"
#include "engine/formats/json_text.h"
#include "engine/formats/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <graphviz/gvc.h>
#include <memory>

namespace fuseboard {

namespace {

constexpr double kPointsPerInch = 72;

// Graphviz reports through one C callback, so what it says has to be kept in one place.
std::string& complaints() {
    static std::string text;
    return text;
}

int onComplaint(char* text) {
    if (complaints().size() < 64 * 1024)
        complaints() += text;
    return 0;
}

struct GraphDeleter {
    void operator()(Agraph_t* graph) const { agclose(graph); }
};
using GraphPtr = std::unique_ptr<Agraph_t, GraphDeleter>;

GVC_t* renderer() {
    static GVC_t* context = gvContext();
    return context;
}

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

struct DotText {
    GraphPtr graph;
    bool more = false; ///< the text holds further graphs
};

Result<DotText> readDot(std::string text) {
    agseterrf(onComplaint);
    complaints().clear();
    text += '\n'; // an empty text is no file to fmemopen
    const std::unique_ptr<std::FILE, FileCloser> file(fmemopen(text.data(), text.size(), "r"));
    if (file == nullptr)
        return fail(ErrorCode::LimitExceeded, "no memory for the text of the graph");
    DotText read{GraphPtr(agread(file.get(), nullptr)), false};
    // What follows the first graph must be right as well: a stray brace is seldom meant.
    if (read.graph != nullptr)
        read.more = GraphPtr(agread(file.get(), nullptr)) != nullptr;
    GraphvizComplaint complaint = takeComplaint();
    if (read.graph != nullptr && complaint.message.empty())
        return read;
    if (complaint.message.empty())
        complaint.message = "there is no graph in the text";
    Error error(ErrorCode::InvalidSyntax, std::move(complaint.message),
                "a DOT file holds `digraph { a -> b }`");
    error.place.line = complaint.line;
    return fail(std::move(error));
}

/// Writes texts of one graph as JSON, in UTF-8. What is not UTF-8 can only be Latin-1, the other
/// encoding that DOT knows, whether or not the graph says so.
class TextWriter {
public:
    explicit TextWriter(Agraph_t* graph) {
        const char* charset = agget(graph, const_cast<char*>("charset")); // NOLINT
        std::string name = charset == nullptr ? "" : charset;
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        for (const char* latin :
             {"latin1", "latin-1", "l1", "iso-8859-1", "iso_8859-1", "iso8859-1"})
            m_latin1 = m_latin1 || name == latin;
    }
    void add(std::string& json, std::string_view key, const char* text) const {
        put(json, key, text == nullptr ? std::string() : plain(text));
    }
    /// `text` must be the value of an attribute, as cgraph keeps it.
    void addAttribute(std::string& json, std::string_view key, char* text) const {
        put(json, key, aghtmlstr(text) != 0 ? textOfHtml(plain(text)) : plain(text));
    }

private:
    void put(std::string& json, std::string_view key, const std::string& text) const {
        printJsonString(plain(key), json);
        json += ':';
        printJsonString(text, json);
    }
    [[nodiscard]] std::string plain(std::string_view text) const {
        return m_latin1 || !isValidUtf8(text) ? fromLatin1(text) : std::string(text);
    }
    bool m_latin1 = false;
};

// The attributes that are set, by declaration; the ports of an edge stand apart.
void addAttributes(std::string& json, const TextWriter& texts, Agraph_t* graph, int kind,
                   void* object) {
    json += "\"attributes\":{";
    bool first = true;
    for (Agsym_t* symbol = agnxtattr(graph, kind, nullptr); symbol != nullptr;
         symbol = agnxtattr(graph, kind, symbol)) {
        char* value = agxget(object, symbol);
        const std::string_view name = symbol->name;
        if (value == nullptr || *value == 0 ||
            (kind == AGEDGE && (name == "headport" || name == "tailport")))
            continue;
        if (!first)
            json += ',';
        first = false;
        texts.addAttribute(json, name, value);
    }
    json += '}';
}

const char* attributeOf(void* object, const char* name) {
    return agget(object, const_cast<char*>(name)); // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

std::vector<Agedge_t*> edgesInOrder(Agraph_t* graph) {
    std::vector<Agedge_t*> edges;
    for (Agnode_t* node = agfstnode(graph); node != nullptr; node = agnxtnode(graph, node))
        for (Agedge_t* edge = agfstout(graph, node); edge != nullptr; edge = agnxtout(graph, edge))
            edges.push_back(edge);
    std::sort(edges.begin(), edges.end(),
              [](Agedge_t* a, Agedge_t* b) { return AGSEQ(a) < AGSEQ(b); });
    return edges;
}

// A graph under construction; Graphviz takes texts as char*.
class DotBuilder {
public:
    DotBuilder(double boxGap, double rankGap)
        : m_graph(agopen(text("g"), Agstrictdirected, nullptr)) {
        set("ranksep", fmt::format("{:.4f}", rankGap / kPointsPerInch));
        set("nodesep", fmt::format("{:.4f}", boxGap / kPointsPerInch));
        set("splines", "none");
        declare(AGNODE, "shape", "box");
        declare(AGNODE, "fixedsize", "true");
        declare(AGNODE, "label", "");
        declare(AGNODE, "width", "0.01");
        declare(AGNODE, "height", "0.01");
        declare(AGEDGE, "weight", "1");
    }
    Agnode_t* node(const std::string& name, double width, double height) {
        Agnode_t* made = agnode(m_graph.get(), text(name), 1);
        put(made, "width", fmt::format("{:.4f}", width / kPointsPerInch));
        put(made, "height", fmt::format("{:.4f}", height / kPointsPerInch));
        return made;
    }
    Agedge_t* edge(Agnode_t* from, Agnode_t* to) {
        return agedge(m_graph.get(), from, to, nullptr, 1);
    }
    void sameRank(const std::string& name, const std::vector<Agnode_t*>& nodes) {
        Agraph_t* group = agsubg(m_graph.get(), text(name), 1);
        put(group, "rank", "same");
        for (Agnode_t* member : nodes)
            agsubnode(group, member, 1);
    }
    [[nodiscard]] Agraph_t* graph() { return m_graph.get(); }

private:
    char* text(const std::string& value) {
        m_text = value;
        return m_text.data();
    }
    static void put(void* object, std::string name, std::string value) {
        std::string none;
        agsafeset(object, name.data(), value.data(), none.data());
    }
    void set(const char* name, const std::string& value) {
        std::string copy = value, key = name;
        agattr(m_graph.get(), AGRAPH, key.data(), copy.data());
    }
    void declare(int kind, const char* name, const char* value) {
        std::string copy = value, key = name;
        agattr(m_graph.get(), kind, key.data(), copy.data());
    }
    std::string m_text;
    GraphPtr m_graph;
};

} // namespace

GraphvizComplaint takeComplaint() {
    GraphvizComplaint complaint;
    std::string text = std::exchange(complaints(), {});
    // "Error: <memory>: syntax error in line 3 near '}'" and the like; warnings are no failure.
    if (text.find("rror") == std::string::npos)
        return complaint;
    if (const auto at = text.find("line "); at != std::string::npos)
        complaint.line =
            static_cast<std::uint32_t>(std::strtoul(text.c_str() + at + 5, nullptr, 10));
    for (const char* prefix : {"Error: ", "<memory>: ", "<unknown>: "})
        if (text.starts_with(prefix))
            text.erase(0, std::string_view(prefix).size());
    while (!text.empty() && (text.back() == '\n' || text.back() == '.'))
        text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    complaint.message = text.substr(0, 500);
    return complaint;
}

Result<std::string> dotToJson(const std::string& text) {
    FB_TRY_ASSIGN(const DotText dot, readDot(text));
    Agraph_t* root = dot.graph.get();
    const TextWriter texts(root);
    std::string json = "{";
    // Graphviz makes up a name such as %1 for a graph without one.
    texts.add(json, "name", agnameof(root)[0] == '%' ? "" : agnameof(root));
    json += fmt::format(",\"directed\":{},\"strict\":{},\"more\":{},", agisdirected(root) != 0,
                        agisstrict(root) != 0, dot.more);
    addAttributes(json, texts, root, AGRAPH, root);
    json += ",\"nodes\":[";
    bool first = true;
    for (Agnode_t* node = agfstnode(root); node != nullptr; node = agnxtnode(root, node)) {
        json += first ? "{" : ",{";
        first = false;
        texts.add(json, "name", agnameof(node));
        json += ',';
        addAttributes(json, texts, root, AGNODE, node);
        json += '}';
    }
    json += "],\"edges\":[";
    first = true;
    for (Agedge_t* edge : edgesInOrder(root)) {
        json += first ? "{" : ",{";
        first = false;
        texts.add(json, "from", agnameof(agtail(edge)));
        json += ',';
        texts.add(json, "from_port", attributeOf(edge, "tailport"));
        json += ',';
        texts.add(json, "to", agnameof(aghead(edge)));
        json += ',';
        texts.add(json, "to_port", attributeOf(edge, "headport"));
        json += ',';
        addAttributes(json, texts, root, AGEDGE, edge);
        json += '}';
    }
    return json + "]}";
}

Result<std::string> renderDot(const std::string& text, const std::string& format) {
    FB_TRY_ASSIGN(const DotText dot, readDot(text));
    Agraph_t* graph = dot.graph.get();
    if (gvLayout(renderer(), graph, "dot") != 0)
        return fail(ErrorCode::Unsupported,
                    "Graphviz could not lay the graph out: " + takeComplaint().message);
    char* data = nullptr;
    unsigned int size = 0;
    const int failed = gvRenderData(renderer(), graph, format.c_str(), &data, &size);
    std::string picture = failed == 0 && data != nullptr ? std::string(data, size) : std::string();
    if (data != nullptr)
        gvFreeRenderData(data);
    gvFreeLayout(renderer(), graph);
    if (picture.empty())
        return fail(ErrorCode::Unsupported, fmt::format("Graphviz made no {} of the graph: {}",
                                                        format, takeComplaint().message));
    return picture;
}

Result<std::vector<LayoutPoint>> placeByDot(const std::vector<LayoutBox>& boxes,
                                            const std::vector<LayoutArrow>& arrows,
                                            const std::vector<std::uint32_t>* ranks, double boxGap,
                                            double rankGap) {
    agseterrf(onComplaint);
    complaints().clear();
    DotBuilder builder(boxGap, rankGap);
    std::vector<Agnode_t*> nodes;
    for (std::size_t i = 0; i < boxes.size(); ++i)
        nodes.push_back(builder.node(fmt::format("b{}", i), boxes[i].width, boxes[i].height));
    for (const LayoutArrow& arrow : arrows)
        builder.edge(nodes[arrow.from], nodes[arrow.to]);
    if (ranks != nullptr && !ranks->empty()) {
        // An invisible spine holds the ranks: one thin box each, chained, every box beside its own.
        const std::uint32_t count = *std::max_element(ranks->begin(), ranks->end()) + 1;
        std::vector<std::vector<Agnode_t*>> rows(count);
        for (std::uint32_t r = 0; r < count; ++r) {
            rows[r].push_back(builder.node(fmt::format("spine{}", r), 1, 1));
            if (r > 0)
                builder.edge(rows[r - 1].front(), rows[r].front());
        }
        for (std::size_t i = 0; i < boxes.size(); ++i)
            rows[(*ranks)[i]].push_back(nodes[i]);
        for (std::uint32_t r = 0; r < count; ++r)
            builder.sameRank(fmt::format("rank{}", r), rows[r]);
    }
    if (gvLayout(renderer(), builder.graph(), "dot") != 0)
        return fail(ErrorCode::Unsupported,
                    "Graphviz could not lay the graph out: " + takeComplaint().message);
    std::vector<LayoutPoint> centres;
    for (Agnode_t* node : nodes)
        centres.push_back({ND_coord(node).x, -ND_coord(node).y});
    gvFreeLayout(renderer(), builder.graph());
    return centres;
}

} // namespace fuseboard
