// SPDX-License-Identifier: Apache-2.0
// NDJSON columns. A row that looks like an earlier one but for its values is validated and captured
// in one pass over its text: keys and punctuation are compared sixteen bytes at a time, values are
// read where they must stand. There is no index of structural characters; UTF-8, control characters
// and line ends are looked at for a block of lines at a time. Every other row is decoded by the row
// decoder, which alone decides what is rejected, and teaches a new template.
#include "engine/formats/column_assembly.h"
#include "engine/formats/json_number.h"
#include "engine/formats/row_template.h"
#include "engine/formats/text_encoding.h"

#include <algorithm>
#include <memory>

namespace fuseboard {

namespace {

constexpr std::size_t kBlockBytes = 32 * 1024;
constexpr std::size_t kMaxTemplates = 8;
/// Templates that may be learned at once, and after how many rows another one may.
constexpr std::uint64_t kLearnedAtFirst = 64;
constexpr std::uint64_t kRowsALearning = 512;
/// Beyond this, records that nothing reads are taken for maps.
constexpr std::uint64_t kLearnedWithUnreadRecords = 16;
/// Rows that go the long way at once when one after the other fits no template.
constexpr std::size_t kLongestDetour = 256;

class NdjsonColumns final : public ColumnDecoder {
public:
    NdjsonColumns(const DecodeOptions& options, std::unique_ptr<RowDecoder> rows)
        : m_assembly(options.fields, std::move(rows)), m_learner(options.fields) {}

    void decode(const SourceChunk& chunk, ColumnBlock& into,
                std::vector<RejectedRow>& rejected) override;
    Value reread(std::string_view line, Arena& arena) override {
        return m_assembly.reread(line, arena);
    }

private:
    using Then = TemplateStep::Then;

    void decodeBlock(std::string_view block);
    template <bool kPlain> void decodeLines(std::string_view block);
    template <bool kPlain> bool decodeRow(std::string_view line);
    template <bool kPlain> bool follow(const RowTemplate& shape, const char* p, const char* end);
    template <bool kPlain> const char* skip(const char* p, std::size_t depth);
    template <bool kPlain> const char* capture(const char* p, std::size_t depth, Cell& cell);
    const char* captureOther(const char* p, std::size_t depth, Cell& cell);
    void learn(std::string_view line);

