// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/decompress.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

namespace fuseboard {

namespace {

using namespace std::string_view_literals;

// Memory that a user's archive may make us take; xz -9 needs 65 MiB.
constexpr std::uint64_t kMemoryLimit = std::uint64_t{192} << 20;
constexpr int kZstdWindowLog = 27;

std::unexpected<Error> damaged(std::string_view what, std::string_view reason) {
    return fail(ErrorCode::InvalidSyntax,
                "damaged " + std::string(what) + " data: " + std::string(reason),
                "the rows before the damage were kept; get a good copy of the file");
}
std::unexpected<Error> needsMemory(std::string_view what) {
    return fail(ErrorCode::LimitExceeded,
                "the " + std::string(what) + " archive needs too much memory to decompress",
                "decompress it first and pipe it in");
}

/// Members one after the other (RFC 1952), zero bytes of padding after the last one.
class GzipDecompressor final : public Decompressor {
public:
    static Result<std::unique_ptr<Decompressor>> make() {
        auto made = std::make_unique<GzipDecompressor>();
        if (inflateInit2(&made->m_stream, 15 + 16) != Z_OK)
            return needsMemory("gzip");
        made->m_ready = true;
        return made;
    }
    ~GzipDecompressor() override {
        if (m_ready)
            inflateEnd(&m_stream);
    }

    Result<Step> step(std::string_view input, std::span<char> output) override {
        Step done;
        if (m_between) {
            done.consumed = std::min(input.find_first_not_of('\0'), input.size());
            if (done.consumed == input.size())
                return done;
            if (done.consumed > 0 || input[0] != '\x1f')
                return damaged("gzip", "bytes after the end that are no archive");
            inflateReset(&m_stream);
            m_between = false;
        }
        constexpr std::size_t kMost = std::numeric_limits<uInt>::max() / 2;
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        m_stream.avail_in = static_cast<uInt>(std::min(input.size(), kMost));
        m_stream.next_out = reinterpret_cast<Bytef*>(output.data());
        m_stream.avail_out = static_cast<uInt>(std::min(output.size(), kMost));
        const uInt in = m_stream.avail_in;
        const uInt out = m_stream.avail_out;
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        done = {in - m_stream.avail_in, out - m_stream.avail_out};
        if (code == Z_STREAM_END)
            m_between = true;
        else if (code == Z_MEM_ERROR)
            return needsMemory("gzip");
        else if (code != Z_OK && code != Z_BUF_ERROR && done.produced == 0)
            return damaged("gzip", m_stream.msg != nullptr ? m_stream.msg : "unreadable");
        return done;
    }
    bool complete() const override { return m_between; }

private:
    z_stream m_stream{};
    bool m_ready = false;
    bool m_between = false; // members
};

class ZstdDecompressor final : public Decompressor {
public:
    static Result<std::unique_ptr<Decompressor>> make() {
        auto made = std::make_unique<ZstdDecompressor>();
        made->m_stream.reset(ZSTD_createDStream());
        if (made->m_stream == nullptr)
            return needsMemory("zstd");
        ZSTD_DCtx_setParameter(made->m_stream.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
        return made;
    }

    Result<Step> step(std::string_view input, std::span<char> output) override {
        ZSTD_inBuffer in{input.data(), input.size(), 0};
        ZSTD_outBuffer out{output.data(), output.size(), 0};
        const std::size_t code = ZSTD_decompressStream(m_stream.get(), &out, &in);
        if (ZSTD_isError(code) != 0) {
            const std::string_view reason = ZSTD_getErrorName(code);
            if (reason.find("memory") != std::string_view::npos)
                return needsMemory("zstd");
            return damaged("zstd", reason);
        }
        // 0: a frame has just ended and all of it was written.
        if (in.pos > 0 || out.pos > 0)
            m_complete = code == 0;
        return Step{in.pos, out.pos};
    }
    bool complete() const override { return m_complete; }

private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    std::unique_ptr<ZSTD_DStream, Free> m_stream;
    bool m_complete = false;
};

class XzDecompressor final : public Decompressor {
public:
    static Result<std::unique_ptr<Decompressor>> make() {
        auto made = std::make_unique<XzDecompressor>();
        if (lzma_stream_decoder(&made->m_stream, kMemoryLimit, LZMA_CONCATENATED) != LZMA_OK)
            return needsMemory("xz");
        return made;
    }
    ~XzDecompressor() override { lzma_end(&m_stream); }

    Result<Step> step(std::string_view input, std::span<char> output) override {
        m_stream.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
        m_stream.avail_in = input.size();
        m_stream.next_out = reinterpret_cast<std::uint8_t*>(output.data());
        m_stream.avail_out = output.size();
        // An empty input is the end of the file: only then does liblzma say whether it was
        // complete.
        const lzma_ret code = lzma_code(&m_stream, input.empty() ? LZMA_FINISH : LZMA_RUN);
        const Step done{input.size() - m_stream.avail_in, output.size() - m_stream.avail_out};
        if (code == LZMA_STREAM_END)
            m_complete = true;
        else if (code == LZMA_MEMLIMIT_ERROR || code == LZMA_MEM_ERROR)
            return needsMemory("xz");
        else if (code != LZMA_OK && code != LZMA_BUF_ERROR && done.produced == 0)
            return damaged("xz", code == LZMA_DATA_ERROR || code == LZMA_FORMAT_ERROR
                                     ? "its checks fail"
                                     : "unreadable");
        return done;
    }
    bool complete() const override { return m_complete; }

private:
    lzma_stream m_stream = LZMA_STREAM_INIT;
    bool m_complete = false;
};

} // namespace

Result<std::unique_ptr<Decompressor>> makeDecompressor(std::string_view head,
                                                       std::string_view& formatName) {
    if (head.starts_with("\x1f\x8b"sv)) {
        formatName = "gzip";
        return GzipDecompressor::make();
    }
    const bool skippable = head.size() >= 4 &&
                           (static_cast<unsigned char>(head[0]) & 0xF0U) == 0x50 &&
                           head.substr(1).starts_with("\x2a\x4d\x18"sv);
    if (head.starts_with("\x28\xb5\x2f\xfd"sv) || skippable) {
        formatName = "zstd";
        return ZstdDecompressor::make();
    }
    if (head.starts_with("\xfd\x37\x7a\x58\x5a\x00"sv)) {
        formatName = "xz";
        return XzDecompressor::make();
    }
    return nullptr;
}

} // namespace fuseboard
