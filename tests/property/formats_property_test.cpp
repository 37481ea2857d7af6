// SPDX-License-Identifier: Apache-2.0
// Damaged bytes and random cuts: the fast NDJSON decoder agrees with the plain reader on every
// line, and no format's rows depend on how its bytes were cut into reads and chunks.
#include "engine/connectors/chunk_reader.h"
#include "engine/connectors/generator.h"
#include "engine/formats/json_text.h"

#include <gtest/gtest.h>

#include <random>

using namespace fuseboard;

namespace {

std::string generated(const std::string& location) {
    auto source = makeGenerator(*parseGeneratorOptions(location));
    EXPECT_TRUE(source);
    std::string text;
    std::vector<char> piece(4096);
    while (const std::size_t size = *(*source)->read(piece))
        text.append(piece.data(), size);
    return text;
}

std::string damaged(std::string text, std::mt19937_64& random) {
    constexpr std::string_view kBytes = "\"\\{}[],:\n\r 0e.-tu\xff\xc3\x01";
    for (int i = 0; i < 20; ++i) {
        const std::size_t at = random() % text.size();
        const char c = kBytes[random() % kBytes.size()];
        switch (random() % 3) {
        case 0: text[at] = c; break;
        case 1: text.insert(at, 1, c); break;
        default: text.erase(at, 1);
        }
    }
    return text;
}

/// Every row and rejection as text, numbered by the source.
std::string decodeAll(const std::string& text, DecodeOptions options, std::size_t readBytes,
                      std::size_t target) {
    auto reader = LineReader::open(makeMemorySource(text, "<test>", readBytes), 3000);
    auto decoder = makeRowDecoder(options);
    std::string out;
    SourceChunk chunk;
    while (*(*reader)->next(chunk, target)) {
        Arena arena;
        std::vector<DecodedRow> rows;
        std::vector<RejectedRow> rejected;
        (*decoder)->decode(chunk, arena, rows, rejected);
        std::size_t next = 0;
        const auto reject = [&](const RejectedRow& row) {
            out += std::to_string(row.row) + "@" + std::to_string(row.line) + " " + row.reason +
                   " | " + row.text + "\n";
        };
        for (const DecodedRow& row : rows) {
            const std::uint64_t number = chunk.firstRow + row.row;
            for (; next < rejected.size() && rejected[next].row < number; ++next)
                reject(rejected[next]);
            out += std::to_string(number) + " " + printJson(row.data) + " | " +
                   std::string(row.line) + "\n";
        }
        for (; next < rejected.size(); ++next)
            reject(rejected[next]);
    }
    return out;
}

TEST(FormatsProperty, FastDecoderAgreesWithThePlainReader) {
    const std::string base = generated("nested?rows=30&format=ndjson");
    FieldTree few;
    few.add(std::vector<std::string>{"user", "id"});
    few.add(std::vector<std::string>{"items"});
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        std::mt19937_64 random(seed);
        std::string text = damaged(base, random);
        const std::size_t size = text.size();
        text.append(kChunkPadding, '9');
        SourceChunk chunk;
        chunk.bytes = {text.data(), size};
        for (const FieldTree& fields : {FieldTree::all(), few}) {
            DecodeOptions options;
            options.fields = fields;
            Arena arena;
            std::vector<DecodedRow> rows;
            std::vector<RejectedRow> rejected;
            (*makeRowDecoder(options))->decode(chunk, arena, rows, rejected);
            std::size_t row = 0;
            std::uint32_t number = 0;
            for (std::size_t at = 0; at < size;) {
                const std::size_t end = std::min(text.find('\n', at), size);
                const std::string_view line(text.data() + at, end - at);
                at = end + 1;
                if (isBlankLine(line))
                    continue;
                const auto value = parseJsonLine(line, arena);
                const bool decoded = row < rows.size() && rows[row].row == number;
                ASSERT_EQ(value.has_value(), decoded) << "seed " << seed << ": " << line;
                if (decoded) {
                    ASSERT_EQ(printJson(pruneValue(*value, fields, arena)),
                              printJson(rows[row].data))
                        << "seed " << seed << ": " << line;
                    ++row;
                }
                ++number;
            }
            ASSERT_EQ(row, rows.size());
            ASSERT_EQ(rows.size() + rejected.size(), number);
        }
    }
}

TEST(FormatsProperty, RowsDoNotDependOnCuts) {
    const std::pair<const char*, Format> kInputs[] = {
        {"nested?rows=60&format=ndjson", Format::Ndjson},
        {"metrics?rows=60&format=influx", Format::Influx},
        {"orders?rows=60&format=csv", Format::Csv},
        {"logs?rows=60&format=lines", Format::Lines}};
    for (const auto& [location, format] : kInputs) {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            std::mt19937_64 random(seed);
            std::string text = damaged(generated(location), random);
            text.insert(text.find('\n') + 1, std::string(4000, 'x') + "\n"); // over the limit
            DecodeOptions options;
            options.format = format;
            options.csvHeader = false;
            const std::string whole = decodeAll(text, options, std::size_t(-1), 1 << 20);
            for (int cut = 0; cut < 3; ++cut)
                ASSERT_EQ(whole, decodeAll(text, options, 1 + random() % 700, 1 + random() % 5000))
                    << location << " seed " << seed;
        }
    }
}

TEST(FormatsProperty, RandomBytesNeverCrash) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::mt19937_64 random(seed);
        std::string text(random() % 3000, '\0');
        for (char& c : text)
            c = static_cast<char>(random());
        for (const Format format : {Format::Ndjson, Format::Csv, Format::Influx, Format::Lines}) {
            DecodeOptions options;
            options.format = format;
            options.csvHeader = false;
            (void)decodeAll(text, options, 512, 1024);
        }
    }
}

TEST(FormatsProperty, FaultyGeneratedRowsAreRejected) {
    for (const char* shape : {"metrics", "orders", "nested", "logs"}) {
        const std::string text = generated(std::string(shape) + "?rows=400&format=ndjson&faults=1");
        const std::string rows = decodeAll(text, {}, std::size_t(-1), 1 << 20);
        std::size_t rejected = 0;
        for (std::size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1)
            rejected += rows[rows.find_first_not_of("0123456789", at)] == '@' ? 1U : 0U;
        EXPECT_EQ(rejected, 400U) << shape;
    }
}

} // namespace
