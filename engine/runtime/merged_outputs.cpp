// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/merged_outputs.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace fuseboard {

namespace {

bool isStandardOutput(const std::string& path) {
    struct stat file{}, out{};
    return ::stat(path.c_str(), &file) == 0 && ::fstat(STDOUT_FILENO, &out) == 0 &&
           file.st_dev == out.st_dev && file.st_ino == out.st_ino;
}

/// What two outputs have in common that lead to one place; empty: nothing.
std::string placeOf(const OutputRequest& output) {
    if (output.capture != nullptr || output.location == "discard:")
        return {};
    if (output.location == "-" || isStandardOutput(output.location))
        return "-";
    std::error_code failure;
    const auto path = std::filesystem::absolute(output.location, failure);
    const auto real = std::filesystem::weakly_canonical(path, failure);
    return failure ? output.location : real.string();
}

} // namespace

Result<std::vector<OutputRequest>> mergeOutputs(std::vector<OutputRequest> outputs) {
    std::vector<OutputRequest> merged;
    std::vector<std::string> places;
    for (OutputRequest& output : outputs) {
        const std::string place = placeOf(output);
        const auto same = place.empty() ? places.end() : std::ranges::find(places, place);
        if (same == places.end()) {
            places.push_back(place);
            merged.push_back(std::move(output));
            continue;
        }
        OutputRequest& first = merged[static_cast<std::size_t>(same - places.begin())];
        if (first.format != output.format)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the outputs {} and {} are to be written to {} in two formats: "
                                    "{} and {}",
                                    first.ports.front(), output.ports.front(), output.location,
                                    toString(first.format), toString(output.format)),
                        "write them to two files, or in one format");
        first.ports.insert(first.ports.end(), output.ports.begin(), output.ports.end());
        if (place == "-")
            first.location = place;
    }
    return merged;
}

} // namespace fuseboard
