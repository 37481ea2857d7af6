// SPDX-License-Identifier: Apache-2.0
// The text of a JSON row but for its values: learned from one row, it tells in one pass over
// another whether that one has the same keys in the same order and spacing, and where its values
// are.
#pragma once

#include "engine/formats/json_scan.h"
#include "engine/value/column_block.h"
#include "engine/value/field_tree.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

/// Text that must stand where the step begins, then a value.
struct TemplateStep {
    enum class Then : std::uint8_t {
        Text,     ///< nothing: more text follows with the next step
        Skip,     ///< a value that nothing reads
        Capture,  ///< a value for `column`
        NoRecord, ///< a value on the way to columns, which is no record
        End,      ///< the row's end
    };
    static constexpr std::size_t kMaxText = 16;

    std::uint64_t text[2] = {0, 0};
    std::uint64_t mask[2] = {0, 0}; // the bytes of `text` that count
    std::uint32_t column = 0;
    std::uint16_t depth = 0; // containers around the value
    std::uint8_t size = 0;   // of the text
    Then then = Then::Text;

    /// Sixteen bytes at `p` are readable.
    [[nodiscard]] bool standsAt(const char* p) const {
        std::uint64_t first = 0;
        std::uint64_t second = 0;
        std::memcpy(&first, p, 8);
        std::memcpy(&second, p + 8, 8);
        return (((first ^ text[0]) & mask[0]) | ((second ^ text[1]) & mask[1])) == 0;
    }
};

struct RowTemplate {
    std::vector<TemplateStep> steps; // the last one's `then` is End, and no other's
    std::vector<std::pair<std::uint32_t, CellKind>> missing; // columns that these rows do not have
    std::uint64_t lastUsed = 0;
};

/// Makes templates of rows.
class TemplateLearner {
public:
    /// `fields` is not the whole event; columns are numbered as by columnPaths().
    explicit TemplateLearner(FieldTree fields);
    TemplateLearner(const TemplateLearner&) = delete;
    TemplateLearner& operator=(const TemplateLearner&) = delete;

    /// `line` is a valid row, without its end, in the block that `scanner` entered. Nothing if it
    /// is no record, has repeated or escaped keys, or is too large. Unless `unreadRecords`, a
    /// record that nothing reads is one value whatever its keys.
    [[nodiscard]] std::optional<RowTemplate> learn(std::string_view line, bool unreadRecords,
                                                   JsonScanner& scanner);

private:
    void number(const FieldTree& tree);
    [[nodiscard]] std::uint32_t columnOf(const FieldTree& leaf) const;
    bool record(const FieldTree* tree, std::size_t depth);
    bool member(const FieldTree* tree, std::size_t depth);
    bool value(TemplateStep::Then then, const FieldTree* tree, std::size_t depth);
    void text(TemplateStep::Then then, std::uint32_t column, std::size_t depth);
    void missing(const FieldTree& tree, CellKind kind);

    FieldTree m_fields;
    std::vector<const FieldTree*> m_leaves; // by column
    // While learning:
    JsonScanner* m_scanner = nullptr;
    bool m_unreadRecords = true;
    const char* m_at = nullptr;
    const char* m_textBegin = nullptr; // of the text that no step has yet
    RowTemplate m_made;
};

} // namespace fuseboard
