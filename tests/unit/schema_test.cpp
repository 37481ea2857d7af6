// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_text.h"
#include "engine/formats/schema_json.h"
#include "engine/value/field_tree.h"

#include <gtest/gtest.h>

using namespace fuseboard;

namespace {

using Path = std::vector<std::string>;

TEST(FieldTree, AddsMergesAndLooksUp) {
    FieldTree tree;
    EXPECT_TRUE(tree.empty());
    EXPECT_EQ(tree.text(), "nothing");
    tree.add(Path{"tags", "host"});
    tree.add(Path{"timestamp"});
    EXPECT_EQ(tree.text(), "tags.host, timestamp");
    EXPECT_EQ(tree.child("x"), nullptr);
    EXPECT_FALSE(tree.child("tags")->whole);
    EXPECT_TRUE(tree.child("tags")->child("host")->whole);
    EXPECT_TRUE(tree.child("timestamp")->child("anything")->whole);
    FieldTree other;
    other.add(Path{"tags"});
    other.add(Path{"fields", "a"});
    tree.merge(other);
    EXPECT_EQ(tree.text(), "tags, timestamp, fields.a");
    tree.add(Path{"tags", "below"});
    EXPECT_TRUE(tree.child("tags")->children.empty());
    tree.add(Path{});
    EXPECT_EQ(tree, FieldTree::all());
    EXPECT_EQ(tree.text(), "*");
}

TEST(Schema, PathText) {
    const Path path{"a.b", "c\\d", ""};
    EXPECT_EQ(pathText(path), "a\\.b.c\\\\d.");
    EXPECT_EQ(pathFromText(pathText(path)), path);
    EXPECT_EQ(pathFromText(""), Path{});
}

Status check(std::string_view schema, std::string_view event) {
    Arena arena;
    const auto parsed = parseSchema(schema);
    EXPECT_TRUE(parsed);
    return parsed->check(*parseJson(event, arena));
}

TEST(Schema, ChecksWithAPreciseReason) {
    constexpr std::string_view kSchema =
        R"({"fields":[{"path":"a.b","type":"int"},{"path":"c","type":"number","required":false},
            {"path":"d","type":"string","nullable":true},{"path":"r","type":"record","required":false}]})";
    EXPECT_TRUE(check(kSchema, R"({"a":{"b":1},"d":null})"));
    EXPECT_TRUE(check(kSchema, R"({"a":{"b":-1},"c":2.5,"d":"x","r":{}})"));
    const auto reason = [&](std::string_view event) {
        const auto status = check(kSchema, event);
        return status ? std::string("ok") : status.error().message;
    };
    EXPECT_EQ(reason(R"({"a":{"b":1.0},"d":null})"), "field a.b is not int but float");
    EXPECT_EQ(reason(R"({"a":{},"d":null})"), "field a.b is missing");
    EXPECT_EQ(reason(R"({"a":5,"d":null})"), "field a is not a record but integer");
    EXPECT_EQ(reason(R"({"a":{"b":1}})"), "field d is missing");
    EXPECT_EQ(reason(R"({"a":{"b":1},"d":null,"c":"1"})"), "field c is not number but string");
    EXPECT_EQ(reason(R"({"a":{"b":1},"d":null,"r":[]})"), "field r is not record but array");
    EXPECT_EQ(reason("7"), "the event is not a record but integer");
}

TEST(Schema, TextFormReadsBack) {
    constexpr std::string_view kText =
        "{\"fields\":[\n"
        "  {\"path\":\"a.b\",\"type\":\"int\",\"nullable\":false,\"required\":true},\n"
        "  {\"path\":\"a\\\\.c\",\"type\":\"any\",\"nullable\":true,\"required\":false}\n]}\n";
    const auto schema = parseSchema(kText);
    ASSERT_TRUE(schema);
    EXPECT_EQ(printSchema(*schema), kText);
    EXPECT_EQ(*parseSchema(printSchema(Schema{})), Schema{});
}

TEST(Schema, RefusesBadFiles) {
    for (const std::string_view bad :
         {"", "[]", "{}", R"({"fields":[1]})", R"({"fields":[{"type":"int"}]})",
          R"({"fields":[{"path":"a","type":"integer"}]})", R"({"fields":[{"path":"a"}]})",
          R"({"fields":[{"path":"a","type":"int","nullable":1}]})",
          R"({"fields":[{"path":"a","type":"int","optional":true}]})",
          R"({"fields":[{"path":"a","type":"int"},{"path":"a","type":"int"}]})",
          R"({"fields":[{"path":"a.b","type":"int"},{"path":"a","type":"string"}]})"}) {
        const auto schema = parseSchema(bad, "s.json");
        ASSERT_FALSE(schema) << bad;
        EXPECT_EQ(schema.error().place.file, "s.json");
    }
}

TEST(Schema, InfersWhatSamplesHaveInCommon) {
    Arena arena;
    std::vector<Value> samples;
    for (const char* row : {R"({"a":{"x":1,"y":"s"},"n":1,"m":null,"v":true,"l":[1]})",
                            R"({"a":{"x":2,"y":"t","z":1},"n":1.5,"m":3,"v":"x","l":[]})"})
        samples.push_back(*parseJson(row, arena));
    const Schema schema = Schema::infer(samples);
    const auto field = [&](const Path& path) { return *schema.find(path); };
    EXPECT_EQ(field({}), (SchemaField{{}, SchemaType::Record, false, true}));
    EXPECT_EQ(field({"a", "x"}), (SchemaField{{"a", "x"}, SchemaType::Int, false, true}));
    EXPECT_EQ(field({"a", "z"}), (SchemaField{{"a", "z"}, SchemaType::Int, false, false}));
    EXPECT_EQ(field({"n"}).type, SchemaType::Number);
    EXPECT_EQ(field({"m"}), (SchemaField{{"m"}, SchemaType::Int, true, true}));
    EXPECT_EQ(field({"v"}).type, SchemaType::Any);
    EXPECT_EQ(field({"l"}).type, SchemaType::Array);
    for (const Value& sample : samples)
        EXPECT_TRUE(schema.check(sample));
    EXPECT_TRUE(Schema::make({schema.fields().begin(), schema.fields().end()}));
}

} // namespace
