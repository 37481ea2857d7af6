// SPDX-License-Identifier: Apache-2.0
// What `show --code` prints.
#pragma once

#include "app/cli/pipeline_options.h"

#include <string>
#include <vector>

namespace fuseboard {

struct ShowCodeOptions {
    std::string form; ///< program, ir or asm; empty: no code is asked for
    std::string stage;
    std::string plan = "optimized", tier = "calls";
    bool preload = false;
    std::vector<std::string> samples; ///< FILE or PORT=FILE
};

/// Exit status.
int showCode(const PipelineOptions& pipeline, const ShowCodeOptions& options, bool json,
             const std::string& out);

} // namespace fuseboard
