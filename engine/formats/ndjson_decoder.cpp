// SPDX-License-Identifier: Apache-2.0
// NDJSON rows. simdjson's first stage finds the structural characters of a block of lines and
// checks UTF-8, control characters and quotes (Langdale and Lemire, "Parsing gigabytes of JSON per
// second", 2019); the walk over them is ours, so that every line is validated in full and only the
// wanted fields are converted.
#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"
#include "engine/formats/json_text.h"
#include "engine/formats/line_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace fuseboard {

namespace {

/// Lines are indexed in blocks of this size: the index stays in the first-level cache, and one bad
/// line costs its block a second look and no more.
constexpr std::size_t kBlockBytes = 32 * 1024;
constexpr std::size_t kMaxShapes = 4096;
constexpr std::size_t kMaxSlots = 512;
constexpr std::uint32_t kLearnedAtFirst = 256;
constexpr std::uint32_t kUnlearnedLimit = 4096;

/// What may follow a number or a literal.
constexpr std::array<bool, 256> kEndsScalar = [] {
    std::array<bool, 256> table{};
    for (const char c : {' ', '\t', '\r', '\n', ',', ']', '}', ':'})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

struct Shape;

/// One key that was seen in records of a shape, and what to do with its value.
struct Slot {
    std::string key;              // with 8 more bytes behind it, for sameKey()
    std::size_t size = 0;         // of the key proper
    bool verbatim = true;         // written in a document it is the same bytes: nothing to escape
    const FieldTree* tree;        // nullptr: not converted
    std::unique_ptr<Shape> below; // of the value, once it was a record or an array
    std::string_view view;        // a spelling that lives as long as the current chunk
    std::uint64_t epoch = 0;      // the chunk that `view` belongs to
};

/// What the decoder remembers of the records at one path: their keys, in order. Slots have distinct
/// keys, so keys that match slots in rising order are distinct too.
struct Shape {
    std::vector<Slot> slots;
    std::unique_ptr<Shape> elements; // of an array at this path
    std::uint32_t learnable = kLearnedAtFirst;
    std::uint32_t unlearned = 0;
};

/// Both texts are readable for 8 bytes past their ends.
bool sameKey(const char* a, const char* b, std::size_t size) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    for (; size >= 8; size -= 8, a += 8, b += 8) {
        std::memcpy(&left, a, 8);
        std::memcpy(&right, b, 8);
        if (left != right)
            return false;
    }
    if (size == 0)
        return true;
    std::memcpy(&left, a, 8);
    std::memcpy(&right, b, 8);
    return ((left ^ right) << (64 - 8 * size)) == 0;
}
static_assert(std::endian::native == std::endian::little);

class NdjsonDecoder final : public ChunkDecoder {
public:
    explicit NdjsonDecoder(const DecodeOptions& options)
        : ChunkDecoder(options), m_trust(options.trustInput) {}

private:
    void decodeLines(std::string_view bytes) override;
    void decodeBlock(std::string_view block, const char* lines);
    void decodeUnfinishedLine(std::string_view line);
    void walkBlock(std::string_view block, const char* lines);
    void walkLine(std::string_view line, std::uint32_t lineEnd);
    bool index(std::string_view block, simdjson::error_code& error);
    void rejectLine(std::string_view line);

    [[nodiscard]] std::uint32_t at(std::size_t ahead = 0) const { return m_cursor[ahead]; }
    [[nodiscard]] char here() const { return m_text[at()]; }

    /// A key, taken, and what to do with its value.
    struct Member {
        std::string_view key;
        const FieldTree* tree = nullptr; // nullptr: not converted
        Slot* slot = nullptr;
        bool rising = false; // its slot lies behind those of the keys before it
    };

    bool read(Shape* shape, const FieldTree& tree, Value& out);
    bool readRecord(Shape* shape, const FieldTree& tree, Value& out);
    bool readMember(Shape* shape, const FieldTree& tree, std::size_t& expected, bool& distinct);
    bool readArray(Shape* shape, Value& out);
    bool readString(std::string_view& out);
    bool readScalar(Value& out);
    template <bool kConvert> bool number(Value& out);
    bool literal(std::string_view word);
    bool skip();
    bool skipString();
    bool skipTrusted();
    bool enter();
    template <char kClose, class Element> bool elements(Element element);

