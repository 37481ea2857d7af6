// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/spool.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::size_t kPieceBytes = 256U << 10U;

} // namespace

Status checkStandardInput(const RunRequest& request) {
    const auto readers = std::ranges::count_if(request.inputs, [](const InputRequest& input) {
        return input.source.location == "-" && input.spooled == nullptr;
    });
    if (readers > 1)
        return fail(ErrorCode::InvalidArgument, "two inputs read standard input",
                    "bind one of them to a file");
    return {};
}

Status spoolInputs(RunRequest& request, std::uint64_t maxBytes,
                   const std::atomic<bool>* cancelled) {
    FB_TRY(checkStandardInput(request));
    for (InputRequest& input : request.inputs) {
        if (input.spooled != nullptr || !readsOnce(input.source))
            continue;
        SourceSpec spec = input.source;
        spec.cancelled = cancelled;
        FB_TRY_ASSIGN(OpenedSource opened, openSource(spec));
        auto loaded = PreloadedInput::load(*opened.reader, kPieceBytes, maxBytes);
        if (!loaded) {
            Error error = loaded.error();
            if (error.code == ErrorCode::LimitExceeded)
                error.hint = "raise --spool-bytes, or run on a file";
            return fail(std::move(error));
        }
        input.spooled = std::make_shared<const SpooledInput>(
            SpooledInput{std::move(*loaded), std::move(opened.decode)});
    }
    return {};
}

} // namespace fuseboard
