// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/compress.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace fuseboard {

namespace {

constexpr std::size_t kBuffer = 64 * 1024;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

class GzipSink final : public ByteSink {
public:
    explicit GzipSink(std::unique_ptr<ByteSink> sink) : m_sink(std::move(sink)), m_out(kBuffer) {}
    ~GzipSink() override {
        if (m_ready)
            deflateEnd(&m_stream);
    }
    bool open() {
        m_ready = deflateInit2(&m_stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                               Z_DEFAULT_STRATEGY) == Z_OK;
        return m_ready;
    }

    Status write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, kMostAtOnce);
            FB_TRY(run(piece, Z_NO_FLUSH));
            bytes.remove_prefix(piece.size());
        }
        return {};
    }
    Status finish() override {
        FB_TRY(run({}, Z_FINISH));
        return m_sink->finish();
    }
    Result<std::string> keepPart() override {
        FB_TRY(run({}, Z_FINISH));
        return m_sink->keepPart();
    }
    std::string name() const override { return m_sink->name(); }

private:
    Status run(std::string_view bytes, int flush) {
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        m_stream.avail_in = static_cast<uInt>(bytes.size());
        do {
            m_stream.next_out = reinterpret_cast<Bytef*>(m_out.data());
            m_stream.avail_out = static_cast<uInt>(m_out.size());
            deflate(&m_stream, flush);
            FB_TRY(m_sink->write({m_out.data(), m_out.size() - m_stream.avail_out}));
        } while (m_stream.avail_out == 0);
        return {};
    }

    std::unique_ptr<ByteSink> m_sink;
    std::vector<char> m_out;
    z_stream m_stream{};
    bool m_ready = false;
};

class ZstdSink final : public ByteSink {
public:
    explicit ZstdSink(std::unique_ptr<ByteSink> sink)
        : m_sink(std::move(sink)), m_stream(ZSTD_createCStream()), m_out(kBuffer) {}
    bool open() const { return m_stream != nullptr; }

    Status write(std::string_view bytes) override { return run(bytes, ZSTD_e_continue); }
    Status finish() override {
        FB_TRY(run({}, ZSTD_e_end));
        return m_sink->finish();
    }
    Result<std::string> keepPart() override {
        FB_TRY(run({}, ZSTD_e_end));
        return m_sink->keepPart();
    }
    std::string name() const override { return m_sink->name(); }

private:
    Status run(std::string_view bytes, ZSTD_EndDirective directive) {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        for (;;) {
            ZSTD_outBuffer out{m_out.data(), m_out.size(), 0};
            const std::size_t left = ZSTD_compressStream2(m_stream.get(), &out, &in, directive);
            if (ZSTD_isError(left) != 0)
                return fail(ErrorCode::NotWritable,
                            "cannot compress " + name() + ": " + ZSTD_getErrorName(left));
            FB_TRY(m_sink->write({m_out.data(), out.pos}));
            const bool done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
            if (done)
                return {};
        }
    }

    struct Free {
        void operator()(ZSTD_CStream* stream) const { ZSTD_freeCStream(stream); }
    };
    std::unique_ptr<ByteSink> m_sink;
    std::unique_ptr<ZSTD_CStream, Free> m_stream;
    std::vector<char> m_out;
};

class XzSink final : public ByteSink {
public:
    explicit XzSink(std::unique_ptr<ByteSink> sink) : m_sink(std::move(sink)), m_out(kBuffer) {}
    ~XzSink() override { lzma_end(&m_stream); }
    bool open() {
        return lzma_easy_encoder(&m_stream, LZMA_PRESET_DEFAULT, LZMA_CHECK_CRC64) == LZMA_OK;
    }

    Status write(std::string_view bytes) override { return run(bytes, LZMA_RUN); }
    Status finish() override {
        FB_TRY(run({}, LZMA_FINISH));
        return m_sink->finish();
    }
    std::string name() const override { return m_sink->name(); }

private:
    Status run(std::string_view bytes, lzma_action action) {
        m_stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
        m_stream.avail_in = bytes.size();
        for (;;) {
            m_stream.next_out = reinterpret_cast<std::uint8_t*>(m_out.data());
            m_stream.avail_out = m_out.size();
            const lzma_ret result = lzma_code(&m_stream, action);
            if (result != LZMA_OK && result != LZMA_STREAM_END)
                return fail(ErrorCode::NotWritable,
                            fmt::format("cannot compress {}: liblzma says {}", name(),
                                        static_cast<int>(result)));
            FB_TRY(m_sink->write({m_out.data(), m_out.size() - m_stream.avail_out}));
            const bool done = action == LZMA_FINISH
                                  ? result == LZMA_STREAM_END
                                  : m_stream.avail_in == 0 && m_stream.avail_out != 0;
            if (done)
                return {};
        }
    }

    std::unique_ptr<ByteSink> m_sink;
    std::vector<char> m_out;
    lzma_stream m_stream = LZMA_STREAM_INIT;
};

template <class Sink> Result<std::unique_ptr<ByteSink>> wrap(std::unique_ptr<ByteSink> sink) {
    auto made = std::make_unique<Sink>(std::move(sink));
    if (!made->open())
        return fail(ErrorCode::LimitExceeded, "not enough memory to compress " + made->name());
    return made;
}

} // namespace

Result<std::unique_ptr<ByteSink>> compressedByEnding(std::unique_ptr<ByteSink> sink,
                                                     std::string_view path) {
    if (path.ends_with(".gz"))
        return wrap<GzipSink>(std::move(sink));
    if (path.ends_with(".zst"))
        return wrap<ZstdSink>(std::move(sink));
    if (path.ends_with(".xz"))
        return wrap<XzSink>(std::move(sink));
    return sink;
}

} // namespace fuseboard
