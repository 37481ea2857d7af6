// SPDX-License-Identifier: Apache-2.0
// Shape `nexmark`: the online auction of the Nexmark benchmark. Of 50 events one is a person
// (event_type 0), three are auctions (1) and 46 are bids (2), each in a field of its own, with the
// proportions, hot keys and string lengths of the generator for Flink. Its table computes the time
// of an event from the record inside; here each event carries it as a field, `dateTime` in ms, so
// that a clock can read it.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Ndjson};

constexpr std::uint64_t kEventsAnEpoch = 50; // 1 person, then 3 auctions, then 46 bids
constexpr std::uint64_t kAuctionsAnEpoch = 3;
constexpr std::uint64_t kFirstId = 1000;
constexpr std::uint64_t kIdsAhead = 10; // ids that bids name before they exist
constexpr std::uint64_t kActivePersons = 1000;
constexpr std::uint64_t kInFlightAuctions = 100;
constexpr std::uint64_t kHotEvery = 100; // one hot auction, seller and bidder in so many ids
constexpr std::uint64_t kChannels = 10'000;
constexpr std::uint64_t kCategories = 5;
constexpr std::uint64_t kMeanAuctionMs = 1667; // 100 auctions later, at 1000 events a second

constexpr std::string_view kStates[] = {"AZ", "CA", "ID", "OR", "WA", "WY"};
constexpr std::string_view kCities[] = {"Phoenix",  "Los Angeles", "San Francisco", "Boise",
                                        "Portland", "Bend",        "Redmond",       "Seattle",
                                        "Kent",     "Cheyenne"};
constexpr std::string_view kFirstNames[] = {"Peter", "Paul",  "Luke",  "John",   "Saul",  "Vicky",
                                            "Kate",  "Julie", "Sarah", "Deiter", "Walter"};
constexpr std::string_view kLastNames[] = {"Shultz", "Abrams", "Spencer", "White", "Bartels",
                                           "Walton", "Smith",  "Jones",   "Noris"};
constexpr std::string_view kHotChannels[] = {"Google", "Facebook", "Baidu", "Apple"};

// --- texts
// ----------------------------------------------------------------------------------------

/// `length` letters; one draw serves 13 of them.
std::string_view letters(RowContext& context, std::size_t length) {
    constexpr std::size_t kADraw = 13; // 26^13 < 2^64
    char* const text = context.arena.allocateArray<char>(length);
    for (std::size_t at = 0; at < length;) {
        std::uint64_t drawn = context.random.next();
        for (const std::size_t end = std::min(length, at + kADraw); at < end; drawn /= 26)
            text[at++] = static_cast<char>('a' + drawn % 26);
    }
    return {text, length};
}

/// Words of 3 to `longest` - 1 characters in all.
Value words(RowContext& context, std::size_t longest) {
    const std::string_view text = letters(context, 3 + context.random.below(longest - 3));
    std::string spaced(text);
    for (std::size_t at = 3 + context.random.below(12); at + 2 < spaced.size();
         at += 2 + context.random.below(22))
        spaced[at] = ' ';
    return context.copied(spaced);
}

/// Filler with which a record reaches `bytes`, a fifth more or less.
Value filler(RowContext& context, std::size_t bytes) {
    const std::size_t spread = bytes / 5;
    return Value::string(letters(context, bytes - spread + context.random.below(2 * spread)));
}

// --- channels
// --------------------------------------------------------------------------------------

struct Channel {
    std::string name, url;
};

std::string pageUrl(GeneratorRandom& random) {
    std::string url = "https://www.nexmark.com/";
    for (int folder = 0; folder < 3; ++folder) {
        for (std::uint64_t letter = 3 + random.below(2); letter > 0; --letter)
            url += random.below(13) == 0 ? '_' : static_cast<char>('a' + random.below(26));
        url += '/';
    }
    return url + "item.htm?query=1";
}

