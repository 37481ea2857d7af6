// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/app_settings.h"

#include <QDir>
#include <QSettings>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr int kMostRecent = 12;
constexpr int kDefaultRepetitions = 5;

QSettings open() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("fuseboard"),
                     QStringLiteral("fuseboard"));
}

} // namespace

QString stateFolder() {
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (base.isEmpty())
        base = QDir::homePath() + QStringLiteral("/.local/state");
    const QString folder = base + QStringLiteral("/fuseboard");
    QDir().mkpath(folder);
    return folder;
}

Theme::Mode AppSettings::themeMode() const {
    const QString name = open().value(QStringLiteral("theme")).toString();
    return name == QStringLiteral("light")  ? Theme::Mode::Light
           : name == QStringLiteral("dark") ? Theme::Mode::Dark
                                            : Theme::Mode::System;
}

void AppSettings::setThemeMode(Theme::Mode mode) {
    open().setValue(QStringLiteral("theme"), mode == Theme::Mode::Light ? QStringLiteral("light")
                                             : mode == Theme::Mode::Dark
                                                 ? QStringLiteral("dark")
                                                 : QStringLiteral("system"));
}

int AppSettings::repetitions() const {
    return std::clamp(open().value(QStringLiteral("repetitions"), kDefaultRepetitions).toInt(), 1,
                      999);
}

void AppSettings::setRepetitions(int repetitions) {
    open().setValue(QStringLiteral("repetitions"), repetitions);
}

QByteArray AppSettings::geometry() const {
    return open().value(QStringLiteral("window/geometry")).toByteArray();
}

QByteArray AppSettings::windowState() const {
    return open().value(QStringLiteral("window/state")).toByteArray();
}

void AppSettings::setWindow(const QByteArray& geometry, const QByteArray& state) {
    QSettings settings = open();
    settings.setValue(QStringLiteral("window/geometry"), geometry);
    settings.setValue(QStringLiteral("window/state"), state);
}

std::vector<RecentFile> AppSettings::recentFiles() const {
    QSettings settings = open();
    std::vector<RecentFile> files;
    const int count = settings.beginReadArray(QStringLiteral("recent"));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        RecentFile file;
        file.path = settings.value(QStringLiteral("path")).toString();
        file.nodes = settings.value(QStringLiteral("nodes")).toInt();
        if (const double speedup = settings.value(QStringLiteral("speedup")).toDouble();
            speedup > 0)
            file.speedup = speedup;
        file.opened = settings.value(QStringLiteral("opened")).toDateTime();
        if (!file.path.isEmpty())
            files.push_back(file);
    }
    return files;
}

void AppSettings::writeRecent(const std::vector<RecentFile>& files) {
    QSettings settings = open();
    settings.remove(QStringLiteral("recent"));
    settings.beginWriteArray(QStringLiteral("recent"));
    for (int i = 0; i < int(files.size()) && i < kMostRecent; ++i) {
        const RecentFile& file = files[std::size_t(i)];
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("path"), file.path);
        settings.setValue(QStringLiteral("nodes"), file.nodes);
        settings.setValue(QStringLiteral("speedup"), file.speedup.value_or(0));
        settings.setValue(QStringLiteral("opened"), file.opened);
    }
    settings.endArray();
}

void AppSettings::addRecentFile(const RecentFile& file) {
    std::vector<RecentFile> files = recentFiles();
    RecentFile entry = file;
    const auto known = std::ranges::find(files, file.path, &RecentFile::path);
    if (known != files.end()) {
        if (!entry.speedup)
            entry.speedup = known->speedup;
        files.erase(known);
    }
    files.insert(files.begin(), entry);
    writeRecent(files);
}

void AppSettings::setSpeedup(const QString& path, double speedup) {
    std::vector<RecentFile> files = recentFiles();
    const auto known = std::ranges::find(files, path, &RecentFile::path);
    if (known == files.end())
        return;
    known->speedup = speedup;
    writeRecent(files);
}

void AppSettings::clearRecentFiles() {
    writeRecent({});
}

} // namespace fuseboard
