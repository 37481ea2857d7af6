// SPDX-License-Identifier: Apache-2.0
// The table of groups against a plain map, and what it must not do: mix up keys, lose a group when
// another goes, allocate for a row, keep memory that nobody needs.
#include "engine/operators/group_key.h"
#include "engine/operators/group_table.h"

#include <fmt/format.h>

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>

namespace fuseboard {
namespace {

Value keysOf(Arena& arena, std::initializer_list<Value> keys) {
    return makeArray(arena, {keys.begin(), keys.size()});
}
Value text(Arena& arena, std::string_view characters) {
    return makeString(arena, characters);
}

Group& add(GroupTable& table, const Value& keys, std::uint64_t hash) {
    Group& group = table.make(keys, hash);
    table.insert(group);
    return group;
}

TEST(GroupKey, EqualKeysHashAlike) {
    Arena a, b;
    RecordBuilder builder;
    builder.set("host", text(a, "web-01"));
    builder.set("region", text(a, "eu"));
    const Value record = builder.build(a);
    builder.set("region", text(b, "eu"));
    builder.set("host", text(b, "web-01"));
    const Value turned = builder.build(b);
    const Value one = keysOf(a, {record, Value::f64(std::nan("")), Value::null()});
    const Value two = keysOf(b, {turned, Value::f64(-std::nan("")), Value::null()});
    EXPECT_TRUE(group_key::sameKeys(one, two));
    EXPECT_EQ(group_key::hashKeys(one), group_key::hashKeys(two));
}

TEST(GroupKey, HashesKeyByKeyAsWholeLists) {
    Arena arena;
    const Value keys = keysOf(arena, {text(arena, "web-01"), Value::u64(80)});
    std::uint64_t hash = group_key::begin(2);
    hash = group_key::add(hash, group_key::hashText("web-01", 6));
    hash = group_key::add(hash, group_key::hashBits(Kind::U64, 80));
    EXPECT_EQ(hash, group_key::hashKeys(keys));
}

// Values that differ a little, in every length that is hashed and compared in its own way.
TEST(GroupKey, AgreesWithStrictEquality) {
    Arena arena;
    std::vector<Value> all = {
        Value::null(),    Value::boolean(false), Value::boolean(true),
        Value::u64(0),    Value::u64(1),         Value::i64(-1),
        Value::f64(0.0),  Value::f64(-0.0),      Value::f64(1.0),
        Value::array({}), Value::record({}),     keysOf(arena, {Value::null()})};
    for (std::size_t size = 0; size <= 70; ++size) {
        std::string letters(size, 'x');
        all.push_back(text(arena, letters));
        all.push_back(Value::bytes(all.back().asString()));
        for (std::size_t at = 0; at < size; ++at) {
            letters[at] = 'y';
            all.push_back(text(arena, letters));
            letters[at] = 'x';
        }
    }
    std::map<std::uint64_t, int> hashes;
    for (const Value& a : all) {
        ++hashes[group_key::hashKey(a)];
        for (const Value& b : all)
            ASSERT_EQ(group_key::sameKey(a, b), strictlyEqual(a, b));
    }
    // Only a string and the bytes of the same characters share theirs.
    for (const auto& [hash, count] : hashes)
        EXPECT_LE(count, 2);
}

TEST(GroupTable, FindsWhatWasInserted) {
    GroupTable table(2, 40);
    Arena arena;
    const Value keys = keysOf(arena, {text(arena, "a"), Value::u64(1)});
    EXPECT_EQ(table.find(keys, 7), nullptr);
    Group& group = table.make(keys, 7);
    EXPECT_EQ(table.find(keys, 7), nullptr) << "made, but not inserted";
    table.insert(group);
    EXPECT_EQ(table.find(keys, 7), &group);
    EXPECT_EQ(table.at(group.slot), &group);
    EXPECT_NE(group.keys.items().data(), keys.items().data()) << "keys are copied";
    EXPECT_EQ(table.states(group, 0), reinterpret_cast<std::byte*>(&group) + 64);
    EXPECT_EQ(table.states(group, 1), table.states(group, 0) + 40 + sizeof(WindowLevel));
    EXPECT_FALSE(table.level(group, 1).holdsData);
}

TEST(GroupTable, DiscardedGroupsLeaveNoTrace) {
    GroupTable table(1, 8);
    Arena arena;
    const Value keys = keysOf(arena, {text(arena, std::string(1000, 'k'))});
    (void)add(table, keysOf(arena, {text(arena, "short")}), 1);
    const std::size_t before = table.bytes();
    Group& group = table.make(keys, 2);
    const std::uint32_t slot = group.slot;
    EXPECT_GE(table.bytes(), before + 1000);
    table.discard(group);
    EXPECT_EQ(table.bytes(), before);
    EXPECT_EQ(table.find(keys, 2), nullptr);
    EXPECT_EQ(table.at(slot), nullptr);
    Group& again = table.make(keys, 2);
    EXPECT_EQ(again.slot, slot) << "the slot is used again";
    table.discard(again);
}

// Keys of one hash, and keys whose hashes have one place in the index.
TEST(GroupTable, CollisionsAreToldApart) {
    GroupTable table(1, 8);
    Arena arena;
    std::vector<Group*> groups;
    for (std::uint64_t i = 0; i < 100; ++i)
        groups.push_back(
            &add(table, keysOf(arena, {Value::u64(i)}), i % 2 == 0 ? 5 : 5 + (i << 32U)));
    const auto find = [&](std::uint64_t i) {
        return table.find(keysOf(arena, {Value::u64(i)}), i % 2 == 0 ? 5 : 5 + (i << 32U));
    };
    for (std::uint64_t i = 0; i < 100; ++i)
        EXPECT_EQ(find(i), groups[i]);
    for (std::uint64_t i = 0; i < 100; i += 3)
        table.remove(*groups[i]);
    for (std::uint64_t i = 0; i < 100; ++i)
        EXPECT_EQ(find(i), i % 3 == 0 ? nullptr : groups[i]);
}

/// A key in one of the sizes that are stored in their own way.
Value someKeys(std::uint64_t number, Arena& arena) {
    RecordBuilder record;
    record.set("host", text(arena, fmt::format("host-{}", number)));
    record.set("list", keysOf(arena, {Value::u64(number), text(arena, "x")}));
    switch (number % 4) {
    case 0: return keysOf(arena, {Value::u64(number), Value::null()});
    case 1: return keysOf(arena, {text(arena, fmt::format("{}", number)), Value::boolean(true)});
    case 2: return keysOf(arena, {record.build(arena), Value::f64(0.5)});
    default:
        return keysOf(arena,
                      {text(arena, std::string(number % 900, 'k') + fmt::format("{}", number)),
                       Value::i64(-1)});
    }
}

// Growth, removal and reuse at random, with the states of every group checked: a group that moved,
// or two that share memory, would show.
TEST(GroupTable, AgreesWithAMap) {
    std::mt19937_64 random(11);
    GroupTable table(3, 24);
    std::map<std::uint64_t, Group*> expected;
    std::vector<std::uint64_t> created;
    Arena arena;
    for (int step = 0; step < 60'000; ++step) {
        arena.reset();
        const std::uint64_t number = random() % 3000;
        const Value keys = someKeys(number, arena);
        const std::uint64_t hash =
            group_key::hashKeys(keys) & (number % 2 == 0 ? ~0ULL : 0xFF00ULL);
        Group* found = table.find(keys, hash);
        const auto known = expected.find(number);
        ASSERT_EQ(found, known == expected.end() ? nullptr : known->second);
        if (found == nullptr) {
            found = &add(table, keys, hash);
            for (std::size_t window = 0; window < 3; ++window)
                std::memset(table.states(*found, window), static_cast<int>(number % 251), 24);
            expected.emplace(number, found);
            continue;
        }
        ASSERT_TRUE(strictlyEqual(found->keys, keys));
        for (std::size_t window = 0; window < 3; ++window)
            ASSERT_EQ(table.states(*found, window)[window * 11], std::byte(number % 251));
        if (random() % 4 == 0 || (step / 10'000) % 2 == 1) {
            table.remove(*found);
            expected.erase(number);
        }
        if (step % 1000 == 0)
            table.trim();
        ASSERT_EQ(table.size(), expected.size());
    }
    const auto all = table.all();
    ASSERT_EQ(all.size(), expected.size());
    for (std::size_t i = 1; i < all.size(); ++i)
        EXPECT_LT(all[i - 1]->ordinal, all[i]->ordinal);
}

TEST(GroupTable, GivesMemoryBackAfterAPeak) {
    GroupTable table(1, 64);
    Arena arena;
    const auto fill = [&](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const Value keys = keysOf(arena, {Value::u64(i)});
            (void)add(table, keys, group_key::hashKeys(keys));
        }
    };
    const auto empty = [&] {
        for (Group* group : table.all())
            table.remove(*group);
    };
    fill(100'000);
    const std::size_t peak = table.bytes();
    EXPECT_GE(peak, 100'000U * 192);
    EXPECT_LE(peak, 100'000U * 250);
    empty();
    table.trim();
    EXPECT_EQ(table.bytes(), peak) << "the next window may need as much";
    fill(100);
    empty();
    table.trim();
    EXPECT_LE(table.bytes(), 100'000U);
    fill(100'000);
    EXPECT_EQ(table.size(), 100'000U);
    EXPECT_LE(table.bytes(), peak + 1000);
}

} // namespace
} // namespace fuseboard
