// SPDX-License-Identifier: Apache-2.0
// How fast rows are decoded and printed on one core: decode_bench [ROWS [FILTER]]. Times are the
// best of five.
#include "engine/connectors/generator.h"
#include "engine/formats/column_decoder.h"
#include "engine/formats/json_text.h"
#include "engine/formats/row_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>

#include <time.h>

using namespace fuseboard;

namespace {

std::string generate(const std::string& shape, Format format, std::uint64_t rows,
                     double faults = 0) {
    GeneratorOptions options;
    options.shape = shape;
    options.rows = rows;
    options.format = format;
    options.faults = faults;
    auto source = makeGenerator(options);
    std::string text;
    std::vector<char> piece(1 << 20);
    for (;;) {
        const auto size = (*source)->read(piece);
        if (*size == 0)
            return text;
        text.append(piece.data(), *size);
    }
}

/// CPU time, so that other work on the machine disturbs less.
double cpuSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double bestSeconds(const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const double begin = cpuSeconds();
        work();
        best = std::min(best, cpuSeconds() - begin);
    }
    return best;
}

void report(std::string_view what, double seconds, std::size_t rows, std::size_t bytes) {
    fmt::print("{:<44} {:8.1f} ns/row {:8.1f} MB/s {:6.0f} bytes/row\n", what,
               seconds / static_cast<double>(rows) * 1e9,
               static_cast<double>(bytes) / seconds / 1e6,
               static_cast<double>(bytes) / static_cast<double>(rows));
}

std::string_view filter; // only what holds this

/// The rows of `text` in chunks of 1 MiB, as the runtime has them.
std::vector<SourceChunk> chunksOf(std::string_view text) {
    std::vector<SourceChunk> chunks;
    std::uint64_t firstRow = 0;
    while (!text.empty()) {
        std::size_t size = std::min(text.size(), std::size_t{1} << 20);
        size = std::min(text.find('\n', size - 1), text.size() - 1) + 1;
        auto memory = std::make_shared_for_overwrite<char[]>(size + kChunkPadding);
        std::memcpy(memory.get(), text.data(), size);
        SourceChunk chunk;
        chunk.memory = std::shared_ptr<const char>(memory, memory.get());
        chunk.bytes = {memory.get(), size};
        chunk.firstRow = firstRow;
        firstRow += countLines(chunk.bytes).rows;
        chunks.push_back(std::move(chunk));
        text.remove_prefix(size);
    }
    return chunks;
}

/// Decodes `text` to rows and, where that is possible, to columns.
void measure(std::string_view what, const std::function<std::string()>& make,
             DecodeOptions options) {
    if (what.find(filter) == std::string_view::npos)
        return;
    const std::string text = make();
    std::string_view rest = text;
    if (options.format == Format::Csv) {
        const std::size_t newline = rest.find('\n');
        options.csvNames = *parseCsvHeader(rest.substr(0, newline));
        rest.remove_prefix(newline + 1);
    }
    const std::vector<SourceChunk> chunks = chunksOf(rest);
    const std::size_t lines = countLines(rest).rows;
    std::vector<RejectedRow> rejected;
    auto rowDecoder = makeRowDecoder(options);
    Arena arena;
    std::vector<DecodedRow> rows;
    report(what, bestSeconds([&] {
               for (const SourceChunk& chunk : chunks) {
                   arena.reset();
                   rows.clear();
                   rejected.clear();
                   (*rowDecoder)->decode(chunk, arena, rows, rejected);
               }
           }),
           lines, rest.size());
    if (!hasColumns(options))
        return;
    auto columnDecoder = makeColumnDecoder(options);
    ColumnBlock block;
    report(fmt::format("{}, columns", what), bestSeconds([&] {
               for (const SourceChunk& chunk : chunks) {
                   block.arena.reset();
                   block.memory.clear();
                   rejected.clear();
                   (*columnDecoder)->decode(chunk, block, rejected);
               }
           }),
           lines, rest.size());
}

FieldTree tree(const std::vector<std::vector<std::string>>& paths) {
    FieldTree fields;
    for (const auto& path : paths)
        fields.add(path);
    return fields;
}

