// SPDX-License-Identifier: Apache-2.0
#include "engine/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace fuseboard::check_detail {

void failCheck(const char* file, int line, std::string_view text) {
    std::fputs(fmt::format("{}:{}: check failed: {}\n", file, line, text).c_str(), stderr);
    std::fflush(stderr);
    std::abort();
}

} // namespace fuseboard::check_detail
