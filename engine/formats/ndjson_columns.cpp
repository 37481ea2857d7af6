// SPDX-License-Identifier: Apache-2.0
// NDJSON columns. A row that looks like an earlier one but for its values is validated and captured
// in one pass over its text: keys and punctuation are compared sixteen bytes at a time, values are
// read where they must stand. The ends of all keys of a block are found beforehand. They tell where
// the next key is before the value in front of it has been read, so that the processor works on
// many fields at once; they are checked, not believed. UTF-8, control characters and line ends are
// looked at for a block of lines at a time. Every other row is decoded by the row decoder, which
// alone decides what is rejected, and teaches a new shape.
#include "engine/formats/block_columns.h"
#include "engine/formats/byte_scan.h"
#include "engine/formats/json_number.h"
#include "engine/formats/shape_learner.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace fuseboard {

namespace {

/// Shapes that may be learned at once, and after how many rows another one may.
constexpr std::uint64_t kLearnedAtFirst = 64;
constexpr std::uint64_t kRowsALearning = 512;
/// Beyond this, records that nothing reads are taken for maps.
constexpr std::uint64_t kLearnedWithUnreadRecords = 16;
class NdjsonColumns final : public BlockColumns {
public:
    NdjsonColumns(const DecodeOptions& options, std::unique_ptr<RowDecoder> rows)
        : BlockColumns(options.fields, std::move(rows), TextIndex('"', ':', '\\')),
          m_learner(options.fields) {}

private:
    using Then = ShapeStep::Then;

    void decodeBlock(std::string_view block) override;
    template <bool kEscapes> void decodeBlock(std::string_view block);
    template <bool kEscapes> bool decodeRow(const char* begin, const char* end);
    template <bool kEscapes> const char* skip(const char* p, const ShapeStep& step);
    template <bool kEscapes> const char* capture(const char* p, const ShapeStep& step, Cell& cell);
    const char* captureOther(const char* p, const ShapeStep& step, Cell& cell);
    template <bool kEscapes> const char* stringEnd(const char* p, bool& escaped) const;
    const char* placeOf(const ShapeStep& step, const char* at, const std::uint32_t*& mark) const;
    void learn(std::string_view line);

