// SPDX-License-Identifier: Apache-2.0
// The log of the program: what Qt and the program say, with the time, in the state folder.
#pragma once

#include <QString>

namespace fuseboard {

/// Sends all messages to fuseboard.log; the one of before becomes fuseboard.log.1 when it is large.
/// Warnings still go to stderr as well. Call once, before the first window.
void startLog();
[[nodiscard]] QString logPath();

} // namespace fuseboard
