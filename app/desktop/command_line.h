// SPDX-License-Identifier: Apache-2.0
// The options of the desktop program.
#pragma once

#include "views/theme/theme.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace fuseboard {

struct DesktopOptions {
    QString file;  ///< --open or the positional FILE
    QString data;  ///< --run
    QString clock; ///< --clock
    std::optional<Theme::Mode> theme;
    std::optional<QSize> size;
    QString screenshot;
    std::optional<int> repetitions;
    bool allowEffects = false;

    /// What was wrong, or what --help and --version print; empty: start the window.
    QString output;
    int exitStatus = 0; ///< with `output`
};

/// Reads `arguments` (the program's name first). Needs no application.
[[nodiscard]] DesktopOptions parseCommandLine(const QStringList& arguments);

} // namespace fuseboard