    bool takeKey(Shape* shape, const FieldTree& tree, std::size_t& expected, Member& member);
    [[nodiscard]] bool standsHere(const Slot& slot) const;
    void describeMember(Slot& slot, std::string_view key, Member& member);
    Shape* shapeBelow(Slot* slot);
    Slot* slotFor(Shape& shape, const FieldTree& tree, std::string_view key, std::size_t& expected);
    std::unique_ptr<Shape> newShape();

    std::unique_ptr<simdjson::internal::dom_parser_implementation> m_indexer;
    bool m_trust;
    const FieldTree m_wholeTree = FieldTree::all();
    Shape m_root;
    std::size_t m_shapes = 1;
    std::uint64_t m_epoch = 0;
    std::vector<Field> m_fields;
    std::vector<Value> m_items;
    RecordBuilder m_scratch;
    Arena m_reasonArena;
    // Of the current block:
    const char* m_text = nullptr;
    const char* m_textEnd = nullptr;
    const std::uint32_t* m_index = nullptr;
    const std::uint32_t* m_cursor = nullptr; // into the index
    std::uint32_t m_lineEnd = 0;
    std::size_t m_depth = 0;
    bool m_escapes = false;
};

void NdjsonDecoder::decodeLines(std::string_view bytes) {
    ++m_epoch;
    while (!bytes.empty()) {
        std::size_t size = std::min(kBlockBytes, bytes.size());
        const std::size_t newline = bytes.find('\n', size - 1);
        if (newline != std::string_view::npos) {
            size = newline + 1;
        } else {
            const std::size_t lastNewline = bytes.rfind('\n');
            if (lastNewline == std::string_view::npos) {
                decodeUnfinishedLine(bytes);
                return;
            }
            size = lastNewline + 1;
        }
        decodeBlock(bytes.substr(0, size), bytes.data());
        bytes.remove_prefix(size);
    }
}

/// The walk relies on a newline at the end, so the very last line of a source is copied if it has
/// none.
void NdjsonDecoder::decodeUnfinishedLine(std::string_view line) {
    auto* copy = arena().allocateArray<char>(line.size() + 1 + kChunkPadding);
    std::memcpy(copy, line.data(), line.size());
    std::memset(copy + line.size(), '\n', 1 + kChunkPadding);
    decodeBlock({copy, line.size() + 1}, line.data());
}

bool NdjsonDecoder::index(std::string_view block, simdjson::error_code& error) {
    // An index is four times its block: do not keep that of one huge line.
    const bool oversized = m_indexer != nullptr && m_indexer->capacity() > 32 * kBlockBytes &&
                           block.size() <= 2 * kBlockBytes;
    if (oversized || m_indexer == nullptr || m_indexer->capacity() < block.size()) {
        const std::size_t capacity = std::max(block.size(), 2 * kBlockBytes);
        error = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1,
                                                                                        m_indexer);
        if (error != simdjson::SUCCESS) {
            m_indexer.reset();
            return false;
        }
    }
    error = m_indexer->stage1(reinterpret_cast<const std::uint8_t*>(block.data()), block.size(),
                              simdjson::stage1_mode::regular);
    return error == simdjson::SUCCESS;
}

/// `block` ends with a newline; in the chunk its lines stand at `lines`. A newline inside a string
/// is an error of the first stage; hence, if there is none, every string ends on its own line.
void NdjsonDecoder::decodeBlock(std::string_view block, const char* lines) {
    simdjson::error_code error = simdjson::SUCCESS;
    if (index(block, error)) {
        walkBlock(block, lines);
        return;
    }
    if (block.find('\n') + 1 == block.size()) {
        const bool blank = isBlankLine(block);
        if (!blank)
            rejectLine({lines, block.size() - 1});
        countLine(!blank);
        return;
    }
    while (!block.empty()) {
        const std::size_t size = block.find('\n') + 1;
        decodeBlock(block.substr(0, size), lines);
        block.remove_prefix(size);
        lines += size;
    }
}

