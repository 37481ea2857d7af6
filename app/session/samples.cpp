// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"
#include "fuseboard/version.h"

#include <filesystem>
#include <system_error>

namespace fuseboard {

std::string samplesFolder() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = program.parent_path() / kSamplesFromPrograms;
    if (!error && fs::is_directory(installed, error))
        return installed.lexically_normal().string();
    if (fs::is_directory(FB_SOURCE_SAMPLES, error))
        return FB_SOURCE_SAMPLES;
    return {};
}

} // namespace fuseboard
