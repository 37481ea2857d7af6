// SPDX-License-Identifier: Apache-2.0
// Columns against rows: whatever the input and however it is cut, a column decoder gives what a
// walk along its paths reads in the rows of the row decoder, and rejects the same lines.
#include "engine/connectors/chunk_reader.h"
#include "engine/connectors/generator.h"
#include "engine/formats/column_decoder.h"
#include "engine/formats/json_text.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <random>

using namespace fuseboard;

namespace {

using Random = std::mt19937_64;

std::string generated(const std::string& location) {
    auto source = makeGenerator(*parseGeneratorOptions(location));
    EXPECT_TRUE(source);
    std::string text;
    std::vector<char> piece(4096);
    while (const std::size_t size = *(*source)->read(piece))
        text.append(piece.data(), size);
    return text;
}

/// With its kind, and with what JSON cannot print.
std::string described(const Value& value) {
    const bool infinite = value.isFloat() && !std::isfinite(value.asF64());
    return fmt::format("{} {}", kindName(value.kind()),
                       infinite ? fmt::format("{}", value.asF64()) : printJson(value));
}

std::string read(Value value, const ColumnPath& path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        const Value* const next = value.isRecord() ? value.find(path[i]) : nullptr;
        if (next == nullptr)
            return value.isRecord() && i + 1 == path.size() ? "absent" : "irregular";
        value = *next;
    }
    return described(value);
}

std::string read(const Cell& cell, Arena& arena) {
    if (cell.kind == CellKind::Absent)
        return "absent";
    if (cell.kind == CellKind::Irregular)
        return "irregular";
    const Value value = cellValue(cell, arena);
    if (cell.verbatim != 0) {
        EXPECT_EQ(cell.kind, CellKind::String);
        EXPECT_EQ(printJson(value), fmt::format("\"{}\"", value.asString()));
    }
    return described(value);
}

/// What both decoders are compared by: a text a row and a text a rejected row.
struct Seen {
    std::vector<std::string> rows;
    std::vector<std::string> rejected;
    friend bool operator==(const Seen&, const Seen&) = default;
};

void seeRejected(const std::vector<RejectedRow>& rejected, Seen& seen) {
    for (const RejectedRow& row : rejected)
        seen.rejected.push_back(
            fmt::format("{}@{} {} | {}", row.row, row.line, row.reason, row.text));
}

