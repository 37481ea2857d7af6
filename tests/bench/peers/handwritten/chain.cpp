// SPDX-License-Identifier: Apache-2.0
// Workload chain by hand: a loop over a column for each map, on blocks that stay in the cache.
// Usage: chain MAPS INPUT OUTPUT. Reading the input is not charged.
#include "tests/bench/peers/handwritten/line_chunks.h"
#include "tests/bench/peers/handwritten/peer_clock.h"
#include "tests/bench/peers/handwritten/row_output.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <simdjson.h>
#include <string_view>
#include <vector>

namespace fuseboard::peers {

namespace {

constexpr std::size_t kBlock = 1024;

struct Rows {
    std::vector<std::uint64_t> ids;
    std::vector<double> values;
};

bool load(LineChunks& chunks, Rows& rows) {
    simdjson::ondemand::parser parser;
    for (std::string_view lines = chunks.next(); !lines.empty(); lines = chunks.next()) {
        simdjson::ondemand::document_stream documents;
        if (parser.iterate_many(lines.data(), lines.size(), lines.size() + LineChunks::kPadding)
                .get(documents) != simdjson::SUCCESS)
            return false;
        for (auto document : documents) {
            std::uint64_t id = 0;
            double value = 0;
            if (document["id"].get(id) != simdjson::SUCCESS ||
                document["reading"]["celsius"].get(value) != simdjson::SUCCESS)
                return false;
            rows.ids.push_back(id);
            rows.values.push_back(value);
        }
    }
    return true;
}

void map(double* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        values[i] = values[i] * 0.999 + 0.125;
}

void perform(Rows& rows, unsigned maps, RowOutput& out) {
    for (std::size_t from = 0; from < rows.ids.size(); from += kBlock) {
        const std::size_t count = std::min(kBlock, rows.ids.size() - from);
        for (unsigned i = 0; i < maps; ++i)
            map(rows.values.data() + from, count);
        for (std::size_t i = from; i < from + count; ++i) {
            out.beginRow();
            out.add(R"({"id":)");
            out.add(rows.ids[i]);
            out.add(R"(,"value":)");
            out.add(rows.values[i]);
            out.add("}\n");
        }
    }
    out.flush();
}

} // namespace

} // namespace fuseboard::peers

int main(int argc, char** argv) {
    using namespace fuseboard::peers;
    if (argc != 4)
        return EXIT_FAILURE;
    LineChunks chunks(argv[2]);
    RowOutput out(argv[3]);
    Rows rows;
    if (!chunks.good() || !load(chunks, rows))
        return EXIT_FAILURE;
    const PeerClock clock;
    perform(rows, static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)), out);
    if (!out.good())
        return EXIT_FAILURE;
    clock.report(rows.ids.size());
    return EXIT_SUCCESS;
}
