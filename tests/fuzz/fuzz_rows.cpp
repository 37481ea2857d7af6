// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as rows of every format, read in one piece and in small ones, which must
// give the same rows. The first byte picks the format and the size of the pieces.
#include "engine/connectors/chunk_reader.h"
#include "engine/connectors/source.h"
#include "engine/formats/json_text.h"

#include <cstddef>
#include <cstdint>

using namespace fuseboard;

namespace {

constexpr std::size_t kMostEventBytes = 4096;

/// Every row and rejection as text; what cannot be opened, as why.
std::string rowsOf(std::string_view bytes, Format format, std::size_t readBytes,
                   std::size_t target) {
    SourceSpec spec;
    spec.format = format;
    spec.maxEventBytes = kMostEventBytes;
    Result<OpenedSource> opened =
        openSource(makeMemorySource(std::string(bytes), "<fuzz>", readBytes), spec);
    if (!opened)
        return opened.error().message;
    auto decoder = makeRowDecoder(opened->decode);
    FB_CHECK(decoder.has_value());
    std::string out;
    SourceChunk chunk;
    while (true) {
        const Result<bool> more = opened->reader->next(chunk, target);
        if (!more)
            return out + more.error().message;
        if (!*more)
            return out;
        Arena arena;
        std::vector<DecodedRow> rows;
        std::vector<RejectedRow> rejected;
        (*decoder)->decode(chunk, arena, rows, rejected);
        std::size_t next = 0;
        const auto reject = [&](std::uint64_t before) {
            for (; next < rejected.size() && rejected[next].row < before; ++next)
                out += fmt::format("{} rejected: {}\n", rejected[next].row, rejected[next].reason);
        };
        for (const DecodedRow& row : rows) {
            reject(chunk.firstRow + row.row);
            out += fmt::format("{} {}\n", chunk.firstRow + row.row, printJson(row.data));
        }
        reject(~std::uint64_t{0});
    }
}

} // namespace

// The names and types of this function are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto format = static_cast<Format>(data[0] % 4);
    const std::size_t piece = 1 + data[0] / 4;
    const std::string whole = rowsOf(bytes, format, bytes.size() + 1, std::size_t{1} << 20U);
    FB_CHECK_EQ(rowsOf(bytes, format, piece, piece * 8), whole);
    return 0;
}
