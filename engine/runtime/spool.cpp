// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/spool.h"

namespace fuseboard {

Status spoolStandardInput(RunRequest& request, std::uint64_t limit) {
    for (InputRequest& input : request.inputs) {
        if (input.source.location != "-" || input.preloaded != nullptr)
            continue;
        FB_TRY_ASSIGN(OpenedSource opened, openSource(input.source));
        auto loaded = PreloadedInput::load(*opened.reader, 256U << 10U, limit);
        if (!loaded) {
            Error error = loaded.error();
            if (error.code == ErrorCode::LimitExceeded)
                error.hint = "raise --spool-bytes, or run on a file";
            return fail(std::move(error));
        }
        input.preloaded = std::move(*loaded);
        input.source.format = opened.decode.format;
    }
    return {};
}

} // namespace fuseboard
