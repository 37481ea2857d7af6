# SPDX-License-Identifier: Apache-2.0
# Run at build time: writes OUTPUT, the source file of buildCommit(), only when the commit has changed,
# so that nothing is compiled or linked anew without need. No git or no history: an empty string.
set(commit "")
find_program(git git)
if(git AND EXISTS "${SOURCE_DIR}/.git")
    execute_process(COMMAND "${git}" -C "${SOURCE_DIR}" describe --always --dirty --exclude=* --abbrev=12
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#include "fuseboard/version.h"

namespace fuseboard {

const char *buildCommit() { return "@commit@"; }

} // namespace fuseboard
]] @ONLY)
