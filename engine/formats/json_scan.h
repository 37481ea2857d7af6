// SPDX-License-Identifier: Apache-2.0
// JSON values read straight from the text of a line, without an index of structural characters: for
// the decoder that knows the shape of a row beforehand. The text is valid UTF-8, ends with a
// newline and is readable for kChunkPadding bytes behind that.
#pragma once

#include "engine/formats/byte_scan.h"
#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace fuseboard {

class JsonScanner {
public:
    /// `end` is behind the newline of the last line.
    void enter(const char* end, Arena& arena) {
        m_end = end;
        m_arena = &arena;
    }

    /// The closing quote of the string whose text begins at `p`; nullptr if there is none or the
    /// text is not valid. `escaped`: it holds backslashes (set, never cleared).
    [[nodiscard]] const char* stringEnd(const char* p, bool& escaped) const {
        const char* const stop =
            byte_scan::find(p, m_end, [](auto bytes) { return bytes.special(); });
        if (stop != nullptr && *stop == '"') [[likely]]
            return stop;
        return stop != nullptr && *stop == '\\' ? escapedEnd(p, stop, escaped) : nullptr;
    }

    /// Validates the value at `p` inside `depth` containers; returns its end or nullptr. What
    /// follows a number or a word is the caller's to judge.
    [[nodiscard]] const char* skip(const char* p, std::size_t depth);
    /// As skip(), and converts it; the value lives as long as the text and the arena.
    [[nodiscard]] const char* read(const char* p, std::size_t depth, Value& out);

    [[nodiscard]] static const char* skipSpace(const char* p) {
        while (*p == ' ' || *p == '\t' || *p == '\r')
            ++p;
        return p;
    }

private:
    const char* escapedEnd(const char* begin, const char* slash, bool& escaped) const;
    template <bool kConvert> const char* value(const char* p, std::size_t depth, Value& out);
    template <bool kConvert> const char* string(const char* p, std::string_view& out);
    template <bool kConvert> const char* record(const char* p, std::size_t depth, Value& out);
    template <bool kConvert> const char* array(const char* p, std::size_t depth, Value& out);

    const char* m_end = nullptr;
    Arena* m_arena = nullptr;
    std::vector<Field> m_fields;
    std::vector<Value> m_items;
    RecordBuilder m_scratch;
};

} // namespace fuseboard
