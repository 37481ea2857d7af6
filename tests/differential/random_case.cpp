// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/random_case.h"

#include "tests/support/random_expression.h"

#include <random>
#include <set>
#include <vector>

namespace fuseboard {

namespace {

class CaseMaker {
public:
    explicit CaseMaker(std::uint64_t seed) : m_random(seed * 7919 + 17) {}

    RandomCase make() {
        RandomCase made;
        made.properties.eventOrder = chance(2) ? EventOrder::Tremor : EventOrder::Natural;
        made.properties.atEnd = chance(2) ? AtEnd::Discard : AtEnd::Flush;
        const int onError = below(6);
        made.properties.onError = onError == 0   ? OnError::Stop
                                  : onError <= 2 ? OnError::Drop
                                  : onError == 3 ? OnError::AbortEvent
                                                 : OnError::ToErr;
        made.pipeline = pipeline(2 + below(9));
        made.input = rows(1 + below(400));
        return made;
    }

private:
    int below(int n) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(n)); }
    bool chance(int n) { return below(n) == 0; }
    template <std::size_t N> const char* pick(const char* const (&all)[N]) {
        return all[below(static_cast<int>(N))];
    }

    // --- expressions ---
    std::string field() {
        static const char* const kFields[] = {"event.x",   "event.y", "event.s",
                                              "event.r.a", "event.t", "event.r"};
        return pick(kFields);
    }
    std::string number() {
        switch (below(8)) {
        case 6: return m_expressions.number(2);
        case 7: return m_expressions.text(1);
        case 0: return fmt::format("{} + {}", field(), below(9));
        case 1: return fmt::format("{} * 0.1", field());
        case 2: return fmt::format("{} - {}", field(), field());
        case 3: return std::to_string(below(100));
        default: return field();
        }
    }
    std::string condition() {
        switch (below(9)) {
        case 7: return m_expressions.boolean(2);
        case 8: return m_expressions.boolean(1);
        case 0: return "true";
        case 1: return fmt::format("present {}", field());
        case 2: return fmt::format("type::is_number({})", field());
        case 3:
            return fmt::format("present event.x and type::is_number(event.x) and event.x > {}",
                               below(60));
        case 4: return fmt::format("not {} == {}", field(), below(5));
        case 5: return fmt::format("{} == \"a\"", field());
        default: return fmt::format("{} > {}", field(), below(50));
        }
    }
    std::string record() {
        std::string text;
        for (const char* key : {"x", "y", "s", "t", "items"})
            if (!chance(4))
                text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key,
                                    std::string(key) == "items" ? "event.items" : number());
        return "{" + text + "}";
    }

    // --- nodes ---
    void select(int n) {
        const bool grouped = chance(3);
        m_text += fmt::format("n{}: select\n    target {}\n", n,
                              chance(5)              ? "event"
                              : grouped && chance(2) ? groupedRecord()
                                                     : record());
        if (chance(3))
            m_text += fmt::format("    where {}\n", condition());
        if (chance(5))
            m_text += fmt::format("    having {}\n", condition());
        if (grouped)
            m_text += fmt::format("    group_by {}\n", groupBy());
    }
    std::string groupBy() {
        static const char* const kGroups[] = {"event.s",
                                              "set(event.s, each(event.items))",
                                              "each(event.items)",
                                              "set(each(event.items), event.s)",
                                              "set(event.s, each(record::keys(event)))",
                                              "set(each(event.items), each(event.items))",
                                              "set(event.x, each(record::keys(event)), event.y)"};
        return pick(kGroups);
    }
    std::string groupedRecord() {
        static const char* const kRecords[] = {
            R"({"x": event.x, "s": group[0], "items": event.items, "t": event.t})",
            R"({"x": event[group[1]], "s": group[1], "y": event.y, "items": event.items})",
            R"({"s": group, "items": group})", R"({"x": "#{group[0]}", "items": [group[0], 1]})"};
        return pick(kRecords);
    }
    void window(int n) {
        static const char* const kAggregates[] = {
            "aggr::stats::count()",      "aggr::stats::sum(event.x)", "aggr::stats::mean(event.y)",
            "aggr::stats::max(event.x)", "aggr::win::last(event.t)",  "aggr::win::first(event.s)",
            "aggr::stats::var(event.y)"};
        static const char* const kWindows[] = {"3rows",   "7rows",        "1s",
                                               "2s, 10s", "2rows, 6rows", "1s, 4s"};
        m_text += fmt::format("n{}: select\n    target {{\"x\": {}, \"y\": {}, \"s\": group[0]}}\n"
                              "    group_by set({})\n    windows {}\n",
                              n, pick(kAggregates), pick(kAggregates),
                              chance(3)   ? "event.s, each(event.items)"
                              : chance(4) ? "each(record::keys(event))"
                              : chance(2) ? "event.s"
                                          : "event.s, event.x",
                              pick(kWindows));
    }
    void script(int n) {
        static const char* const kScripts[] = {
            "let event.y = event.x + 1; event",
            "let state.n = match state.n of case null => 1 case _ => state.n + 1 end; event",
            "match event.s of case \"a\" => drop case \"b\" => emit {\"x\": 1} => \"side\" "
            "case _ => event end",
            "emit event"};
        const int which = below(4);
        m_text += fmt::format("n{}: script\n    script {}\n", n, kScripts[which == 1 ? 3 : which]);
        if (which == 2)
            m_ports.back() = chance(2) ? "out" : "side";
    }
    void node(int n) {
        m_ports.emplace_back("out");
        m_raises.insert(n);
        switch (below(15)) {
        case 0:
            m_text += fmt::format("n{}: {}\n", n, chance(2) ? "union" : "passthrough");
            m_raises.erase(n);
            break;
        case 1:
        case 2: m_text += fmt::format("n{}: filter\n    where {}\n", n, condition()); break;
        case 3:
            m_text += fmt::format("n{}: sample\n    n {}\n", n, 1 + below(4));
            m_raises.erase(n);
            break;
        case 4:
            m_text += fmt::format("n{}: generic::batch\n    count {}\n", n, 1 + below(6));
            if (chance(2))
                m_text += fmt::format("    timeout {}\n", 500'000'000);
            m_raises.erase(n);
            break;
        case 5:
            m_text += fmt::format("n{}: route\n    branches hit: {}; also: {}\n", n, condition(),
                                  condition());
            m_ports.back() = chance(2) ? "hit" : "else";
            break;
        case 6:
            m_text += fmt::format("n{}: limit\n    count {}\n", n, 1 + below(120));
            m_raises.erase(n);
            break;
        case 7:
            m_text += fmt::format("n{}: explode\n    array event.items\n", n);
            if (chance(2))
                m_text += "    as item\n";
            break;
        case 8:
            m_text += fmt::format("n{}: deduplicate\n    key {}\n    within {}\n", n, field(),
                                  1'500'000'000);
            break;
        case 9:
        case 10: window(n); break;
        case 11: script(n); break;
        default: select(n); break;
        }
    }
    std::string pipeline(int nodes) {
        for (int n = 0; n < nodes; ++n)
            node(n);
        std::vector<bool> read(static_cast<std::size_t>(nodes), false);
        std::string edges;
        for (int n = 0; n < nodes; ++n) {
            for (int i = 0; i <= (chance(3) ? 1 : 0); ++i) {
                if (n == 0 || chance(6)) {
                    edges += fmt::format("in -> n{}\n", n);
                    continue;
                }
                const int from = std::max(0, n - 1 - below(3));
                static const char* const kFusion[] = {"", "", "", " (pinned)", " (forbidden)"};
                edges += fmt::format("n{}.{} -> n{}{}\n", from,
                                     m_ports[static_cast<std::size_t>(from)], n, pick(kFusion));
                read[static_cast<std::size_t>(from)] = true;
            }
        }
        for (int n = 0; n < nodes; ++n) {
            if (!read[static_cast<std::size_t>(n)] || chance(5))
                edges += fmt::format("n{}.{} -> out\n", n, m_ports[static_cast<std::size_t>(n)]);
            if (m_raises.contains(n) && chance(3))
                edges += fmt::format("n{}.err -> err\n", n);
        }
        if (chance(4))
            edges += "in -> out\n";
        return m_text + edges;
    }

    // --- input ---
    std::string scalar() {
        static const char* const kEdges[] = {"9223372036854775808",
                                             "-9223372036854775808",
                                             "-0",
                                             "-0.0",
                                             "1e308",
                                             "18446744073709551616",
                                             "\"\\u00e9\\n\"",
                                             "\"a text longer than twelve\""};
        switch (below(10)) {
        case 9: return pick(kEdges);
        case 0: return "null";
        case 1: return "\"a\"";
        case 2: return fmt::format("{}.{}", below(100), below(100));
        case 3: return fmt::format("-{}", below(20));
        case 4: return "true";
        default: return std::to_string(below(60));
        }
    }
    std::string rows(int count) {
        static const char* const kNames[] = {"\"a\"",       "\"b\"",     "\"c\"",
                                             "\"\\u0061\"", "\"q\\\"\"", "null"};
        static const char* const kBad[] = {"{\"x\":", "nonsense", "{\"t\":1}", "[1,2", "\"\xff\""};
        std::string text;
        std::uint64_t time = 1'000'000;
        for (int i = 0; i < count; ++i) {
            time += static_cast<std::uint64_t>(chance(20) ? below(9000) : below(120));
            if (chance(40)) {
                text += std::string(pick(kBad)) + "\n";
                continue;
            }
            text += fmt::format("{{\"t\":{}", chance(30) ? time - 700 : time);
            for (const char* key : {"x", "y"})
                if (!chance(12))
                    text += fmt::format(",\"{}\":{}", key,
                                        chance(8) ? scalar() : std::to_string(below(60)));
            if (!chance(15))
                text += fmt::format(",\"s\":{}", pick(kNames));
            if (!chance(10))
                text += fmt::format(",\"r\":{{\"a\":{}}}", scalar());
            if (!chance(4))
                text += fmt::format(",\"z\":{}.{},\"b\":{},\"u\":{}", below(50), below(10),
                                    chance(2) ? "true" : "false", pick(kNames));
            if (chance(50))
                text += fmt::format(",\"x\":{}", scalar());
            if (!chance(6)) {
                text += ",\"items\":[";
                for (int item = below(4), first = 1; item > 0; --item, first = 0)
                    text += (first != 0 ? "" : ",") + scalar();
                text += "]";
            }
            text += "}\n";
        }
        return text;
    }

    std::mt19937_64 m_random;
    RandomExpression m_expressions{
        [this](std::uint32_t n) { return static_cast<std::uint32_t>(m_random() % n); }};
    std::string m_text;
    std::vector<std::string> m_ports;
    std::set<int> m_raises;
};

} // namespace

RandomCase randomCase(std::uint64_t seed) {
    return CaseMaker(seed).make();
}

} // namespace fuseboard