    ColumnAssembly m_assembly;
    TemplateLearner m_learner;
    JsonScanner m_scanner;
    byte_scan::Lines m_lines;
    std::vector<std::unique_ptr<RowTemplate>> m_templates;
    std::size_t m_latest = 0;  // the template that fitted last
    std::uint64_t m_clock = 0; // rows seen
    std::uint64_t m_learned = 0;
    std::size_t m_detour = 1;
    const char* m_end = nullptr; // of the current block
};

void NdjsonColumns::decode(const SourceChunk& chunk, ColumnBlock& into,
                           std::vector<RejectedRow>& rejected) {
    m_assembly.begin(chunk, into, rejected);
    std::string_view rest = chunk.bytes;
    while (!rest.empty()) {
        const std::size_t newline = rest.find('\n', std::min(kBlockBytes, rest.size()) - 1);
        const std::size_t last = newline == std::string_view::npos ? rest.rfind('\n') : newline;
        if (last == std::string_view::npos) {
            m_assembly.addLines(rest, 1); // the unfinished last line
            break;
        }
        decodeBlock(rest.substr(0, last + 1));
        rest.remove_prefix(last + 1);
    }
    m_assembly.finish(chunk);
}

void NdjsonColumns::decodeBlock(std::string_view block) {
    byte_scan::findLines(block, m_lines);
    if (m_lines.high && !isValidUtf8(block)) {
        m_assembly.addLines(block, m_lines.newlines.size());
        return;
    }
    m_assembly.reserve(m_lines.newlines.size());
    m_end = block.data() + block.size();
    m_scanner.enter(m_end, m_assembly.arena());
    if (m_lines.backslash || m_lines.control)
        decodeLines<false>(block);
    else
        decodeLines<true>(block);
}

template <bool kPlain> void NdjsonColumns::decodeLines(std::string_view block) {
    const std::size_t count = m_lines.newlines.size();
    std::size_t begin = 0;
    for (std::size_t i = 0; i < count;) {
        const std::size_t end = m_lines.newlines[i];
        std::string_view line = block.substr(begin, end - begin);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        ++m_clock;
        if (decodeRow<kPlain>(line)) [[likely]] {
            m_assembly.addRow(line);
            m_detour = 1;
            begin = end + 1;
            ++i;
            continue;
        }
        const std::size_t next = std::min(count, i + m_detour);
        const std::size_t to = m_lines.newlines[next - 1] + std::size_t{1};
        if (m_assembly.addLines(block.substr(begin, to - begin), next - i))
            learn(line);
        m_clock += next - i - 1;
        m_detour = std::min(m_detour * 2, kLongestDetour);
        begin = to;
        i = next;
    }
}

template <bool kPlain> bool NdjsonColumns::decodeRow(std::string_view line) {
    const char* const end = line.data() + line.size();
    if (m_templates.empty())
        return false;
    if (follow<kPlain>(*m_templates[m_latest], line.data(), end)) [[likely]]
        return true;
    for (std::size_t i = 0; i < m_templates.size(); ++i) {
        if (i == m_latest || !follow<kPlain>(*m_templates[i], line.data(), end))
            continue;
        m_templates[m_latest]->lastUsed = m_clock;
        m_latest = i;
        return true;
    }
    return false;
}

/// Whether the row is one of this shape; then its cells are written.
template <bool kPlain>
bool NdjsonColumns::follow(const RowTemplate& shape, const char* p, const char* end) {
    Cell* const* const columns = m_assembly.columns();
    const std::uint32_t row = m_assembly.row();
    for (const TemplateStep* step = shape.steps.data();; ++step) {
        if (!step->standsAt(p))
            return false;
        p += step->size;
        switch (step->then) {
        case Then::Text: continue;
        case Then::Capture: p = capture<kPlain>(p, step->depth, columns[step->column][row]); break;
        case Then::NoRecord:
            if (*p == '{')
                return false;
            [[fallthrough]];
        case Then::Skip: p = skip<kPlain>(p, step->depth); break;
        case Then::End:
            if (p != end)
                return false;
            for (const auto& [column, kind] : shape.missing)
                columns[column][row] = {.kind = kind};
            return true;
        }
        if (p == nullptr) [[unlikely]]
            return false;
    }
}

template <bool kPlain> const char* NdjsonColumns::skip(const char* p, std::size_t depth) {
    if (*p == '"') {
        bool escaped = false;
        const char* const close = m_scanner.stringEnd<kPlain>(p + 1, escaped);
        return close == nullptr ? nullptr : close + 1;
    }
    if (json_number::isDigit(*p) || *p == '-') {
        Value unused;
        return json_number::read<false, true>(p, m_end, unused);
    }
    return m_scanner.skip(p, depth);
}

template <bool kPlain>
const char* NdjsonColumns::capture(const char* p, std::size_t depth, Cell& cell) {
    if (*p == '"') {
        bool escaped = false;
        const char* const close = m_scanner.stringEnd<kPlain>(p + 1, escaped);
        if (close == nullptr)
            return nullptr;
        const std::string_view text(p + 1, static_cast<std::size_t>(close - p - 1));
        cell = Cell::textual(escaped ? CellKind::EscapedText : CellKind::String, text);
        cell.verbatim = escaped ? 0 : 1;
        return close + 1;
    }
    if (json_number::isDigit(*p) || *p == '-') {
        Value number;
        const char* const end = json_number::read<true, true, false>(p, m_end, number);
        if (end == nullptr)
            return nullptr;
        cell = number.isNull()
                   ? Cell::textual(CellKind::NumberText, {p, static_cast<std::size_t>(end - p)})
                   : Cell::of(number);
        return end;
    }
    return captureOther(p, depth, cell);
}

const char* NdjsonColumns::captureOther(const char* p, std::size_t depth, Cell& cell) {
    Value value;
    const char* const end = m_scanner.read(p, depth, value);
    cell = Cell::of(value);
    return end;
}

/// From a row that the row decoder has accepted.
void NdjsonColumns::learn(std::string_view line) {
    if (m_learned >= kLearnedAtFirst + m_clock / kRowsALearning)
        return;
    ++m_learned;
    auto made = m_learner.learn(line, m_learned <= kLearnedWithUnreadRecords, m_scanner);
    if (!made)
        return;
    if (m_templates.size() < kMaxTemplates) {
        m_latest = m_templates.size();
        m_templates.push_back(std::make_unique<RowTemplate>());
    } else {
        m_templates[m_latest]->lastUsed = m_clock;
        m_latest = static_cast<std::size_t>(
            std::ranges::min_element(m_templates, {}, [](const auto& t) { return t->lastUsed; }) -
            m_templates.begin());
    }
    *m_templates[m_latest] = *std::move(made);
    m_templates[m_latest]->lastUsed = m_clock;
}

} // namespace

std::unique_ptr<ColumnDecoder> makeNdjsonColumns(const DecodeOptions& options,
                                                 std::unique_ptr<RowDecoder> rows) {
    return std::make_unique<NdjsonColumns>(options, std::move(rows));
}

} // namespace fuseboard