void NdjsonDecoder::walkBlock(std::string_view block, const char* lines) {
    m_text = block.data();
    m_textEnd = block.data() + block.size();
    m_escapes = std::memchr(block.data(), '\\', block.size()) != nullptr;
    const std::size_t count = m_indexer->n_structural_indexes;
    // The walk stops at the newline that these point to: no value, key or separator starts with it.
    std::uint32_t* const structurals = m_indexer->structural_indexes.get();
    const auto lastByte = static_cast<std::uint32_t>(block.size() - 1);
    for (std::size_t i = 0; i < 3; ++i)
        structurals[count + i] = lastByte;
    m_index = structurals;
    m_cursor = m_index;
    for (std::size_t begin = 0; begin < block.size();) {
        const auto* newline =
            static_cast<const char*>(std::memchr(m_text + begin, '\n', block.size() - begin));
        const auto lineEnd = static_cast<std::uint32_t>(newline - m_text);
        const bool isRow = at() < lineEnd;
        if (isRow)
            walkLine({lines + begin, lineEnd - begin}, lineEnd);
        countLine(isRow);
        begin = lineEnd + 1;
    }
}

void NdjsonDecoder::walkLine(std::string_view line, std::uint32_t lineEnd) {
    const std::uint32_t* const first = m_cursor;
    m_lineEnd = lineEnd;
    m_depth = 0;
    Value data;
    // A document ends at its own newline: what is consumed lies before it, what follows behind it.
    if (read(&m_root, convertedFields(), data) && m_cursor[-1] < lineEnd && at() >= lineEnd)
        [[likely]] {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        row(data, line);
        return;
    }
    m_fields.clear();
    m_items.clear();
    const std::uint32_t* const all = m_index + m_indexer->n_structural_indexes;
    m_cursor = std::lower_bound(first, all, lineEnd);
    rejectLine(line);
}

void NdjsonDecoder::rejectLine(std::string_view line) {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    m_reasonArena.reset();
    const Result<Value> again = parseJsonLine(line, m_reasonArena);
    reject(again ? "not valid JSON" : again.error().message, line);
}

bool NdjsonDecoder::read(Shape* shape, const FieldTree& tree, Value& out) {
    switch (here()) {
    case '{': return readRecord(shape, tree, out);
    case '[': return readArray(shape, out);
    case '"': {
        std::string_view text;
        if (!readString(text))
            return false;
        out = Value::string(text);
        return true;
    }
    default: return readScalar(out);
    }
}

bool NdjsonDecoder::readScalar(Value& out) {
    switch (here()) {
    case 't': out = Value::boolean(true); return literal("true");
    case 'f': out = Value::boolean(false); return literal("false");
    case 'n': out = Value::null(); return literal("null");
    default: return number<true>(out);
    }
}

template <bool kConvert> bool NdjsonDecoder::number(Value& out) {
    const char* const end = json_number::read<kConvert, true>(m_text + at(), m_textEnd, out);
    ++m_cursor;
    return end != nullptr && kEndsScalar[static_cast<unsigned char>(*end)];
}

bool NdjsonDecoder::literal(std::string_view word) {
    const char* const p = m_text + at();
    ++m_cursor;
    // Padding makes the comparison safe; the newline at the end of the block makes it fail in time.
    return std::memcmp(p, word.data(), word.size()) == 0 &&
           kEndsScalar[static_cast<unsigned char>(p[word.size()])];
}

/// The cursor stands on the opening quote. The closing one is the last byte before the next
/// structural character that is no whitespace.
bool NdjsonDecoder::readString(std::string_view& out) {
    const std::uint32_t open = at();
    std::uint32_t close = at(1) - 1;
    while (m_text[close] != '"') {
        if (close <= open)
            return false;
        --close;
    }
    if (close <= open)
        return false;
    ++m_cursor;
    out = {m_text + open + 1, close - open - 1};
    if (!m_escapes || std::memchr(out.data(), '\\', out.size()) == nullptr) [[likely]]
        return true;
    return json_string::unescapeInto(out, arena(), out);
}

