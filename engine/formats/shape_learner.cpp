// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/shape_learner.h"

#include "engine/formats/json_text.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxSteps = 2048; // of one row

} // namespace

ShapeLearner::ShapeLearner(FieldTree fields) : m_fields(std::move(fields)) {
    number(m_fields);
}

void ShapeLearner::number(const FieldTree& tree) {
    if (tree.whole)
        m_leaves.push_back(&tree);
    for (const auto& [key, below] : tree.children)
        number(below);
}

std::uint32_t ShapeLearner::columnOf(const FieldTree& leaf) const {
    return static_cast<std::uint32_t>(std::ranges::find(m_leaves, &leaf) - m_leaves.begin());
}

std::optional<RowShape> ShapeLearner::learn(std::string_view line, bool unreadRecords,
                                            JsonScanner& scanner) {
    m_scanner = &scanner;
    m_unreadRecords = unreadRecords;
    m_at = m_textBegin = line.data();
    m_made = {};
    m_at = JsonScanner::skipSpace(m_at);
    if (*m_at != '{' || !record(&m_fields, 1))
        return std::nullopt;
    m_at = line.data() + line.size();
    text(ShapeStep::Then::End, 0, 0);
    if (m_made.steps.size() > kMaxSteps)
        return std::nullopt;
    return std::move(m_made);
}

/// At an opening brace; moves behind the closing one.
bool ShapeLearner::record(const FieldTree* tree, std::size_t depth) {
    std::vector<std::string_view> seen;
    m_at = JsonScanner::skipSpace(m_at + 1);
    if (*m_at != '}') {
        for (;; m_at = JsonScanner::skipSpace(m_at + 1)) {
            const char* const key = m_at + 1;
            bool escaped = false;
            const char* const close = *m_at == '"' ? m_scanner->stringEnd(key, escaped) : nullptr;
            if (close == nullptr || escaped || m_made.steps.size() > kMaxSteps)
                return false;
            seen.emplace_back(key, static_cast<std::size_t>(close - key));
            m_at = JsonScanner::skipSpace(close + 1);
            if (*m_at != ':')
                return false;
            m_at = JsonScanner::skipSpace(m_at + 1);
            if (!member(tree == nullptr ? nullptr : tree->child(seen.back()), depth))
                return false;
            m_at = JsonScanner::skipSpace(m_at);
            if (*m_at != ',')
                break;
        }
    }
    if (*m_at != '}')
        return false; // not valid: the row decoder trusted what it did not read
    ++m_at;
    if (tree != nullptr)
        for (const auto& [key, below] : tree->children)
            if (std::ranges::find(seen, key) == seen.end())
                missing(below, below.whole ? CellKind::Absent : CellKind::Irregular);
    std::ranges::sort(seen);
    return std::ranges::adjacent_find(seen) == seen.end();
}

/// At the value of a key below which `tree` is read, if anything.
bool ShapeLearner::member(const FieldTree* tree, std::size_t depth) {
    if (tree != nullptr && tree->whole)
        return value(ShapeStep::Then::Capture, tree, depth);
    if (*m_at == '{' && depth < kMaxNesting && (tree != nullptr || m_unreadRecords))
        return record(tree, depth + 1);
    if (tree == nullptr)
        return value(ShapeStep::Then::Skip, nullptr, depth);
    missing(*tree, CellKind::Irregular);
    return value(ShapeStep::Then::NoRecord, nullptr, depth);
}

bool ShapeLearner::value(ShapeStep::Then then, const FieldTree* tree, std::size_t depth) {
    text(then, tree == nullptr ? 0 : columnOf(*tree), depth);
    m_at = m_scanner->skip(m_at, depth);
    m_textBegin = m_at;
    return m_at != nullptr;
}

/// Steps for the text up to here, and what follows it.
void ShapeLearner::text(ShapeStep::Then then, std::uint32_t column, std::size_t depth) {
    std::string_view rest(m_textBegin, static_cast<std::size_t>(m_at - m_textBegin));
    while (rest.size() > ShapeStep::kMaxText) {
        m_made.steps.push_back(ShapeStep::of(rest));
        rest.remove_prefix(ShapeStep::kMaxText);
    }
    ShapeStep step = ShapeStep::of(rest);
    step.then = then;
    step.number = column;
    step.depth = static_cast<std::uint16_t>(depth);
    m_made.steps.push_back(step);
}

void ShapeLearner::missing(const FieldTree& tree, CellKind kind) {
    if (tree.whole)
        m_made.missing.emplace_back(columnOf(tree), kind);
    for (const auto& [key, below] : tree.children)
        missing(below, kind);
}

} // namespace fuseboard