std::vector<SourceChunk> cut(const std::string& text, std::size_t readBytes, std::size_t target) {
    auto reader = LineReader::open(makeMemorySource(text, "<test>", readBytes), 60'000);
    std::vector<SourceChunk> chunks;
    for (SourceChunk chunk; *(*reader)->next(chunk, target);)
        chunks.push_back(chunk);
    return chunks;
}

Seen byRows(const std::vector<SourceChunk>& chunks, const DecodeOptions& options) {
    Seen seen;
    auto decoder = *makeRowDecoder(options);
    for (const SourceChunk& chunk : chunks) {
        Arena arena;
        std::vector<DecodedRow> rows;
        std::vector<RejectedRow> rejected;
        decoder->decode(chunk, arena, rows, rejected);
        for (const DecodedRow& row : rows) {
            std::string text = fmt::format("{} {} whole {}", chunk.firstRow + row.row, row.line,
                                           printJson(row.data));
            for (const ColumnPath& path : columnPaths(options.fields))
                text += " | " + read(row.data, path);
            seen.rows.push_back(std::move(text));
        }
        seeRejected(rejected, seen);
    }
    return seen;
}

Seen byColumns(const std::vector<SourceChunk>& chunks, const DecodeOptions& options) {
    Seen seen;
    auto decoder = *makeColumnDecoder(options);
    for (const SourceChunk& chunk : chunks) {
        ColumnBlock block(256);
        std::vector<RejectedRow> rejected;
        decoder->decode(chunk, block, rejected);
        EXPECT_EQ(block.firstRow, chunk.firstRow);
        EXPECT_EQ(block.columns.size(), columnPaths(options.fields).size());
        for (std::uint32_t row = 0; row < block.rows; ++row) {
            Arena arena;
            const std::string_view line = block.line(row);
            const Value whole = decoder->reread(line, arena);
            std::string text = fmt::format("{} {} whole {}", block.firstRow + block.ordinal[row],
                                           line, printJson(whole));
            for (const Cell* column : block.columns)
                text += " | " + read(column[row], arena);
            seen.rows.push_back(std::move(text));
        }
        seeRejected(rejected, seen);
    }
    return seen;
}

FieldTree tree(const std::vector<ColumnPath>& paths) {
    FieldTree fields;
    for (const ColumnPath& path : paths)
        fields.add(path);
    return fields;
}

/// Both ways, cut into pieces of random size.
void compare(const std::string& text, const DecodeOptions& options, Random& random,
             const std::string& what) {
    for (const std::size_t target : {std::size_t{1} << 20, 1 + random() % 5000}) {
        const auto chunks = cut(text, 1 + random() % 9000, target);
        const Seen rows = byRows(chunks, options);
        const Seen columns = byColumns(chunks, options);
        ASSERT_EQ(rows.rows.size(), columns.rows.size()) << what;
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            ASSERT_EQ(rows.rows[i], columns.rows[i]) << what;
        ASSERT_EQ(rows.rejected, columns.rejected) << what;
    }
}

/// A random document of few keys, so that shapes repeat and paths are met.
class Documents {
public:
    explicit Documents(Random& random) : m_random(random) {}

    std::string row() {
        switch (below(24)) {
        case 0: return value(2);
        case 1: return "";
        case 2: return pick({" ", "\t \t", "\r"});
        case 3: return deep();
        case 4: return damaged(record(0));
        case 5: return pick({" ", "  ", "\t"}) + record(0) + pick({" ", "\t", " \r"});
        default: return record(0);
        }
    }
    /// One that looks like the ones before it.
    std::string regularRow() {
        return fmt::format(R"({{"id":{},"name":{},"user":{{"id":{},"tags":{}}},"at":{},"x":{}}})",
                           number(), string(), scalar(), value(2), number(), value(2));
    }
    std::size_t below(std::size_t limit) { return m_random() % limit; }

private:
    std::string pick(std::vector<std::string> from) { return from[below(from.size())]; }

    std::string record(int level) {
        static const std::vector<std::string> kKeys = {
            "id",
            "user",
            "name",
            "at",
            "a_rather_long_key_of_more_than_sixteen_bytes",
            "x",
            "",
            "tags",
            "\\u0069d",
            "k\\\"q",
            "na\xC3\xAFve"};
        const std::string gap = pick({"", "", "", "", " "});
        std::string out = "{" + gap;
        const std::size_t fields = below(7);
        std::size_t key = 0;
        for (std::size_t i = 0; i < fields; ++i) {
            // Mostly in rising order; at times anything, also again.
            key = below(8) == 0 ? below(kKeys.size()) : (key + 1 + below(2)) % 8;
            out += (i == 0 ? "" : "," + gap) + "\"" + kKeys[key] + "\"" + gap + ":" + gap;
            out += value(level + 1);
        }
        return out + gap + "}";
    }
    std::string value(int level) {
        if (level < 4 && below(5) == 0)
            return record(level);
        if (level < 4 && below(8) == 0) {
            std::string out = "[";
            for (std::size_t i = below(4); i > 0; --i)
                out += value(level + 1) + (i > 1 ? "," : "");
            return out + "]";
        }
        return scalar();
    }
    std::string scalar() {
        switch (below(5)) {
        case 0: return pick({"true", "false", "null"});
        case 1: return string();
        default: return number();
        }
    }
    std::string number() {
        return pick({"0", "-0", "7", "-7", "123456789012", "1.5", "-0.0", "1e5", "2E-3", "0.1e+1",
                     "12345678", "18446744073709551615", "18446744073709551616",
                     "-9223372036854775808", "-9223372036854775809", "1e400", "-1e-400",
                     "3.14159265358979323846", "123456789012345678901234567890"});
    }
    std::string string() {
        return pick({R"("")", R"("a")", R"("plain text of some length, forty bytes!!")",
                     R"("exactly fifteen")", R"("sixteen letters!")", R"("a\"b")", R"("\\")",
                     R"("\u00e9\ud83d\ude00")", "\"gr\xC3\xBC\xC3\x9F\"", R"("tab\t")", R"("//{[")",
                     "\"\x7F\""});
    }
    std::string deep() {
        const std::size_t levels = 250 + below(12);
        const std::string open = pick({"[", "{\"id\":"});
        std::string out = "{\"user\":{\"id\":";
        for (std::size_t i = 0; i < levels; ++i)
            out += open;
        out += "1";
        for (std::size_t i = 0; i < levels; ++i)
            out += open == "[" ? "]" : "}";
        return out + "}}";
    }
    std::string damaged(std::string text) {
        constexpr std::string_view kBytes = "\"\\{}[],:\r 0e.-tu\xff\xc3\x01";
        const std::size_t at = below(text.size());
        const char c = kBytes[below(kBytes.size())];
        switch (below(3)) {
        case 0: text[at] = c; break;
        case 1: text.insert(at, 1, c); break;
        default: text.erase(at, 1);
        }
        return text;
    }

    Random& m_random;
};

