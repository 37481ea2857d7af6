// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/schema_service.h"

#include <algorithm>
#include <deque>
#include <filesystem>

namespace fuseboard {

namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

/// Pipes and devices give their bytes once, and may never give any.
Status checkRepeatable(const std::string& location) {
    std::error_code error;
    const auto status = std::filesystem::status(location, error);
    const bool isFile = !error && std::filesystem::exists(status);
    if (location == "-" || (isFile && !std::filesystem::is_regular_file(status) &&
                            !std::filesystem::is_directory(status)))
        return fail(ErrorCode::Unsupported, location + " can be read only once",
                    "choose a file or a generator as sample data, and pin its schema");
    return {};
}

} // namespace

Result<Schema> inferSchema(const SourceSpec& source) {
    FB_TRY(checkRepeatable(source.location));
    FB_TRY_ASSIGN(OpenedSource opened, openSource(source));
    FB_TRY_ASSIGN(const auto decoder, makeRowDecoder(opened.decode));
    Arena arena;
    std::deque<SourceChunk> chunks; // rows point into them
    std::vector<DecodedRow> rows;
    std::vector<RejectedRow> rejected;
    while (rows.size() < kSampleRows) {
        FB_TRY_ASSIGN(const bool more, opened.reader->next(chunks.emplace_back(), kPieceBytes));
        if (!more)
            break;
        decoder->decode(chunks.back(), arena, rows, rejected);
    }
    if (rows.empty())
        return fail(ErrorCode::NotFound, "no row of " + source.location + " is readable",
                    "choose other sample data");
    std::vector<Value> samples;
    for (std::size_t i = 0; i < std::min(rows.size(), kSampleRows); ++i)
        samples.push_back(rows[i].data);
    return Schema::infer(samples);
}

SchemaService::SchemaService(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
}

SchemaService::~SchemaService() {
    m_pool.clear();
    m_pool.waitForDone();
}

void SchemaService::infer(SourceSpec source, std::function<void(Result<Schema>)> then) {
    m_pool.start([this, source = std::move(source), then = std::move(then)] {
        auto result = std::make_shared<Result<Schema>>(inferSchema(source));
        QMetaObject::invokeMethod(
            this, [result, then] { then(std::move(*result)); }, Qt::QueuedConnection);
    });
}

} // namespace fuseboard
