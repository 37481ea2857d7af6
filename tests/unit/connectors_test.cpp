// SPDX-License-Identifier: Apache-2.0
// Reading bytes: archives of several members, archives that end too early or are damaged, lines
// that are too long to keep, and inputs held in memory.
#include "engine/connectors/chunk_reader.h"
#include "engine/connectors/source.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <lzma.h>
#include <malloc.h>
#include <zlib.h>
#include <zstd.h>

namespace fuseboard {
namespace {

constexpr std::size_t kTarget = 4096;

// --- archives ----------------------------------------------------------------------------------

std::string gzipped(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string zstandard(const std::string& text) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size());
    EXPECT_EQ(ZSTD_isError(size), 0U);
    ZSTD_freeCCtx(context);
    out.resize(size);
    return out;
}

std::string xz(const std::string& text) {
    std::string out(lzma_stream_buffer_bound(text.size()), '\0');
    std::size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(
                  1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                  text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
              LZMA_OK);
    out.resize(size);
    return out;
}

struct Archive {
    const char* name;
    std::string (*make)(const std::string&);
};
constexpr Archive kArchives[] = {{"gzip", gzipped}, {"zstd", zstandard}, {"xz", xz}};

// --- reading -----------------------------------------------------------------------------------

/// What a reader gave until its end.
struct Read {
    std::string text;
    std::vector<SourceChunk::Skipped> skipped;
    std::vector<std::uint64_t> firstLines, firstRows;
    std::size_t largestChunk = 0;
    std::optional<Error> error;
};

Read readAll(ChunkReader& reader, std::size_t target = kTarget) {
    Read all;
    SourceChunk chunk;
    for (;;) {
        auto more = reader.next(chunk, target);
        if (!more) {
            all.error = std::move(more.error());
            const auto again = reader.next(chunk, target);
            EXPECT_FALSE(again) << "the error comes again";
            return all;
        }
        if (!*more)
            return all;
        all.text += chunk.bytes;
        all.firstLines.push_back(chunk.firstLine);
        all.firstRows.push_back(chunk.firstRow);
        all.largestChunk = std::max(all.largestChunk, chunk.bytes.size());
        all.skipped.insert(all.skipped.end(), chunk.skipped.begin(), chunk.skipped.end());
    }
}

std::unique_ptr<LineReader> opened(std::unique_ptr<ByteSource> source,
                                   std::size_t limit = kDefaultMaxEventBytes) {
    auto reader = LineReader::open(std::move(source), limit);
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
}

Read readText(const std::string& bytes, std::size_t readBytes = std::size_t(-1),
              std::size_t limit = kDefaultMaxEventBytes) {
    return readAll(*opened(makeMemorySource(bytes, "in", readBytes), limit));
}

std::string rowsFrom(std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = first; i < first + count; ++i)
        text += "{\"i\":" + std::to_string(i) + ",\"pad\":\"" + std::to_string(i * 7919 % 1000) +
                "\"}\n";
    return text;
}