std::string documents(Random& random, std::size_t rows) {
    Documents make(random);
    const std::string end = make.below(4) == 0 ? "\r\n" : "\n";
    const bool regular = make.below(3) != 0;
    std::string text;
    for (std::size_t i = 0; i < rows; ++i)
        text += (regular && make.below(8) != 0 ? make.regularRow() : make.row()) + end;
    if (make.below(2) == 0)
        text.resize(text.size() - end.size());
    if (make.below(6) == 0) // one line over the limit of an event, one just below it
        text.insert(text.find('\n') + 1,
                    std::string(61'000, 'x') + "\n{\"id\":\"" + std::string(50'000, 'y') + "\"}\n");
    return text;
}

std::vector<FieldTree> jsonTrees() {
    return {{},
            tree({{"id"}}),
            tree({{"user", "id"}, {"at"}, {"id"}, {"user", "tags", "x"}, {"nowhere", "at", "all"}}),
            tree({{"user"}, {"x"}, {"name"}, {"a_rather_long_key_of_more_than_sixteen_bytes"}}),
            tree({{""}, {"na\xC3\xAFve"}, {"k\"q"}, {"tags"}}),
            FieldTree::all()};
}

TEST(ColumnsProperty, JsonColumnsAgreeWithRows) {
    const auto trees = jsonTrees();
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Random random(seed);
        const std::string text = documents(random, 1 + random() % 400);
        DecodeOptions options;
        options.fields = trees[seed % trees.size()];
        options.trustInput = random() % 4 == 0;
        compare(text, options, random, fmt::format("seed {}", seed));
    }
}

TEST(ColumnsProperty, GeneratedJsonWithFaultsAgreesWithRows) {
    const std::pair<const char*, std::vector<ColumnPath>> kInputs[] = {
        {"metrics", {{"tags", "host"}, {"timestamp"}, {"fields"}}},
        {"nested", {{"user", "id"}, {"items"}}},
        {"orders", {{"customer_id"}, {"total"}}},
        {"logs", {{"message"}}}};
    for (const auto& [shape, paths] : kInputs) {
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            Random random(seed);
            DecodeOptions options;
            options.fields = tree(paths);
            const std::string text = generated(fmt::format(
                "{}?rows=600&format=ndjson&faults=0.02&missing=0.05&type-change=0.05&seed={}",
                shape, seed));
            compare(text, options, random, fmt::format("{} seed {}", shape, seed));
        }
    }
}

