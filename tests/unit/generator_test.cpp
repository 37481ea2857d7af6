// SPDX-License-Identifier: Apache-2.0
// Made-up data: the same bytes everywhere, and each option does what it is named for, counted.
#include "engine/base/stable_hash.h"
#include "engine/connectors/generator.h"
#include "engine/connectors/source.h"
#include "engine/formats/json_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <regex>

namespace fuseboard {
namespace {

std::string bytesOf(const GeneratorOptions& options, std::size_t piece = 64 * 1024) {
    auto source = makeGenerator(options);
    EXPECT_TRUE(source) << source.error().message;
    std::string all;
    std::vector<char> room(piece);
    for (;;) {
        const auto got = (*source)->read(room);
        EXPECT_TRUE(got);
        if (!got || *got == 0)
            return all;
        all.append(room.data(), *got);
    }
}

std::vector<std::string> linesOf(const GeneratorOptions& options) {
    const std::string text = bytesOf(options);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// Rows that decode and rows that do not, by the program's own decoder.
struct Decoded {
    std::vector<OwnedValue> rows;
    std::size_t rejected = 0;
};

Decoded decode(const GeneratorOptions& options) {
    auto source = makeGenerator(options);
    EXPECT_TRUE(source) << source.error().message;
    auto opened = openSource(std::move(*source), SourceSpec());
    EXPECT_TRUE(opened) << opened.error().message;
    auto decoder = makeRowDecoder(opened->decode);
    EXPECT_TRUE(decoder);
    Decoded all;
    SourceChunk chunk;
    for (auto more = opened->reader->next(chunk, 64 * 1024); more && *more;
         more = opened->reader->next(chunk, 64 * 1024)) {
        Arena arena;
        std::vector<DecodedRow> rows;
        std::vector<RejectedRow> rejected;
        (*decoder)->decode(chunk, arena, rows, rejected);
        for (const DecodedRow& row : rows)
            all.rows.emplace_back(row.data);
        all.rejected += rejected.size();
    }
    return all;
}

const Value& at(const OwnedValue& row, const char* outer, const char* inner) {
    static const Value kMissing = Value::null();
    const Value* found = row->isRecord() ? row->find(outer) : nullptr;
    found = found != nullptr && found->isRecord() ? found->find(inner) : nullptr;
    return found != nullptr ? *found : kMissing;
}

GeneratorOptions metrics(std::uint64_t rows) {
    GeneratorOptions options;
    options.rows = rows;
    options.seed = 42;
    return options;
}

std::vector<std::uint64_t> timesOf(const GeneratorOptions& options) {
    std::vector<std::uint64_t> times;
    for (const OwnedValue& row : decode(options).rows)
        times.push_back(row->find("timestamp")->asU64());
    return times;
}

/// A count of draws with this probability, give or take five standard deviations. The seeds are
/// fixed, so that a count is either always inside or never.
void expectShare(std::size_t count, std::size_t rows, double probability) {
    const double expected = static_cast<double>(rows) * probability;
    EXPECT_NEAR(static_cast<double>(count), expected,
                5 * std::sqrt(expected * (1 - probability)) + 1);
}

TEST(Generator, GivesTheSameBytesEverywhere) {
    const std::map<std::string, std::string> known{
        {"metrics ndjson plain", "cfb150fad0bd508d6dd119e4080c914c"},
        {"metrics ndjson all", "2853ad5aa3887c001b58806a44620b16"},
        {"metrics influx plain", "b38b0bceea77db86c242299971280eea"},
        {"metrics influx all", "118b6ca8586e8367c32fdfe298530f81"},
        {"metrics csv plain", "d26eb2b080a8ddaf8ebd67da2423574e"},
        {"metrics csv all", "53ce5fad70b6e5f864c6fd703a1f4f09"},
        {"logs lines plain", "f9f7adf80fe0f0229b6d7d28da63f9e3"},
        {"logs lines all", "3d2da3e2fc4dd87bc955b9f56b261955"},
        {"logs ndjson plain", "88eb7eb45d634838cdaf700ba18d7b92"},
        {"logs ndjson all", "13a58c5a29826839e758781148aa70e5"},
        {"logs csv plain", "3c4b56cde723bb334b8ab014cf31cbff"},
        {"logs csv all", "fbce7a417ae585424c3ad0737ef25f35"},
        {"orders csv plain", "4e76cb2c30ce4168fe03793143a3eba3"},
        {"orders csv all", "ccdc53b8a4b7d4d15e36505af1c27677"},
        {"orders ndjson plain", "f624ed67cd6b84e7bc7695cf0429c3d8"},
        {"orders ndjson all", "bdd23b099d4005973db58036c9eb3b79"},
        {"nested ndjson plain", "335b16aa5feb26b89d0ed0515b106c83"},
        {"nested ndjson all", "7de4d72218b5adbb5707b54972f1396f"},
        {"nexmark ndjson plain", "731122447f9201e329783c70800286b3"},
        {"nexmark ndjson all", "251aaa34fa8d526d0b629b05bde1686a"},
        {"readings ndjson plain", "5d20a523c546f26c6ab747a088892140"},
        {"readings ndjson all", "1912f2ceebc14a539b4b1f67385b0e50"},
        {"readings csv plain", "a7a10201376b0806580897d3572c02c5"},
        {"readings csv all", "76c35e9f28d3755d05ea570cd8f18301"},
        {"lineitem csv plain", "6ed3e2ef381e340079b4145a9681e6dd"},
        {"lineitem csv all", "e3a763d5a40a46bb9b4326e90cbad31d"},
    };
    std::size_t seen = 0;
    for (const GeneratorShape& shape : generatorShapes()) {
        for (const Format format : shape.formats) {
            GeneratorOptions plain;
            plain.shape = shape.name;
            plain.format = format;
            plain.rows = 2000;
            plain.seed = 7;
            GeneratorOptions all = plain;
            all.keys = 37;
            all.skew = 1.1;
            all.burst = "100:20:5";
            all.faults = all.late = all.missing = all.typeChange = 0.05;
            for (const auto& [options, kind] : {std::pair{plain, "plain"}, {all, "all"}}) {
                const std::string name =
                    fmt::format("{} {} {}", shape.name, toString(format), kind);
                const std::string bytes = bytesOf(options);
                const auto found = known.find(name);
                EXPECT_EQ(found == known.end() ? "" : found->second, stableHashText(bytes)) << name;
                EXPECT_TRUE(bytes == bytesOf(options, 3)) << name << " in small pieces";
                GeneratorOptions other = options;
                ++other.seed;
                EXPECT_FALSE(bytes == bytesOf(other)) << name << " with another seed";
                ++seen;
            }
        }
    }
    EXPECT_EQ(seen, known.size());
}

TEST(Generator, PricesOfLineitemsHaveTwoDecimals) {
    GeneratorOptions options;
    options.shape = "lineitem";
    options.rows = 500;
    const auto lines = linesOf(options);
    ASSERT_EQ(lines.size(), 501U); // with the heading
    const std::regex row(
        R"(\d+,\d+,\d+,[1-4],\d+,\d+\.\d\d,0\.\d\d,0\.\d\d,[ANR],[FO],199\d-\d\d-\d\d,[A-Z ]+)");
    for (std::size_t i = 1; i < lines.size(); ++i)
        EXPECT_TRUE(std::regex_match(lines[i], row)) << lines[i];
}

TEST(Generator, MakesAsManyRowsAsAsked) {
    for (const GeneratorShape& shape : generatorShapes())
        for (const Format format : shape.formats)
            for (const std::uint64_t rows : {0, 1, 1234}) {
                GeneratorOptions options;
                options.shape = shape.name;
                options.format = format;
                options.rows = rows;
                const Decoded all = decode(options);
                EXPECT_EQ(all.rows.size(), rows) << shape.name << " " << toString(format);
                EXPECT_EQ(all.rejected, 0U) << shape.name << " " << toString(format);
            }
}

TEST(Generator, ALongerRunBeginsLikeAShorterOne) {
    for (const GeneratorShape& shape : generatorShapes()) {
        GeneratorOptions options;
        options.shape = shape.name;
        options.rows = 100;
        const std::string few = bytesOf(options);
        options.rows = 200;
        EXPECT_TRUE(bytesOf(options).starts_with(few)) << shape.name;
    }
}

std::map<std::string, std::size_t> hostsOf(const GeneratorOptions& options) {
    std::map<std::string, std::size_t> hosts;
    for (const OwnedValue& row : decode(options).rows)
        ++hosts[std::string(at(row, "tags", "host").asString())];
    return hosts;
}

TEST(Generator, KeysAreAsManyAsAsked) {
    GeneratorOptions options = metrics(50'000);
    for (const std::uint64_t keys : {1, 7, 300}) {
        options.keys = keys;
        const auto hosts = hostsOf(options);
        ASSERT_EQ(hosts.size(), keys);
        for (const auto& [host, count] : hosts)
            expectShare(count, options.rows, 1.0 / static_cast<double>(keys));
    }
}

TEST(Generator, SkewIsZipfsLaw) {
    GeneratorOptions options = metrics(100'000);
    options.keys = 100;
    for (const double skew : {0.5, 1.0, 1.5}) {
        options.skew = skew;
        std::vector<std::size_t> counts;
        for (const auto& [host, count] : hostsOf(options))
            counts.push_back(count);
        std::ranges::sort(counts, std::greater<>());
        double sum = 0;
        for (int k = 1; k <= 100; ++k)
            sum += std::pow(k, -skew);
        for (const std::size_t rank : {1U, 2U, 3U, 10U})
            expectShare(counts[rank - 1], options.rows,
                        std::pow(static_cast<double>(rank), -skew) / sum);
    }
}

TEST(Generator, BurstsHaveMoreEventsASecond) {
    GeneratorOptions options = metrics(10'000);
    options.eventsPerSecond = 10; // 100 ms from event to event, 5 ms in a burst
    options.burst = "1000:200:20";
    const auto times = timesOf(options);
    ASSERT_EQ(times.size(), 10'000U);
    std::size_t quick = 0, even = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const std::uint64_t step = times[i] - times[i - 1];
        const bool burst = i % 1000 < 200;
        EXPECT_EQ(step, burst ? 5U : 100U) << "row " << i;
        ++(burst ? quick : even);
    }
    EXPECT_EQ(quick, 1999U);
    EXPECT_EQ(even, 8000U);
    options.burst = "none";
    const auto without = timesOf(options);
    EXPECT_EQ(without.back() - without.front(), 100U * 9999U);
}

TEST(Generator, LateRowsLieBackUpTo30Seconds) {
    GeneratorOptions options = metrics(20'000);
    const auto onTime = timesOf(options);
    options.late = 0.1;
    const auto times = timesOf(options);
    ASSERT_EQ(times.size(), onTime.size());
    std::size_t late = 0;
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        ASSERT_LE(times[i], onTime[i]);
        late += times[i] < onTime[i] ? 1U : 0U;
        most = std::max(most, onTime[i] - times[i]);
    }
    expectShare(late, options.rows, 0.1);
    EXPECT_LT(most, 30'000U);
    EXPECT_GT(most, 29'000U);
}

TEST(Generator, FaultsAreMalformedRowsAndLeaveTheOthersAlone) {
    for (const GeneratorShape& shape : generatorShapes())
        for (const Format format : shape.formats) {
            GeneratorOptions options;
            options.shape = shape.name;
            options.format = format;
            options.rows = 10'000;
            const auto good = linesOf(options);
            options.faults = 0.05;
            const auto lines = linesOf(options);
            ASSERT_EQ(lines.size(), good.size());
            std::size_t damaged = 0;
            for (std::size_t i = 0; i < lines.size(); ++i)
                damaged += lines[i] != good[i] ? 1U : 0U;
            const Decoded all = decode(options);
            const std::string name = fmt::format("{} {}", shape.name, toString(format));
            EXPECT_EQ(all.rejected, damaged) << name << ": each of them is malformed for sure";
            EXPECT_EQ(all.rows.size() + all.rejected, options.rows) << name;
            expectShare(damaged, options.rows, 0.05);
        }
}

/// Paths of all leaves of a row with their kinds: "tags.host string".
void collectLeaves(const Value& value, const std::string& path,
                   std::map<std::string, Kind>& leaves) {
    if (!value.isRecord()) {
        leaves.emplace(path, value.kind());
        return;
    }
    for (const Field& field : value.fields())
        collectLeaves(field.value, path + "." + std::string(field.key), leaves);
}

struct LeafChanges {
    std::size_t missing = 0, ofAnotherType = 0, others = 0;
};

/// How the rows of `changed` differ from those of `plain`, row by row.
LeafChanges changesOf(const GeneratorOptions& plain, const GeneratorOptions& changed) {
    const Decoded before = decode(plain), after = decode(changed);
    EXPECT_EQ(before.rows.size(), after.rows.size());
    LeafChanges changes;
    for (std::size_t i = 0; i < before.rows.size() && i < after.rows.size(); ++i) {
        std::map<std::string, Kind> old, now;
        collectLeaves(*before.rows[i], "", old);
        collectLeaves(*after.rows[i], "", now);
        std::size_t missing = 0, types = 0;
        for (const auto& [path, kind] : old) {
            const auto found = now.find(path);
            if (found == now.end())
                ++missing;
            else if (found->second != kind)
                ++types;
        }
        changes.missing += missing == 1 ? 1U : 0U;
        changes.ofAnotherType += types == 1 ? 1U : 0U;
        changes.others += missing > 1 || types > 1 || now.size() + missing != old.size() ? 1U : 0U;
    }
    return changes;
}

TEST(Generator, MissingFieldsAreLeftOutOneARow) {
    GeneratorOptions plain = metrics(10'000), changed = plain;
    changed.missing = 0.2;
    const LeafChanges changes = changesOf(plain, changed);
    expectShare(changes.missing, plain.rows, 0.2);
    EXPECT_EQ(changes.ofAnotherType, 0U);
    EXPECT_EQ(changes.others, 0U);
}

TEST(Generator, TypesChangeOneARow) {
    GeneratorOptions plain = metrics(10'000), changed = plain;
    changed.typeChange = 0.2;
    const LeafChanges changes = changesOf(plain, changed);
    expectShare(changes.ofAnotherType, plain.rows, 0.2);
    EXPECT_EQ(changes.missing, 0U);
    EXPECT_EQ(changes.others, 0U);
}

TEST(Generator, TimeBeginsAndRunsAsTold) {
    GeneratorOptions options = metrics(101);
    options.startTimeMs = 5'000'000;
    options.eventsPerSecond = 4;
    const auto times = timesOf(options);
    EXPECT_EQ(times.front(), 5'000'250U);
    EXPECT_EQ(times.back() - times.front(), 25'000U);
}

/// The bids of 50,000 events of an auction, each inside its event.
std::vector<OwnedValue> nexmarkBids() {
    GeneratorOptions options;
    options.shape = "nexmark";
    options.rows = 50'000;
    const char* const names[] = {"person", "auction", "bid"};
    std::map<std::string, std::uint64_t> seen;
    std::vector<OwnedValue> bids;
    for (const OwnedValue& row : decode(options).rows) {
        const std::uint64_t type = row->find("event_type")->asU64();
        const char* const name = type < 3 ? names[type] : "none";
        ++seen[name];
        EXPECT_EQ(row->size(), 3U) << "the type, the time and one record";
        EXPECT_EQ(at(row, name, "dateTime").asU64(), row->find("dateTime")->asU64());
        if (type < 2) {
            EXPECT_EQ(at(row, name, "id").asU64(), 999 + seen[name]) << "ids are given in order";
        } else {
            bids.push_back(row);
        }
    }
    EXPECT_EQ(seen["person"], 1000U);
    EXPECT_EQ(seen["auction"], 3000U);
    EXPECT_EQ(seen["bid"], 46'000U);
    return bids;
}

TEST(Generator, NexmarkHasTheProportionsOfItsBenchmark) {
    const std::vector<OwnedValue> bids = nexmarkBids();
    std::map<std::string, std::size_t> channels;
    std::size_t hotAuctions = 0, hotBidders = 0, withId = 0;
    std::array<std::size_t, 6> decades{};
    for (const OwnedValue& row : bids) {
        hotAuctions += at(row, "bid", "auction").asU64() % 100 == 0 ? 1U : 0U;
        hotBidders += at(row, "bid", "bidder").asU64() % 100 == 1 ? 1U : 0U;
        ++channels[std::string(at(row, "bid", "channel").asString())];
        const std::string_view url = at(row, "bid", "url").asString();
        withId += url.find("&channel_id=") != std::string_view::npos ? 1U : 0U;
        EXPECT_TRUE(url.starts_with("https://www.nexmark.com/"));
        const auto price = static_cast<double>(at(row, "bid", "price").asU64());
        ASSERT_GE(price, 100);
        ASSERT_LE(price, 100'000'000);
        ++decades[std::min(std::size_t{5}, static_cast<std::size_t>(std::log10(price) - 2))];
    }
    // Some of those that are drawn from all are hot ones too.
    EXPECT_NEAR(static_cast<double>(hotAuctions) / static_cast<double>(bids.size()), 0.505, 0.01);
    EXPECT_NEAR(static_cast<double>(hotBidders) / static_cast<double>(bids.size()), 0.7525, 0.01);
    EXPECT_NEAR(static_cast<double>(withId) / static_cast<double>(bids.size()), 0.45, 0.01);
    for (const char* hot : {"Google", "Facebook", "Baidu", "Apple"})
        expectShare(channels[hot], bids.size(), 0.125);
    for (const std::size_t decade : decades)
        expectShare(decade, bids.size(), 1.0 / 6);
    EXPECT_GT(channels.size(), 8000U);
}

TEST(Generator, OptionsOutOfRangeAreToldWithWhatThereIs) {
    const auto messageOf = [](std::string_view text) -> std::string {
        const auto options = parseGeneratorOptions(text);
        if (!options)
            return options.error().message;
        const auto made = makeGenerator(*options);
        return made ? "" : made.error().message;
    };
    EXPECT_EQ(messageOf("metrics?rows=3&burst=10:2:5&late=0.5&type-change=1"), "");
    EXPECT_EQ(messageOf("metric"), "there is no shape metric");
    EXPECT_EQ(messageOf("logs?format=influx"), "the shape logs cannot be written as influx");
    EXPECT_EQ(messageOf("metrics?faults=2"),
              "faults, late, missing and type changes are probabilities");
    EXPECT_EQ(messageOf("metrics?burst=10:20:5"), "the burst 10:20:5 cannot be read");
    EXPECT_EQ(messageOf("metrics?skew=-1"), "the skew must be from 0 to 10");
    EXPECT_EQ(messageOf("metrics?rows=many"), "the generator's rows is no number: many");
    EXPECT_EQ(messageOf("metrics?colour=red"), "the generator has no option colour");
    EXPECT_EQ(messageOf("metrics?rows"), "the generator's option rows has no value");
}

} // namespace
} // namespace fuseboard
