// SPDX-License-Identifier: Apache-2.0
// Learns the shape of a JSON row from one that is known to be valid.
#pragma once

#include "engine/formats/json_scan.h"
#include "engine/formats/row_shapes.h"
#include "engine/value/field_tree.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace fuseboard {

class ShapeLearner {
public:
    /// `fields` is not the whole event; columns are numbered as by columnPaths().
    explicit ShapeLearner(FieldTree fields);
    ShapeLearner(const ShapeLearner&) = delete;
    ShapeLearner& operator=(const ShapeLearner&) = delete;

    /// `line` is a valid row, without its end, in the block that `scanner` entered. Nothing if it
    /// is no record, has repeated or escaped keys, or is too large. Unless `unreadRecords`, a
    /// record that nothing reads is one value whatever its keys.
    [[nodiscard]] std::optional<RowShape> learn(std::string_view line, bool unreadRecords,
                                                JsonScanner& scanner);

private:
    void number(const FieldTree& tree);
    [[nodiscard]] std::uint32_t columnOf(const FieldTree& leaf) const;
    bool record(const FieldTree* tree, std::size_t depth);
    bool member(const FieldTree* tree, std::size_t depth);
    bool value(ShapeStep::Then then, const FieldTree* tree, std::size_t depth);
    void text(ShapeStep::Then then, std::uint32_t column, std::size_t depth);
    void missing(const FieldTree& tree, CellKind kind);

    FieldTree m_fields;
    std::vector<const FieldTree*> m_leaves; // by column
    // While learning:
    JsonScanner* m_scanner = nullptr;
    bool m_unreadRecords = true;
    const char* m_at = nullptr;
    const char* m_textBegin = nullptr; // of the text that no step has yet
    RowShape m_made;
};

} // namespace fuseboard