TEST(Archives, ReadsAllMembers) {
    // The first member ends in the middle of a row.
    const std::string text = rowsFrom(0, 9000);
    for (const Archive& archive : kArchives) {
        const std::string bytes = archive.make(text.substr(0, 77'777)) + archive.make("") +
                                  archive.make(text.substr(77'777, 11)) +
                                  archive.make(text.substr(77'788));
        for (const std::size_t readBytes : {std::size_t(-1), std::size_t{4096}, std::size_t{7}}) {
            const Read all = readText(bytes, readBytes);
            EXPECT_FALSE(all.error) << archive.name << ": " << all.error->message;
            EXPECT_TRUE(all.text == text) << archive.name << " in reads of " << readBytes;
        }
    }
}

TEST(Archives, PaddingMayFollow) {
    const std::string text = rowsFrom(0, 10);
    EXPECT_FALSE(readText(gzipped(text) + std::string(512, '\0')).error);
    EXPECT_FALSE(readText(xz(text) + std::string(8, '\0')).error);
    const Read more = readText(gzipped(text) + "and more");
    ASSERT_TRUE(more.error);
    EXPECT_EQ(more.text, text);
}

TEST(Archives, EndingTooEarlyKeepTheirGoodRows) {
    const std::string text = rowsFrom(0, 50'000);
    for (const Archive& archive : kArchives) {
        const std::string bytes = archive.make(text);
        for (const std::size_t size : {bytes.size() / 2, bytes.size() - 1}) {
            const auto reader = opened(makeMemorySource(bytes.substr(0, size), "data"));
            const Read all = readAll(*reader);
            ASSERT_TRUE(all.error) << archive.name;
            EXPECT_EQ(all.error->code, ErrorCode::Truncated) << archive.name;
            EXPECT_EQ(all.error->place.file, "data");
            EXPECT_NE(all.error->message.find(archive.name), std::string::npos)
                << all.error->message;
            EXPECT_TRUE(reader->truncated());
            EXPECT_TRUE(text.starts_with(all.text)) << archive.name;
            EXPECT_TRUE(all.text.ends_with('\n')) << "a piece of a row is no row";
            EXPECT_GT(all.text.size(), text.size() / 8) << archive.name;
        }
    }
}

TEST(Archives, ASecondMemberMayEndTooEarlyToo) {
    const std::string text = rowsFrom(0, 20'000);
    for (const Archive& archive : kArchives) {
        const std::string second = archive.make(text);
        const Read all = readText(archive.make(text) + second.substr(0, second.size() / 2));
        ASSERT_TRUE(all.error) << archive.name;
        EXPECT_EQ(all.error->code, ErrorCode::Truncated) << archive.name;
        EXPECT_GE(all.text.size(), text.size()) << archive.name;
        EXPECT_TRUE((text + text).starts_with(all.text)) << archive.name;
    }
}

TEST(Archives, DamagedOnesKeepTheRowsBefore) {
    const std::string text = rowsFrom(0, 50'000);
    for (const Archive& archive : kArchives) {
        std::string bytes = archive.make(text);
        bytes[bytes.size() - bytes.size() / 8] ^= '\x55';
        const Read all = readText(bytes);
        ASSERT_TRUE(all.error) << archive.name;
        EXPECT_EQ(all.error->code, ErrorCode::InvalidSyntax) << archive.name;
        EXPECT_NE(all.error->message.find("damaged"), std::string::npos) << all.error->message;
    }
}

// --- lines -------------------------------------------------------------------------------------

TEST(Lines, AreTheSameHoweverTheyAreRead) {
    struct Case {
        std::string bytes, text;
    };
    const Case cases[] = {
        {"\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":2}\n"},
        {"{\"a\":1}\r\n{\"a\":2}\r\n", "{\"a\":1}\r\n{\"a\":2}\r\n"},
        {"{\"a\":1}\n{\"a\":2}", "{\"a\":1}\n{\"a\":2}"},
        {"\n\n \r\n{\"a\":1}\n\t\n\n{\"a\":2}\n\n", "\n\n \r\n{\"a\":1}\n\t\n\n{\"a\":2}\n\n"},
        {"", ""},
        {"\xEF\xBB\xBF", ""},
        {"\n", "\n"},
    };
    for (const Case& given : cases)
        for (const std::size_t readBytes : {std::size_t(-1), std::size_t{1}, std::size_t{3}})
            EXPECT_EQ(readText(given.bytes, readBytes).text, given.text);
}

struct Decoded {
    std::vector<std::string> rows;
    std::vector<std::uint64_t> numbers;
    std::vector<RejectedRow> rejected;
};

Decoded decode(const std::string& bytes, const std::string& name, std::size_t target = kTarget,
               std::size_t limit = kDefaultMaxEventBytes) {
    SourceSpec spec;
    spec.maxEventBytes = limit;
    auto source = openSource(makeMemorySource(bytes, name, 5), spec);
    EXPECT_TRUE(source) << source.error().message;
    auto decoder = makeRowDecoder(source->decode);
    EXPECT_TRUE(decoder);
    Decoded all;
    SourceChunk chunk;
    for (auto more = source->reader->next(chunk, target); more && *more;
         more = source->reader->next(chunk, target)) {
        Arena arena;
        std::vector<DecodedRow> rows;
        (*decoder)->decode(chunk, arena, rows, all.rejected);
        for (const DecodedRow& row : rows) {
            all.rows.emplace_back(row.line);
            all.numbers.push_back(chunk.firstRow + row.row);
        }
    }
    return all;
}

TEST(Lines, BecomeRowsWithTheirNumbers) {
    const Decoded all =
        decode("\xEF\xBB\xBF\r\n{\"a\":1}\r\n \n{\"a\":\r\n\n{\"a\":3}", "d.ndjson", 1);
    EXPECT_EQ(all.rows, (std::vector<std::string>{"{\"a\":1}", "{\"a\":3}"}));
    EXPECT_EQ(all.numbers, (std::vector<std::uint64_t>{0, 2}));
    ASSERT_EQ(all.rejected.size(), 1U);
    EXPECT_EQ(all.rejected[0].line, 4U);
    EXPECT_EQ(all.rejected[0].row, 1U);
}

TEST(Lines, CsvHeaderMayFollowAByteOrderMarkAndBlankLines) {
    const Decoded all = decode("\xEF\xBB\xBF\r\na,b\r\n1,2\r\n\r\n3,4", "d.csv");
    EXPECT_EQ(all.rows, (std::vector<std::string>{"1,2", "3,4"}));
    EXPECT_EQ(all.numbers, (std::vector<std::uint64_t>{0, 1}));
}

/// Rows, then one endless line that is never in memory as a whole, then rows. Notes the largest
/// piece that was asked for and the most memory in use while reading.
class LongLineSource final : public ByteSource {
public:
    LongLineSource(std::string before, std::uint64_t length, std::string after)
        : m_before(std::move(before)), m_length(length), m_after(std::move(after)) {}

    Result<std::size_t> read(std::span<char> to) override {
        m_largestRead = std::max(m_largestRead, to.size());
        const struct mallinfo2 info = mallinfo2();
        m_mostInUse = std::max(m_mostInUse, info.uordblks + info.hblkhd);
        const std::uint64_t end = m_before.size() + m_length;
        if (m_at < m_before.size())
            return give(to, std::string_view(m_before).substr(m_at));
        if (m_at >= end)
            return give(to, std::string_view(m_after).substr(m_at - end));
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), end - m_at));
        std::memset(to.data(), 'x', size);
        m_at += size;
        return size;
    }
    std::string name() const override { return "long"; }
    [[nodiscard]] std::size_t largestRead() const { return m_largestRead; }
    [[nodiscard]] std::size_t mostInUse() const { return m_mostInUse; }

private:
    std::size_t give(std::span<char> to, std::string_view text) {
        const std::size_t size = std::min(to.size(), text.size());
        std::memcpy(to.data(), text.data(), size);
        m_at += size;
        return size;
    }

    std::string m_before;
    std::uint64_t m_length;
    std::string m_after;
    std::uint64_t m_at = 0;
    std::size_t m_largestRead = 0;
    std::size_t m_mostInUse = 0;
};

TEST(Lines, ALineOf100MegabytesIsSkippedInBoundedMemory) {
    constexpr std::uint64_t kLength = 100'000'000;
    constexpr std::size_t kLimit = std::size_t{1} << 20;
    const std::string before = rowsFrom(0, 100), after = "\n" + rowsFrom(100, 100);
    auto source = std::make_unique<LongLineSource>(before, kLength, after);
    const LongLineSource& watched = *source;
    const struct mallinfo2 info = mallinfo2();
    const std::size_t inUse = info.uordblks + info.hblkhd;
    const auto reader = opened(std::move(source), kLimit);
    const Read all = readAll(*reader);
    EXPECT_FALSE(all.error);
    EXPECT_EQ(all.text, before + after.substr(1));
    ASSERT_EQ(all.skipped.size(), 1U);
    EXPECT_EQ(all.skipped[0].line, 101U);
    EXPECT_EQ(all.skipped[0].row, 100U);
    EXPECT_EQ(all.skipped[0].bytes, kLength);
    ASSERT_FALSE(all.firstLines.empty());
    EXPECT_EQ(all.firstLines.back(), 102U);
    EXPECT_EQ(all.firstRows.back(), 101U);
    // The buffer grows to twice the limit at most, and is copied into its successor once.
    EXPECT_LE(watched.largestRead(), 2 * kLimit);
    EXPECT_LE(watched.mostInUse() - inUse, 5 * kLimit);
    EXPECT_LE(all.largestChunk, before.size() + after.size());
}

TEST(Lines, TooLongOnesAreSkippedWhereverTheyStand) {
    const std::string longLine(5000, 'x');
    constexpr std::size_t kLimit = 1000;
    for (const std::size_t readBytes : {std::size_t(-1), std::size_t{64}, std::size_t{3}}) {
        const Read all = readText(longLine + "\n{\"a\":1}\n" + longLine + "\n" + longLine +
                                      "\n{\"a\":2}\n" + longLine,
                                  readBytes, kLimit);
        EXPECT_EQ(all.text, "{\"a\":1}\n{\"a\":2}\n");
        ASSERT_EQ(all.skipped.size(), 4U);
        const std::uint64_t lines[] = {1, 3, 4, 6};
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(all.skipped[i].line, lines[i]);
            EXPECT_EQ(all.skipped[i].row, lines[i] - 1);
            EXPECT_EQ(all.skipped[i].bytes, longLine.size());
        }
    }
    const std::string justFits(kLimit, 'y');
    EXPECT_EQ(readText(justFits + "\n" + justFits + "z\n", 7, kLimit).text, justFits + "\n");
}

TEST(Lines, TooLongOnesAreSkippedInArchivesToo) {
    const std::string text = rowsFrom(0, 10) + std::string(300'000, 'x') + "\n" + rowsFrom(10, 10);
    for (const Archive& archive : kArchives) {
        const Read all = readText(archive.make(text), 512, 10'000);
        EXPECT_FALSE(all.error) << archive.name;
        EXPECT_EQ(all.text, rowsFrom(0, 20)) << archive.name;
        ASSERT_EQ(all.skipped.size(), 1U) << archive.name;
        EXPECT_EQ(all.skipped[0].bytes, 300'000U);
    }
}

TEST(Lines, AreCutIntoChunksOfAboutTheSizeAskedFor) {
    const std::string text = rowsFrom(0, 20'000);
    const Read all = readText(text);
    EXPECT_EQ(all.text, text);
    EXPECT_LE(all.largestChunk, 2 * kTarget);
    EXPECT_GE(all.firstLines.size(), text.size() / (2 * kTarget));
}

// --- inputs held in memory ---------------------------------------------------------------------

TEST(Preload, GivesTheSameChunksAgainAndAgain) {
    const std::string text = rowsFrom(0, 5000);
    const auto reader = opened(makeMemorySource(gzipped(text), "d.ndjson.gz", 100));
    const auto input = PreloadedInput::load(*reader, kTarget);
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ((*input)->memoryBytes(), text.size());
    EXPECT_GT((*input)->chunks().size(), 10U);
    for (int i = 0; i < 2; ++i) {
        const auto again = PreloadedInput::makeReader(*input);
        const Read all = readAll(*again);
        EXPECT_EQ(all.text, text);
        EXPECT_FALSE(all.error);
        EXPECT_EQ(again->name(), "d.ndjson.gz");
        EXPECT_EQ(again->inputHash(), reader->inputHash());
        EXPECT_EQ(again->bytesRead(), reader->bytesRead());
    }
}

TEST(Preload, KeepsTheRowsOfATruncatedArchiveAndReportsItAtTheEnd) {
    const std::string bytes = xz(rowsFrom(0, 50'000));
    const auto reader = opened(makeMemorySource(bytes.substr(0, bytes.size() / 2), "d.xz"));
    const auto input = PreloadedInput::load(*reader, kTarget);
    ASSERT_TRUE(input) << input.error().message;
    const auto again = PreloadedInput::makeReader(*input);
    const Read all = readAll(*again);
    EXPECT_FALSE(all.text.empty());
    ASSERT_TRUE(all.error);
    EXPECT_EQ(all.error->code, ErrorCode::Truncated);
    EXPECT_TRUE(again->truncated());
}

TEST(Preload, HasALimit) {
    const auto reader = opened(makeMemorySource(rowsFrom(0, 5000), "d.ndjson"));
    const auto input = PreloadedInput::load(*reader, kTarget, 10'000);
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error().code, ErrorCode::LimitExceeded);
    EXPECT_NE(input.error().message.find("d.ndjson"), std::string::npos);
}

} // namespace
} // namespace fuseboard