bool NdjsonDecoder::enter() {
    if (m_depth == kMaxNesting || at() >= m_lineEnd)
        return false;
    ++m_depth;
    ++m_cursor;
    return true;
}

/// Takes a record or an array: what `element` takes, with commas between, up to kClose.
template <char kClose, class Element> bool NdjsonDecoder::elements(Element element) {
    if (!enter())
        return false;
    if (here() == kClose) {
        ++m_cursor;
    } else {
        for (;;) {
            if (!element())
                return false;
            const char separator = here();
            ++m_cursor;
            if (separator == kClose)
                break;
            if (separator != ',')
                return false;
        }
    }
    --m_depth;
    return true;
}

bool NdjsonDecoder::readRecord(Shape* shape, const FieldTree& tree, Value& out) {
    const std::size_t first = m_fields.size();
    std::size_t expected = 0;
    bool distinct = true;
    if (!elements<'}'>([&] { return readMember(shape, tree, expected, distinct); }))
        return false;
    if (distinct) [[likely]] {
        out = makeRecord(arena(), std::span(m_fields).subspan(first));
        m_fields.resize(first);
    } else {
        out = json_string::assembleRecord(arena(), m_fields, first, m_scratch);
    }
    return true;
}

bool NdjsonDecoder::readMember(Shape* shape, const FieldTree& tree, std::size_t& expected,
                               bool& distinct) {
    Member member;
    if (here() != '"' || !takeKey(shape, tree, expected, member) || here() != ':')
        return false;
    ++m_cursor;
    if (member.tree == nullptr)
        return m_trust ? skipTrusted() : skip();
    distinct = distinct && member.rising;
    const bool container = here() == '{' || here() == '[';
    Value value;
    if (!read(container ? shapeBelow(member.slot) : nullptr, *member.tree, value))
        return false;
    m_fields.push_back({member.key, value});
    return true;
}

bool NdjsonDecoder::readArray(Shape* shape, Value& out) {
    if (shape != nullptr && shape->elements == nullptr)
        shape->elements = newShape();
    Shape* const below = shape == nullptr ? nullptr : shape->elements.get();
    const std::size_t first = m_items.size();
    const auto item = [&] {
        Value value;
        if (!read(below, m_wholeTree, value))
            return false;
        m_items.push_back(value);
        return true;
    };
    if (!elements<']'>(item))
        return false;
    out = makeArray(arena(), std::span(m_items).subspan(first));
    m_items.resize(first);
    return true;
}

bool NdjsonDecoder::skip() {
    Value unused;
    switch (here()) {
    case '{':
        return elements<'}'>([this] {
            if (here() != '"' || !skipString() || here() != ':')
                return false;
            ++m_cursor;
            return skip();
        });
    case '[': return elements<']'>([this] { return skip(); });
    case '"': return skipString();
    case 't': return literal("true");
    case 'f': return literal("false");
    case 'n': return literal("null");
    default: return number<false>(unused);
    }
}

bool NdjsonDecoder::skipString() {
    const std::uint32_t open = at();
    ++m_cursor;
    if (!m_escapes) [[likely]]
        return true;
    std::uint32_t close = at() - 1;
    while (close > open && m_text[close] != '"')
        --close;
    std::size_t length = 0;
    return close > open &&
           json_string::unescape({m_text + open + 1, close - open - 1}, nullptr, length).reason ==
               nullptr;
}

/// Only brackets are counted, and only within the line.
bool NdjsonDecoder::skipTrusted() {
    std::size_t depth = 0;
    do {
        if (at() >= m_lineEnd)
            return false;
        const char c = here();
        if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                return false;
            --depth;
        }
        ++m_cursor;
    } while (depth > 0);
    return true;
}