TEST(ColumnsProperty, TrustedJsonAgreesWithRows) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Random random(seed);
        Documents make(random);
        std::string text;
        for (int i = 0; i < 300; ++i)
            text += make.regularRow() + "\n";
        DecodeOptions options;
        options.trustInput = true;
        options.fields = tree({{"user", "id"}, {"at"}});
        compare(text, options, random, fmt::format("seed {}", seed));
    }
}

TEST(ColumnsProperty, LinesAgreeWithRows) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const std::string text = documents(random, 100);
        DecodeOptions options;
        options.format = Format::Lines;
        options.fields = seed % 2 == 0 ? FieldTree::all() : tree({{"a"}, {"b", "c"}});
        compare(text, options, random, fmt::format("seed {}", seed));
    }
}

/// Lines of mostly `width` cells.
std::string cells(Random& random, std::size_t width) {
    static const std::vector<std::string> kCells = {"",
                                                    "0",
                                                    "-0",
                                                    "12",
                                                    "-7",
                                                    "1.50",
                                                    "1e3",
                                                    "12abc",
                                                    "01",
                                                    "-",
                                                    "1.",
                                                    "+1",
                                                    "text",
                                                    "a text of more than sixteen bytes",
                                                    "exactly sixteen!",
                                                    "back\\slash",
                                                    "tab\there",
                                                    "caf\xC3\xA9",
                                                    " 1",
                                                    "18446744073709551615",
                                                    "18446744073709551616",
                                                    "1e999",
                                                    "true",
                                                    "2024-01-02"};
    static const std::vector<std::string> kQuoted = {
        "\"\"",   "\"a,b\"",  "\"12\"", "\"say \"\"hi\"\"\"",
        "\"open", "in\"side", "\"x\"y", "\"caf\xC3\xA9, a rather long text\"",
        "\xFF"};
    const std::string end = random() % 4 == 0 ? "\r\n" : "\n";
    const bool quotes = random() % 2 == 0;
    std::string text;
    for (std::size_t row = 100 + random() % 300; row > 0; --row) {
        std::size_t count = width;
        if (random() % 12 == 0)
            count = random() % (2 * width + 1);
        for (std::size_t i = 0; i < count; ++i) {
            const bool quoted = quotes && random() % 24 == 0;
            const auto& from = quoted ? kQuoted : kCells;
            text += (i == 0 ? "" : ",") + from[random() % from.size()];
        }
        text += end;
    }
    if (random() % 2 == 0)
        text.resize(text.size() - end.size());
    return text;
}

TEST(ColumnsProperty, CsvColumnsAgreeWithRows) {
    const std::vector<FieldTree> trees = {
        {},
        tree({{"c0"}}),
        tree({{"c3"}, {"c1"}, {"nothing"}, {"c2", "below"}, {"c30"}}),
        tree({{"c2"}, {"c0"}, {"c02"}, {"d"}}),
        FieldTree::all()};
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Random random(seed);
        DecodeOptions options;
        options.format = Format::Csv;
        options.fields = trees[seed % trees.size()];
        const std::size_t width = 1 + random() % 5;
        options.csvHeader = random() % 3 != 0;
        for (std::size_t i = 0; options.csvHeader && i < width; ++i)
            options.csvNames.push_back(fmt::format("c{}", i));
        if (options.csvHeader && random() % 10 == 0)
            options.csvNames.back() = "c0";
        compare(cells(random, width), options, random, fmt::format("seed {}", seed));
    }
}

TEST(ColumnsProperty, GeneratedCsvAgreesWithRows) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Random random(seed);
        std::string text = generated(
            fmt::format("orders?rows=600&format=csv&faults=0.02&missing=0.05&seed={}", seed));
        DecodeOptions options;
        options.format = Format::Csv;
        options.csvNames = *parseCsvHeader(text.substr(0, text.find('\n')));
        text.erase(0, text.find('\n') + 1);
        options.fields = tree({{"customer_id"}, {"total"}, {"item"}, {"coupon"}});
        compare(text, options, random, fmt::format("seed {}", seed));
    }
}

} // namespace