std::uint32_t reversedBits(std::uint32_t number) {
    std::uint32_t reversed = 0;
    for (int bit = 0; bit < 32; ++bit, number >>= 1U)
        reversed = reversed << 1U | (number & 1U);
    return reversed;
}

/// The hot channels first. Their pages are the same for every seed: they are the site, not the
/// data.
const std::vector<Channel>& channels() {
    static const std::vector<Channel> kAll = [] {
        GeneratorRandom random(0x4E45584D41524BULL);
        std::vector<Channel> all;
        for (const std::string_view name : kHotChannels)
            all.push_back({std::string(name), pageUrl(random)});
        for (std::uint32_t number = 0; number < kChannels; ++number) {
            std::string url = pageUrl(random);
            if (random.below(10) > 0)
                url += fmt::format("&channel_id={}", reversedBits(number) & 0x7FFFFFFFU);
            all.push_back({fmt::format("channel-{}", number), std::move(url)});
        }
        return all;
    }();
    return kAll;
}

// --- numbers
// ---------------------------------------------------------------------------------------

/// 100 * 10^(6 u) for an even u: prices from 1.00 to a million in cents, as many in each decade.
std::uint64_t price(GeneratorRandom& random) {
    // Roots and products only, because pow() may differ in the last bit between machines.
    static const auto kPowers = [] {
        std::array<double, 257> powers{};
        double root = 10;
        for (int halving = 0; halving < 8; ++halving)
            root = std::sqrt(root);
        powers[0] = 1;
        for (std::size_t i = 1; i < powers.size(); ++i)
            powers[i] = powers[i - 1] * root;
        return powers;
    }();
    constexpr std::uint64_t kScales[] = {100, 1000, 10'000, 100'000, 1'000'000, 10'000'000};
    const auto scale = static_cast<double>(kScales[random.below(6)]);
    const std::uint64_t drawn = random.next();
    const std::size_t step = drawn >> 56U;
    const double between = static_cast<double>((drawn >> 24U) & 0xFFFFFFFFU) / 4294967296.0;
    const double power = kPowers[step] + (kPowers[step + 1] - kPowers[step]) * between;
    return static_cast<std::uint64_t>(power * scale + 0.5);
}

/// Which auctions and persons there are when event number `row` is made; ids count from 0.
struct Site {
    explicit Site(std::uint64_t row) : epoch(row / kEventsAnEpoch), offset(row % kEventsAnEpoch) {}
    std::uint64_t epoch, offset;

    [[nodiscard]] std::uint64_t lastPerson() const { return epoch; }
    [[nodiscard]] std::uint64_t lastAuction() const {
        const std::uint64_t before = epoch * kAuctionsAnEpoch;
        if (offset == 0)
            return before == 0 ? 0 : before - 1;
        return before + std::min(offset, kAuctionsAnEpoch) - 1;
    }
};

/// One of the last persons or of those that come next, as the row's key says.
std::uint64_t anyPerson(const Site& site, const RowContext& context) {
    const std::uint64_t persons = site.lastPerson() + 1;
    const std::uint64_t active = std::min(persons, kActivePersons);
    return persons - active + context.key % (active + kIdsAhead);
}

std::uint64_t anyAuction(const Site& site, GeneratorRandom& random) {
    const std::uint64_t last = site.lastAuction();
    const std::uint64_t first = last - std::min(last, kInFlightAuctions);
    return first + random.below(last - first + 1 + kIdsAhead);
}

// --- the records
// -----------------------------------------------------------------------------------

