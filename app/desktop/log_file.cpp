// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/log_file.h"

#include "app/desktop/app_settings.h"
#include "fuseboard/version.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QMutex>
#include <QtGlobal>

#include <cstdio>

namespace fuseboard {

namespace {

constexpr qint64 kMostBytes = 1 << 20;

struct Log {
    QMutex mutex;
    QFile file;
};

Log& log() {
    static Log all; // lives until the process ends: messages may come from any destructor
    return all;
}

void write(QtMsgType type, const QMessageLogContext&, const QString& message) {
    const char* kind = type == QtDebugMsg     ? "debug"
                       : type == QtInfoMsg    ? "info"
                       : type == QtWarningMsg ? "warning"
                                              : "error";
    const QByteArray line = QDateTime::currentDateTime().toString(Qt::ISODateWithMs).toUtf8() +
                            ' ' + kind + ' ' + message.toUtf8() + '\n';
    const QMutexLocker lock(&log().mutex);
    if (log().file.isOpen()) {
        log().file.write(line);
        log().file.flush();
    }
    if (type != QtDebugMsg && type != QtInfoMsg)
        std::fprintf(stderr, "fuseboard: %s\n", qPrintable(message));
}

} // namespace

QString logPath() {
    return stateFolder() + QStringLiteral("/fuseboard.log");
}

void startLog() {
    const QString path = logPath();
    if (QFileInfo(path).size() > kMostBytes) {
        QFile::remove(path + QStringLiteral(".1"));
        QFile::rename(path, path + QStringLiteral(".1"));
    }
    log().file.setFileName(path);
    if (!log().file.open(QIODevice::Append))
        std::fprintf(stderr, "fuseboard: cannot write the log %s\n", qPrintable(path));
    qInstallMessageHandler(write);
    qInfo("Fuseboard %s starts", kVersion);
}

} // namespace fuseboard
