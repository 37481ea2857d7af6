// SPDX-License-Identifier: Apache-2.0
// What the program remembers between two starts, in the places that XDG names: preferences and the
// list of recent files (config), log and crash reports (state).
#pragma once

#include "views/theme/theme.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <optional>
#include <vector>

namespace fuseboard {

struct RecentFile {
    QString path;
    int nodes = 0;
    std::optional<double> speedup; ///< of the last comparison; none: not run
    QDateTime opened;
};

/// $XDG_STATE_HOME/fuseboard, else ~/.local/state/fuseboard; made when it is not there.
[[nodiscard]] QString stateFolder();

/// GUI thread only. Every function reads or writes fuseboard/fuseboard.ini.
class AppSettings {
public:
    [[nodiscard]] Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);
    [[nodiscard]] int repetitions() const;
    void setRepetitions(int repetitions);
    [[nodiscard]] QByteArray geometry() const;
    [[nodiscard]] QByteArray windowState() const;
    void setWindow(const QByteArray& geometry, const QByteArray& state);

    [[nodiscard]] std::vector<RecentFile> recentFiles() const; ///< newest first
    void addRecentFile(const RecentFile& file);
    void setSpeedup(const QString& path, double speedup);
    void clearRecentFiles();

private:
    void writeRecent(const std::vector<RecentFile>& files);
};

} // namespace fuseboard