    ShapeLearner m_learner;
    RowShapes m_shapes;
    JsonScanner m_scanner;
    std::uint64_t m_learned = 0;
    // Of the current block:
    const char* m_text = nullptr;
    const char* m_textEnd = nullptr;
    const std::uint32_t* m_mark = nullptr; // none of those before it is in the rows to come
};

void NdjsonColumns::decodeBlock(std::string_view block) {
    if (index().hasControl())
        addBadLines(block, hasInnerControl);
    m_text = block.data();
    m_textEnd = block.data() + block.size();
    m_mark = index().marks().data();
    m_scanner.enter(m_textEnd, assembly().arena());
    if (index().hasRare())
        decodeBlock<true>(block);
    else
        decodeBlock<false>(block);
}

template <bool kEscapes> void NdjsonColumns::decodeBlock(std::string_view block) {
    decodeLines(
        block,
        [this](const char* begin, const char* end) { return decodeRow<kEscapes>(begin, end); },
        [this](std::string_view line) { learn(line); });
}

/// Whether the row from `at` to `end` has a known shape and is valid; then its cells are written.
template <bool kEscapes> bool NdjsonColumns::decodeRow(const char* at, const char* end) {
    if (m_shapes.steps().empty())
        return false;
    const ShapeStep* const steps = m_shapes.steps().data();
    Cell* const* const columns = assembly().columns();
    const std::uint32_t row = assembly().row();
    const std::uint32_t* mark = m_mark;
    const ShapeStep* untried = nullptr; // when two steps begin alike
    const char* untriedAt = nullptr;
    for (const ShapeStep* step = steps;;) {
        const char* const place = placeOf(*step, at, mark);
        const char* const value = place + step->size;
        if (step->standsAt(place)) [[likely]] {
            bool stands = true;
            if (step->then == Then::Skip) {
                at = skip<kEscapes>(value, *step);
            } else if (step->then == Then::Capture) {
                at = capture<kEscapes>(value, *step, columns[step->number][row]);
            } else if (step->then == Then::Text) {
                if (step->otherwise != 0) {
                    untried = steps + step->otherwise;
                    untriedAt = at;
                }
                at = value;
            } else if (step->then == Then::End) {
                if (value == end) [[likely]] {
                    m_mark = mark + step->marks;
                    for (const auto& [column, kind] : m_shapes.missing(*step))
                        writeCell(columns[column][row], kind, 0, 0);
                    return true;
                }
                stands = false;
            } else {
                stands = *value != '{';
                at = stands ? skip<kEscapes>(value, *step) : at;
            }
            if (stands) [[likely]] {
                if (at == nullptr) [[unlikely]]
                    return false;
                mark += step->marks;
                ++step;
                continue;
            }
        }
        if (step->otherwise != 0) {
            step = steps + step->otherwise;
        } else if (untried != nullptr) {
            step = std::exchange(untried, nullptr);
            at = untriedAt;
        } else {
            return false;
        }
    }
}

/// Where the text of `step` must stand: `at`, but known earlier. `mark` is the next one, or
/// corrected if it is not.
inline const char* NdjsonColumns::placeOf(const ShapeStep& step, const char* at,
                                          const std::uint32_t*& mark) const {
    if (step.marks == 0) [[unlikely]]
        return at;
    // `at` is known when the value before it has been read, the mark beforehand. The comparison is
    // hidden from the compiler, which would go on with `at` if it knew that both are the same.
    const char* const place = m_text + *mark - step.firstMark;
    const char* same = place;
    asm volatile("" : "+r"(same));
    if (same == at) [[likely]]
        return place;
    const std::span<const std::uint32_t> marks = index().marks();
    mark = std::lower_bound(m_mark, marks.data() + marks.size(),
                            static_cast<std::uint32_t>(at - m_text));
    return at;
}

/// What true, false and null have in common with a number: no end of their own.
struct Word {
    explicit Word(const char* p) {
        std::uint32_t text = 0;
        std::memcpy(&text, p, 4);
        const auto is = [text](const char* word) {
            std::uint32_t same = 0;
            std::memcpy(&same, word, 4);
            return text == same;
        };
        isTrue = is("true");
        isNull = is("null");
        isFalse = is("fals") && p[4] == 'e';
    }
    [[nodiscard]] bool isOne() const { return isTrue || isNull || isFalse; }
    [[nodiscard]] std::size_t size() const { return isFalse ? 5 : 4; }
    bool isTrue = false;
    bool isNull = false;
    bool isFalse = false;
};

/// The closing quote of the string that opens at `p`. Without escapes in the block it may be one of
/// a later line; then what follows it does not end where the row does.
template <bool kEscapes>
inline const char* NdjsonColumns::stringEnd(const char* p, bool& escaped) const {
    if constexpr (kEscapes)
        return m_scanner.stringEnd(p + 1, escaped);
    else
        return byte_scan::find(p + 1, m_textEnd, [](auto bytes) { return bytes.equal('"'); });
}

template <bool kEscapes>
inline const char* NdjsonColumns::skip(const char* p, const ShapeStep& step) {
    if (*p == '"') {
        bool escaped = false;
        const char* const close = stringEnd<kEscapes>(p, escaped);
        return close == nullptr ? nullptr : close + 1;
    }
    if (json_number::isDigit(*p) || *p == '-') {
        Value unused;
        return json_number::read<false, true>(p, m_textEnd, unused);
    }
    const Word word(p);
    return word.isOne() ? p + word.size() : m_scanner.skip(p, step.depth);
}

template <bool kEscapes>
inline const char* NdjsonColumns::capture(const char* p, const ShapeStep& step, Cell& cell) {
    if (*p == '"') {
        bool escaped = false;
        const char* const close = stringEnd<kEscapes>(p, escaped);
        if (close == nullptr)
            return nullptr;
        const std::string_view text(p + 1, static_cast<std::size_t>(close - p - 1));
        writeText(cell, escaped ? CellKind::EscapedText : CellKind::String, text, !escaped);
        return close + 1;
    }
    if (json_number::isDigit(*p) || *p == '-') {
        Value number;
        const char* const end = json_number::read<true, true, false>(p, m_textEnd, number);
        if (end == nullptr)
            return nullptr;
        writeNumber(cell, number, {p, static_cast<std::size_t>(end - p)});
        return end;
    }
    const Word word(p);
    if (!word.isOne())
        return captureOther(p, step, cell);
    writeCell(cell, word.isNull ? CellKind::Null : CellKind::Bool, 0, word.isTrue ? 1 : 0);
    return p + word.size();
}

const char* NdjsonColumns::captureOther(const char* p, const ShapeStep& step, Cell& cell) {
    Value value;
    const char* const end = m_scanner.read(p, step.depth, value);
    cell = Cell::of(value);
    return end;
}

/// From a row that the row decoder has accepted.
void NdjsonColumns::learn(std::string_view line) {
    if (m_learned >= kLearnedAtFirst + lines() / kRowsALearning)
        return;
    if (++m_learned == kLearnedWithUnreadRecords)
        m_shapes.clear();
    auto shape = m_learner.learn(line, m_learned < kLearnedWithUnreadRecords, m_scanner);
    if (shape)
        m_shapes.add(*std::move(shape));
}

} // namespace

std::unique_ptr<ColumnDecoder> makeNdjsonColumns(const DecodeOptions& options,
                                                 std::unique_ptr<RowDecoder> rows) {
    return std::make_unique<NdjsonColumns>(options, std::move(rows));
}

} // namespace fuseboard
