// SPDX-License-Identifier: Apache-2.0
#include "app/session/cost_file.h"

#include "engine/connectors/byte_sink.h"
#include "engine/formats/json_text.h"
#include "engine/store/run_store.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace fuseboard {

namespace {

constexpr std::string_view kVersionKey = "version";

Error complaint(ErrorCode code, std::string message, const std::string& file) {
    return Error(code, std::move(message),
                 "`fuseboard-cli bench --calibrate` writes a table of this version")
        .at({file, 0, 0, {}});
}

Status readMember(std::string_view key, const Value& value, const std::string& file,
                  CostTable& costs) {
    if (key == kVersionKey) {
        if (value.isNumber() && value.toDouble() == CostTable::kVersion)
            return {};
        return fail(complaint(
            ErrorCode::Unsupported,
            fmt::format("the cost table is not of version {}", CostTable::kVersion), file));
    }
    const auto fields = costFields();
    const auto field = std::ranges::find(fields, key, &CostField::name);
    if (field == fields.end())
        return fail(complaint(ErrorCode::UnknownName,
                              fmt::format("a cost table has no constant \"{}\"", key), file));
    const double number = value.isNumber() ? value.toDouble() : 0;
    if (!std::isfinite(number) || number <= 0)
        return fail(complaint(ErrorCode::InvalidArgument,
                              fmt::format("\"{}\" must be a number above 0", key), file));
    costs.*field->value = number;
    return {};
}

} // namespace

std::string printCostTable(const CostTable& costs) {
    std::string out = fmt::format("{{\"{}\":{}", kVersionKey, CostTable::kVersion);
    for (const CostField& field : costFields()) {
        out += fmt::format(",\"{}\":", field.name);
        printFloat(costs.*field.value, out);
    }
    return out + "}";
}

Result<CostTable> parseCostTable(std::string_view text, const std::string& file) {
    Arena arena;
    FB_TRY_ASSIGN(const Value document, parseJson(text, arena, file));
    if (!document.isRecord() || document.find(kVersionKey) == nullptr)
        return fail(complaint(ErrorCode::InvalidSyntax, "this is not a cost table", file));
    CostTable costs;
    for (const Field& field : document.fields())
        FB_TRY(readMember(field.key, field.value, file, costs));
    return costs;
}

std::string calibratedCostsPath() {
    return (std::filesystem::path(defaultStorePath()).parent_path() / "costs.json").string();
}

Result<CostTable> readCostTable(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return fail(complaint(ErrorCode::NotFound, "there is no such cost table", path));
    const std::ifstream file(path);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return fail(complaint(ErrorCode::NotReadable, "cannot read the cost table", path));
    return parseCostTable(text.str(), path);
}

Status writeCostTable(const CostTable& costs, const std::string& path) {
    const std::filesystem::path target(path);
    std::error_code error; // a folder that cannot be made shows when the file is opened
    if (target.has_parent_path())
        std::filesystem::create_directories(target.parent_path(), error);
    FB_TRY_ASSIGN(const auto sink, openSink(path));
    FB_TRY(sink->write(printCostTable(costs) + "\n"));
    return sink->finish();
}

} // namespace fuseboard
