// SPDX-License-Identifier: Apache-2.0
// How columns are packed, and that every cell stays what it was.
#include "engine/formats/column_packer.h"

#include "engine/formats/column_decoder.h"
#include "engine/formats/json_text.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <deque>
#include <functional>

using namespace fuseboard;

namespace {

std::string shown(const Cell& cell, Arena& arena) {
    if (cell.kind == CellKind::Absent)
        return "absent";
    if (cell.kind == CellKind::Irregular)
        return "irregular";
    return printJson(cellValue(cell, arena));
}

/// Blocks of one column `x`, and what their cells were before they were packed.
class Packed {
public:
    explicit Packed(const std::vector<std::string>& chunks) {
        DecodeOptions options;
        options.format = Format::Ndjson;
        options.fields = {};
        options.fields.add(std::vector<std::string>{"x"});
        auto decoder = makeColumnDecoder(options);
        EXPECT_TRUE(decoder.has_value());
        ColumnPacker packer;
        for (const std::string& text : chunks) {
            std::string& kept = m_texts.emplace_back(text);
            kept.append(kChunkPadding, ' ');
            SourceChunk chunk;
            chunk.bytes = {kept.data(), text.size()};
            auto block = std::make_shared<ColumnBlock>();
            std::vector<RejectedRow> rejected;
            (*decoder)->decode(chunk, *block, rejected);
            EXPECT_TRUE(rejected.empty());
            for (std::uint32_t row = 0; row < block->rows; ++row)
                m_before.push_back(shown(block->columns[0][row], m_arena));
            packer.add(block);
            m_blocks.push_back(std::move(block));
        }
        packer.finish();
    }

    [[nodiscard]] ColumnForm form(std::size_t block) const {
        return m_blocks[block]->packed[0].form;
    }
    [[nodiscard]] std::vector<std::string> entries() {
        std::vector<std::string> all;
        for (const Cell& entry : m_blocks[0]->packed[0].dictionary->entries)
            all.push_back(shown(entry, m_arena));
        return all;
    }
    void expectSameCells() {
        std::size_t at = 0;
        for (const auto& block : m_blocks)
            for (std::uint32_t row = 0; row < block->rows; ++row)
                ASSERT_EQ(shown(block->cell(0, row), m_arena), m_before[at++]) << at;
        EXPECT_EQ(at, m_before.size());
    }
    [[nodiscard]] ColumnBlock& block(std::size_t index) { return *m_blocks[index]; }

private:
    std::deque<std::string> m_texts;
    std::vector<std::shared_ptr<ColumnBlock>> m_blocks;
    std::vector<std::string> m_before;
    Arena m_arena;
};

std::string rows(int count, const std::function<std::string(int)>& value) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "{\"x\":" + value(i) + "}\n";
    return text;
}

TEST(ColumnPacker, FewValuesBecomeCodesInOrder) {
    const char* const values[] = {"\"b\"", "2.5", "\"a\\u0041\"", "-1", "10", "true", "null"};
    Packed packed({rows(50, [&](int i) { return values[i % 7]; }) + "{\"y\":1}\n",
                   rows(9, [&](int i) { return values[i % 3]; })});
    EXPECT_EQ(packed.form(0), ColumnForm::Codes8);
    EXPECT_EQ(packed.form(1), ColumnForm::Codes8);
    EXPECT_EQ(packed.block(0).packed[0].dictionary, packed.block(1).packed[0].dictionary);
    EXPECT_EQ(packed.entries(), (std::vector<std::string>{"null", "true", "-1", "2.5", "10",
                                                          "\"aA\"", "\"b\"", "absent"}));
    packed.expectSameCells();
}

TEST(ColumnPacker, MoreThan256ValuesTakeTwoBytes) {
    Packed packed({rows(20'000, [](int i) { return std::to_string(i * 7919 % 1000); })});
    EXPECT_EQ(packed.form(0), ColumnForm::Codes16);
    packed.expectSameCells();
}

TEST(ColumnPacker, TooManyValuesTakeEightBytesAlsoInEarlierBlocks) {
    const auto few = [](int i) { return std::to_string(i % 10); };
    const auto many = [](int i) { return std::to_string(i * 3 - 1000); };
    Packed ints({rows(1000, few), rows(30'000, many), rows(10, few)});
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(ints.form(i), ColumnForm::Ints);
    ints.expectSameCells();
    Packed floats({rows(30'000, [](int i) { return fmt::format("{}.25", i); })});
    EXPECT_EQ(floats.form(0), ColumnForm::Floats);
    floats.expectSameCells();
}

TEST(ColumnPacker, DifferentKindsOrLargeIntegersStayCells) {
    Packed mixed({rows(20'000, [](int i) { return std::to_string(i); }),
                  rows(20'000, [](int i) { return fmt::format("{}.5", i); }),
                  rows(2, [](int i) { return i == 0 ? "18446744073709551615" : "1"; })});
    EXPECT_EQ(mixed.form(0), ColumnForm::Ints);
    EXPECT_EQ(mixed.form(1), ColumnForm::Floats);
    EXPECT_EQ(mixed.form(2), ColumnForm::Cells);
    mixed.expectSameCells();
    Packed lists({rows(10, [](int i) { return i == 7 ? "[1,\"a\\n\"]" : "\"\\u00e9\""; })});
    EXPECT_EQ(lists.form(0), ColumnForm::Cells);
    lists.expectSameCells();
}

TEST(ColumnPacker, RowsMoveInEveryForm) {
    Packed codes({rows(5, [](int i) { return std::to_string(i); })});
    ColumnBlock& block = codes.block(0);
    block.moveRow(4, 1);
    EXPECT_EQ(block.cell(0, 1).bits, 4U);
    EXPECT_EQ(block.ordinal[1], 4U);
    EXPECT_EQ(block.line(1), "{\"x\":4}");
}

} // namespace
