// SPDX-License-Identifier: Apache-2.0
// The settings of a run as JSON text, written with every run and read for its repetition.
#pragma once

#include "app/session/session.h"

#include <string_view>

namespace fuseboard {

inline constexpr std::uint64_t kRunSettingsVersion = 1;

struct RunSettings {
    SessionRequest request;
    std::string pipelineText; ///< the pipeline as drawn, as a pipeline file
};

/// The inverse of settingsToJson(). InvalidSyntax, NewerVersion, Unsupported.
[[nodiscard]] Result<RunSettings> settingsFromJson(std::string_view json);

} // namespace fuseboard