/// Rows of one shape with twelve fields, about 140 bytes each.
std::string clicks(std::uint64_t rows) {
    constexpr std::string_view kTypes[] = {"view", "click", "purchase", "search"};
    constexpr std::string_view kCountries[] = {"DE", "FR", "BR", "US", "JP"};
    std::mt19937_64 random(7);
    std::string text;
    for (std::uint64_t i = 0; i < rows; ++i)
        text += fmt::format(
            R"({{"id":{},"ts":{},"type":"{}","user":{{"id":"u{}","new":{}}},"price":{:.2f},"qty":{},)"
            R"("country":"{}","page":"/p/{}","score":{:.3f},"ok":true}})"
            "\n",
            i, 1'700'000'000'000 + i * 7, kTypes[random() % 4], random() % 1000, random() % 8 == 0,
            static_cast<double>(random() % 100'000) / 100, 1 + random() % 9,
            kCountries[random() % 5], random() % 1000, static_cast<double>(random() % 1000) / 1000);
    return text;
}

void measureNdjson(std::uint64_t rows) {
    DecodeOptions five;
    five.fields = tree({{"ts"}, {"type"}, {"user", "id"}, {"price"}, {"country"}});
    measure("ndjson clicks, 5 fields", [&] { return clicks(rows); }, five);
    five.fields = {};
    measure("ndjson clicks, no fields", [&] { return clicks(rows); }, five);
    five.fields = tree({{"items"}, {"user", "id"}, {"score"}});
    measure(
        "ndjson nested, 3 fields", [&] { return generate("nested", Format::Ndjson, rows); }, five);
    const auto metrics = [&] { return generate("metrics", Format::Ndjson, rows); };
    measure("ndjson metrics, whole", metrics, {});
    DecodeOptions few;
    few.fields = tree({{"tags", "host"}, {"timestamp"}});
    measure("ndjson metrics, 2 fields", metrics, few);
    few.trustInput = true;
    measure("ndjson metrics, 2 fields, trusted", metrics, few);
    measure("ndjson metrics, whole, 1 % faults",
            [&] { return generate("metrics", Format::Ndjson, rows, 0.01); }, {});
    measure("ndjson nested, whole", [&] { return generate("nested", Format::Ndjson, rows); }, {});
    measure("ndjson orders, whole", [&] { return generate("orders", Format::Ndjson, rows); }, {});
}

/// Sixteen columns, about 120 bytes a row.
std::string lineItems(std::uint64_t rows) {
    constexpr std::string_view kModes[] = {"AIR", "MAIL", "SHIP", "TRUCK", "REG AIR", "FOB"};
    std::mt19937_64 random(7);
    std::string text =
        "l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,"
        "l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,"
        "l_comment\n";
    const auto date = [&] {
        return fmt::format("199{}-{:02}-{:02}", 2 + random() % 7, 1 + random() % 12,
                           1 + random() % 28);
    };
    for (std::uint64_t i = 0; i < rows; ++i)
        text +=
            fmt::format("{},{},{},{},{},{:.2f},0.0{},0.0{},{},{},{},{},{},{},{},{}\n", 1 + i / 4,
                        random() % 200'000, random() % 10'000, 1 + i % 4, 1 + random() % 50,
                        static_cast<double>(90'000 + random() % 10'000'000) / 100, random() % 10,
                        random() % 9, "NAR"[random() % 3], "OF"[random() % 2], date(), date(),
                        date(), "DELIVER IN PERSON", kModes[random() % 6],
                        std::string_view("carefully final deposits detect").substr(random() % 16));
    return text;
}

void measureOthers(std::uint64_t rows) {
    DecodeOptions seven;
    seven.format = Format::Csv;
    seven.fields = tree({{"l_quantity"},
                         {"l_extendedprice"},
                         {"l_discount"},
                         {"l_tax"},
                         {"l_returnflag"},
                         {"l_linestatus"},
                         {"l_shipdate"}});
    measure("csv lineitem, 7 fields", [&] { return lineItems(rows); }, seven);
    DecodeOptions influx;
    influx.format = Format::Influx;
    measure(
        "influx metrics, whole", [&] { return generate("metrics", Format::Influx, rows); }, influx);
    DecodeOptions csv;
    csv.format = Format::Csv;
    const auto orders = [&] { return generate("orders", Format::Csv, rows); };
    measure("csv orders, whole", orders, csv);
    csv.fields = tree({{"customer_id"}, {"total"}});
    measure("csv orders, 2 fields", orders, csv);
    DecodeOptions lines;
    lines.format = Format::Lines;
    measure("lines logs", [&] { return generate("logs", Format::Lines, rows); }, lines);
}

void measurePrinter(std::uint64_t rows) {
    const std::string text = generate("metrics", Format::Ndjson, rows);
    Arena arena;
    std::vector<Value> values;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t newline = rest.find('\n');
        values.push_back(*parseJsonLine(rest.substr(0, newline), arena));
        rest.remove_prefix(newline + 1);
    }
    std::string out;
    const double seconds = bestSeconds([&] {
        out.clear();
        for (const Value& value : values) {
            printJson(value, out);
            out += '\n';
        }
    });
    report("print ndjson metrics", seconds, rows, out.size());
    const double countSeconds = bestSeconds([&] {
        if (countLines(text).rows != rows)
            std::abort();
    });
    report("count lines and rows", countSeconds, rows, text.size());
}

} // namespace

int main(int argc, char** argv) {
    std::uint64_t rows = 200'000;
    if (argc > 1)
        std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), rows);
    filter = argc > 2 ? argv[2] : "";
    if (!filter.empty()) {
        measureNdjson(rows);
        measureOthers(rows);
        return 0;
    }
    const double seconds = bestSeconds([&] { (void)generate("metrics", Format::Ndjson, rows); });
    report("generate ndjson metrics", seconds, rows,
           generate("metrics", Format::Ndjson, rows).size());
    measureNdjson(rows);
    measureOthers(rows);
    measurePrinter(rows);
    return 0;
}
