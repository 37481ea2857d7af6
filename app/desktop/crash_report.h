// SPDX-License-Identifier: Apache-2.0
// A report of where the program died, written by the dying program itself, and shown at the next
// start.
#pragma once

#include <QString>

namespace fuseboard {

/// Installs the handlers of deadly signals. Call once, after startLog().
void watchForCrashes();
/// The report of the last crash that nobody has been told about; empty: there is none. The report
/// stays where it is.
[[nodiscard]] QString takeCrashReport();

} // namespace fuseboard
