// SPDX-License-Identifier: Apache-2.0
#include "tests/property/random_pipeline.h"

#include <fmt/format.h>

#include <random>
#include <vector>

namespace fuseboard {

namespace {

class Generator {
public:
    explicit Generator(std::uint64_t seed) : m_random(seed) {}

    std::string pipeline(int nodes) {
        static const char* const kOnError[] = {"to_err", "drop", "stop", "abort_event"};
        m_text = fmt::format("property on_error {}\n", kOnError[below(4)]);
        for (int n = 0; n < nodes; ++n)
            addNode(n);
        std::string edges;
        for (int n = 0; n < nodes; ++n)
            edges += edgesInto(n);
        for (int n = 0; n < nodes; ++n)
            if (m_readers[n] == 0 && below(8) != 0)
                edges += fmt::format("{} -> out\n", from(n));
        return m_text + edges;
    }

private:
    int below(int n) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(n)); }

    std::string field() {
        static const char* const kFields[] = {"x", "y", "z", "s", "r.a"};
        return fmt::format("event.{}", kFields[below(5)]);
    }

    std::string number() {
        switch (below(5)) {
        case 0: return fmt::format("{} + {}", below(9), below(9));
        case 1: return fmt::format("{} * 2.0", field());
        case 2: return fmt::format("{} + {}", field(), field());
        default: return field();
        }
    }

    std::string condition() {
        switch (below(8)) {
        case 0: return "true";
        case 1: return "1 > 2";
        case 2: return fmt::format("present {}", field());
        case 3: return fmt::format("type::is_number({})", field());
        case 4: return fmt::format("{} > {} and {} != 7", field(), below(20), field());
        case 5: return fmt::format("false or {} == {}", field(), below(5));
        default: return fmt::format("{} > {}", field(), below(50));
        }
    }

    std::string target() {
        std::string text;
        for (const char* key : {"x", "y", "z", "s"})
            if (below(4) != 0)
                text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, number());
        if (below(3) == 0)
            text += fmt::format("{}\"r\": {{\"a\": {}}}", text.empty() ? "" : ", ", field());
        return "{" + text + "}";
    }

    void addSelect(int n) {
        m_text += fmt::format("n{}: select\n    target {}\n", n,
                              below(6) == 0 ? std::string("event") : target());
        if (below(4) == 0)
            m_text += fmt::format("    where {}\n", condition());
        if (below(6) == 0)
            m_text += fmt::format("    having {}\n", condition());
        if (below(6) == 0)
            m_text += fmt::format("    group_by set({})\n", field());
    }

    void addNode(int n) {
        m_ports.emplace_back("out");
        m_readers.push_back(0);
        switch (below(11)) {
        case 0: m_text += fmt::format("n{}: passthrough\n", n); break;
        case 1: m_text += fmt::format("n{}: union\n", n); break;
        case 2:
        case 3:
        case 4: m_text += fmt::format("n{}: filter\n    where {}\n", n, condition()); break;
        case 5: m_text += fmt::format("n{}: sample\n    n {}\n", n, 1 + below(3)); break;
        case 6:
            m_text += fmt::format("n{}: generic::batch\n    count {}\n", n, 1 + below(5));
            break;
        case 7:
            m_text += fmt::format("n{}: route\n    branches hit: {}\n", n, condition());
            m_ports.back() = below(2) == 0 ? "hit" : "else";
            break;
        default: addSelect(n); break;
        }
        if (const int flag = below(20); flag < 2 && m_ports.back() == "out")
            m_text += flag == 0 ? "    disabled\n" : "    bypassed\n";
    }

    std::string from(int n) {
        return m_ports[static_cast<std::size_t>(n)] == "out"
                   ? fmt::format("n{}", n)
                   : fmt::format("n{}.{}", n, m_ports[static_cast<std::size_t>(n)]);
    }

    std::string edgesInto(int n) {
        std::string text;
        const int count = below(12) == 0 ? 0 : 1 + (below(4) == 0 ? 1 : 0);
        for (int i = 0; i < count; ++i) {
            const int near = std::max(0, n - 1 - below(3));
            if (n == 0 || below(8) == 0) {
                text += fmt::format("in -> n{}\n", n);
                continue;
            }
            static const char* const kFusion[] = {"", "", "", "", "", " (pinned)", " (forbidden)"};
            text += fmt::format("{} -> n{}{}\n", from(near), n, kFusion[below(7)]);
            ++m_readers[static_cast<std::size_t>(near)];
        }
        return text;
    }

    std::mt19937_64 m_random;
    std::string m_text;
    std::vector<std::string> m_ports;
    std::vector<int> m_readers;
};

} // namespace

std::string randomPipeline(std::uint64_t seed, int nodes) {
    return Generator(seed).pipeline(nodes);
}

} // namespace fuseboard