/// Whether the key at the cursor is the slot's, judged by its bytes alone. It ends before the next
/// structural character, so that nothing is read beyond it.
bool NdjsonDecoder::standsHere(const Slot& slot) const {
    const std::uint32_t begin = at() + 1;
    const char* const text = m_text + begin;
    return slot.verbatim && begin + slot.size < at(1) && text[slot.size] == '"' &&
           sameKey(slot.key.data(), text, slot.size);
}

bool NdjsonDecoder::takeKey(Shape* shape, const FieldTree& tree, std::size_t& expected,
                            Member& member) {
    if (shape != nullptr && expected < shape->slots.size() && standsHere(shape->slots[expected]))
        [[likely]] {
        Slot& slot = shape->slots[expected];
        ++expected;
        member.rising = true;
        describeMember(slot, {m_text + at() + 1, slot.size}, member);
        ++m_cursor;
        return true;
    }
    std::string_view key;
    if (!readString(key))
        return false;
    const std::size_t before = expected;
    Slot* const slot = shape == nullptr ? nullptr : slotFor(*shape, tree, key, expected);
    if (slot == nullptr) {
        member.key = key;
        member.tree = tree.child(key);
        return true;
    }
    member.rising = expected > before;
    describeMember(*slot, key, member);
    return true;
}

void NdjsonDecoder::describeMember(Slot& slot, std::string_view key, Member& member) {
    member.tree = slot.tree;
    if (slot.tree == nullptr)
        return;
    if (slot.epoch != m_epoch) {
        slot.epoch = m_epoch;
        slot.view = key;
    }
    member.key = slot.view;
    member.slot = &slot;
}

Shape* NdjsonDecoder::shapeBelow(Slot* slot) {
    if (slot == nullptr)
        return nullptr;
    if (slot->below == nullptr)
        slot->below = newShape();
    return slot->below.get();
}

/// The slot of a key that does not stand where it did last time. `expected` moves behind it if it
/// lies ahead. Nothing when it is unknown and no more keys are learned.
Slot* NdjsonDecoder::slotFor(Shape& shape, const FieldTree& tree, std::string_view key,
                             std::size_t& expected) {
    const bool learning = shape.learnable > 0 && shape.slots.size() < kMaxSlots;
    // Ahead first (a missing field), then behind (another order). Without learning only nearby.
    constexpr std::size_t kNearby = 8;
    const std::size_t count = shape.slots.size();
    const std::size_t end = learning ? count : std::min(count, expected + kNearby);
    const std::size_t begin = learning || expected < kNearby ? 0 : expected - kNearby;
    const auto matches = [&](std::size_t i) {
        return std::string_view(shape.slots[i].key.data(), shape.slots[i].size) == key;
    };
    for (std::size_t i = expected; i < end; ++i) {
        if (matches(i)) {
            expected = i + 1;
            return &shape.slots[i];
        }
    }
    for (std::size_t i = begin; i < std::min(expected, count); ++i)
        if (matches(i))
            return &shape.slots[i];
    if (!learning) {
        if (++shape.unlearned > kUnlearnedLimit) {
            // The rows have another shape by now: start over.
            shape.slots.clear();
            expected = 0;
            shape.learnable = kLearnedAtFirst / 4;
            shape.unlearned = 0;
        }
        return nullptr;
    }
    --shape.learnable;
    Slot slot;
    slot.key.assign(key);
    slot.key.append(8, '\0');
    slot.size = key.size();
    slot.verbatim = key.find_first_of("\"\\") == std::string_view::npos;
    slot.tree = tree.child(key);
    const auto place = static_cast<std::ptrdiff_t>(std::min(expected, count));
    expected = static_cast<std::size_t>(place) + 1;
    return &*shape.slots.insert(shape.slots.begin() + place, std::move(slot));
}

std::unique_ptr<Shape> NdjsonDecoder::newShape() {
    if (m_shapes == kMaxShapes)
        return nullptr;
    ++m_shapes;
    return std::make_unique<Shape>();
}

} // namespace

std::unique_ptr<RowDecoder> makeNdjsonDecoder(const DecodeOptions& options) {
    return std::make_unique<NdjsonDecoder>(options);
}

} // namespace fuseboard
