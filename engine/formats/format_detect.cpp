// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/format_detect.h"

#include "engine/formats/json_text.h"
#include "engine/formats/text_encoding.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::array<std::pair<std::string_view, Format>, 8> kEndings = {{
    {".ndjson", Format::Ndjson},
    {".jsonl", Format::Ndjson},
    {".json", Format::Ndjson},
    {".csv", Format::Csv},
    {".influx", Format::Influx},
    {".lp", Format::Influx},
    {".log", Format::Lines},
    {".txt", Format::Lines},
}};

/// The first lines that are no blank ones, at most `limit` of them.
std::vector<std::string_view> firstLines(std::string_view head, std::size_t limit) {
    std::vector<std::string_view> lines;
    while (!head.empty() && lines.size() < limit) {
        const std::size_t end = std::min(head.find('\n'), head.size());
        std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        if (isBlankLine(line))
            continue;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
    }
    return lines;
}

/// How many of `lines` a decoder accepts (without their schema or header).
std::size_t accepted(const std::vector<std::string_view>& lines, Format format) {
    DecodeOptions options;
    options.format = format;
    options.csvHeader = false;
    auto decoder = makeRowDecoder(options);
    if (!decoder)
        return 0;
    std::string text;
    for (const std::string_view line : lines) {
        text += line;
        text += '\n';
    }
    const std::size_t size = text.size();
    text.append(kChunkPadding, '\0');
    SourceChunk chunk;
    chunk.bytes = {text.data(), size};
    Arena arena;
    std::vector<DecodedRow> rows;
    std::vector<RejectedRow> rejected;
    (*decoder)->decode(chunk, arena, rows, rejected);
    return rows.size();
}

/// Every line has as many cells as the first, and that is more than one.
bool looksLikeCsv(const std::vector<std::string_view>& lines) {
    std::size_t columns = 0;
    for (const std::string_view line : lines) {
        const auto cells = parseCsvHeader(line);
        if (!cells || cells->size() < 2 || (columns != 0 && cells->size() != columns))
            return false;
        columns = cells->size();
    }
    return columns > 1;
}

} // namespace

std::optional<Format> formatFromPath(std::string_view path) {
    std::string name(path);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    std::string_view stem = name;
    for (const std::string_view ending : {".gz", ".zst", ".xz"}) {
        if (stem.ends_with(ending)) {
            stem.remove_suffix(ending.size());
            break;
        }
    }
    for (const auto& [ending, format] : kEndings)
        if (stem.ends_with(ending))
            return format;
    return std::nullopt;
}

Format formatFromContent(std::string_view head) {
    const auto lines = firstLines(head, 20);
    if (lines.empty())
        return Format::Ndjson;
    const bool jsonLike = lines.front().front() == '{' || lines.front().front() == '[';
    const std::size_t most = (lines.size() + 1) / 2;
    if (accepted(lines, Format::Ndjson) >= most || jsonLike)
        return Format::Ndjson;
    if (accepted(lines, Format::Influx) >= most)
        return Format::Influx;
    return looksLikeCsv(lines) ? Format::Csv : Format::Lines;
}

} // namespace fuseboard