void makePerson(RowMaker& row, RowContext& context, const Site& site) {
    GeneratorRandom& random = context.random;
    // Drawn one by one: the order in which arguments are evaluated differs between compilers.
    const std::string_view first = random.pick(kFirstNames);
    const std::string_view last = random.pick(kLastNames);
    const std::string_view mailbox = letters(context, 6);
    const std::string_view host = letters(context, 4);
    std::array<std::uint64_t, 4> card{};
    for (std::uint64_t& part : card)
        part = random.below(10'000);
    row.open("person");
    row.leaf("id", Value::u64(kFirstId + site.lastPerson()));
    row.leaf("name", context.copied(fmt::format("{} {}", first, last)));
    row.leaf("emailAddress", context.copied(fmt::format("{}@{}.com", mailbox, host)));
    row.leaf("creditCard", context.copied(fmt::format("{:04} {:04} {:04} {:04}", card[0], card[1],
                                                      card[2], card[3])));
    row.leaf("city", context.text(random.pick(kCities)));
    row.leaf("state", context.text(random.pick(kStates)));
    row.fixed("dateTime", Value::u64(context.timeMs));
    row.leaf("extra", filler(context, 130));
    row.close();
}

void makeAuction(RowMaker& row, RowContext& context, const Site& site) {
    GeneratorRandom& random = context.random;
    const bool hot = random.below(4) > 0;
    const std::uint64_t seller =
        hot ? site.lastPerson() / kHotEvery * kHotEvery : anyPerson(site, context);
    const std::uint64_t initialBid = price(random);
    row.open("auction");
    row.leaf("id", Value::u64(kFirstId + site.lastAuction()));
    row.leaf("itemName", words(context, 20));
    row.leaf("description", words(context, 100));
    row.leaf("initialBid", Value::u64(initialBid));
    row.leaf("reserve", Value::u64(initialBid + price(random)));
    row.fixed("dateTime", Value::u64(context.timeMs));
    row.leaf("expires", Value::u64(context.timeMs + 1 + random.below(2 * kMeanAuctionMs)));
    row.leaf("seller", Value::u64(kFirstId + seller));
    row.leaf("category", Value::u64(10 + random.below(kCategories)));
    row.leaf("extra", filler(context, 390));
    row.close();
}

void makeBid(RowMaker& row, RowContext& context, const Site& site) {
    GeneratorRandom& random = context.random;
    const bool hotAuction = random.below(2) > 0;
    const std::uint64_t auction =
        hotAuction ? site.lastAuction() / kHotEvery * kHotEvery : anyAuction(site, random);
    // The second of a hundred, so that the hot bidder is not the hot seller.
    const bool hotBidder = random.below(4) > 0;
    const std::uint64_t bidder =
        hotBidder ? site.lastPerson() / kHotEvery * kHotEvery + 1 : anyPerson(site, context);
    const bool hotChannel = random.below(2) > 0;
    const Channel& channel =
        channels()[hotChannel ? random.below(std::size(kHotChannels))
                              : std::size(kHotChannels) + random.below(kChannels)];
    row.open("bid");
    row.leaf("auction", Value::u64(kFirstId + auction));
    row.leaf("bidder", Value::u64(kFirstId + bidder));
    row.leaf("price", Value::u64(price(random)));
    row.leaf("channel", context.text(channel.name));
    row.leaf("url", context.text(channel.url));
    row.fixed("dateTime", Value::u64(context.timeMs));
    row.leaf("extra", filler(context, 68));
    row.close();
}

void make(RowMaker& row, RowContext& context) {
    const Site site(context.row);
    const std::uint64_t type = site.offset == 0 ? 0 : site.offset <= kAuctionsAnEpoch ? 1 : 2;
    row.fixed("event_type", Value::u64(type));
    row.fixed("dateTime", Value::u64(context.timeMs));
    if (type == 0)
        makePerson(row, context, site);
    else if (type == 1)
        makeAuction(row, context, site);
    else
        makeBid(row, context, site);
}

} // namespace

const ShapeMaker& nexmarkShape() {
    static const ShapeMaker kShape = {
        {"nexmark", "persons, auctions and bids of the Nexmark benchmark", kFormats},
        kActivePersons + kIdsAhead,
        6,
        {},
        make,
        nullptr};
    return kShape;
}

} // namespace fuseboard
