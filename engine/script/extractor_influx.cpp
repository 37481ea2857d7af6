// SPDX-License-Identifier: Apache-2.0
// influx||: one line of the line protocol. Without a timestamp the event's own time is taken.
#include "engine/formats/row_decoder.h"
#include "engine/script/extractor_kinds.h"

#include <fmt/format.h>

#include <cstring>

namespace fuseboard::extractors {

namespace {

/// One decoder a thread: it keeps buffers, and decoding needs nothing else.
RowDecoder* decoder() {
    thread_local const std::unique_ptr<RowDecoder> kDecoder = [] {
        DecodeOptions options;
        options.format = Format::Influx;
        auto made = makeRowDecoder(options);
        return made ? *std::move(made) : nullptr;
    }();
    return kDecoder.get();
}

bool decode(std::string_view line, Arena& arena, Value& result) {
    RowDecoder* rows = decoder();
    if (rows == nullptr)
        return false;
    auto* bytes = arena.allocateArray<char>(line.size() + 1 + kChunkPadding);
    std::memcpy(bytes, line.data(), line.size());
    std::memset(bytes + line.size(), 0, 1 + kChunkPadding);
    bytes[line.size()] = '\n';
    SourceChunk chunk;
    chunk.memory = std::shared_ptr<const char>(std::shared_ptr<void>(), bytes); // the arena's
    chunk.bytes = {bytes, line.size() + 1};
    chunk.last = true;
    std::vector<DecodedRow> decoded;
    std::vector<RejectedRow> rejected;
    rows->decode(chunk, arena, decoded, rejected);
    if (decoded.size() != 1 || !rejected.empty() || decoded.front().needsTime)
        return false;
    result = decoded.front().data;
    return true;
}

class Influx final : public Extractor {
public:
    explicit Influx(std::string pattern) : Extractor("influx", std::move(pattern)) {}
    bool matches(const Value& subject) const override {
        Arena arena(4096);
        Value ignored;
        return parse(subject, 0, arena, ignored);
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        return parse(subject, context.ingestNs, context.arena, result);
    }

private:
    static bool parse(const Value& subject, std::uint64_t ingestNs, Arena& arena, Value& result) {
        if (!subject.isString() || subject.size() == 0 ||
            subject.asString().find('\n') != std::string_view::npos)
            return false;
        return decode(subject.asString(), arena, result) ||
               decode(fmt::format("{} {}", subject.asString(), ingestNs), arena, result);
    }
};

} // namespace

Made makeInflux(std::string pattern) {
    return std::make_shared<const Influx>(std::move(pattern));
}

} // namespace fuseboard::extractors
