// SPDX-License-Identifier: Apache-2.0
// The handler runs in a broken process: it uses only functions that are safe in signal handlers,
// and memory that was set aside before.
#include "app/desktop/crash_report.h"

#include "app/desktop/app_settings.h"
#include "fuseboard/version.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <csignal>
#include <cstring>
#include <execinfo.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace fuseboard {

namespace {

constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
constexpr const char* kPrefix = "crash-";

std::array<char, 4096> g_path{};
std::array<char, 256> g_head{};
std::array<char, 65536> g_stack{};

void put(int file, const char* text) {
    std::size_t left = std::strlen(text);
    while (left > 0) {
        const ssize_t written = ::write(file, text, left);
        if (written <= 0)
            return;
        text += written;
        left -= std::size_t(written);
    }
}

const char* nameOf(int signal) {
    switch (signal) {
    case SIGSEGV: return "segmentation fault";
    case SIGBUS: return "bus error";
    case SIGILL: return "illegal instruction";
    case SIGFPE: return "arithmetic error";
    default: return "aborted";
    }
}

void onSignal(int signal) {
    const int file = ::open(g_path.data(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0) {
        put(file, g_head.data());
        put(file, nameOf(signal));
        put(file, "\n\n");
        std::array<void*, 64> frames{};
        const int count = ::backtrace(frames.data(), int(frames.size()));
        ::backtrace_symbols_fd(frames.data(), count, file);
        ::close(file);
        put(STDERR_FILENO, "fuseboard: the program crashed; a report lies at ");
        put(STDERR_FILENO, g_path.data());
        put(STDERR_FILENO, "\n");
    }
    std::signal(signal, SIG_DFL);
    ::raise(signal);
}

void copyTo(std::array<char, 4096>& target, const std::string& text) {
    std::strncpy(target.data(), text.c_str(), target.size() - 1);
}

} // namespace

void watchForCrashes() {
    const QString name =
        QStringLiteral("/%1%2-%3.txt")
            .arg(QLatin1String(kPrefix),
                 QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")))
            .arg(::getpid());
    copyTo(g_path, QFile::encodeName(stateFolder() + name).toStdString());
    const std::string head = std::string("Fuseboard ") + kVersion + " (" + buildCommit() + ", " +
                             kBuildType + ", " + kCompiler + ")\n";
    std::strncpy(g_head.data(), head.c_str(), g_head.size() - 1);
    std::array<void*, 2> warmUp{};
    ::backtrace(warmUp.data(), int(warmUp.size())); // loads what it needs while that is still safe
    stack_t stack{};
    stack.ss_sp = g_stack.data(); // a stack overflow leaves no room on the usual one
    stack.ss_size = g_stack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_handler = onSignal;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    for (const int signal : kSignals)
        ::sigaction(signal, &action, nullptr);
}

QString takeCrashReport() {
    const QDir folder(stateFolder());
    const QFileInfoList reports = folder.entryInfoList(
        {QLatin1String(kPrefix) + QStringLiteral("*.txt")}, QDir::Files, QDir::Time);
    if (reports.isEmpty())
        return {};
    const QString mark = folder.filePath(QStringLiteral("crashes-told"));
    const QDateTime told = QFileInfo(mark).lastModified();
    if (told.isValid() && told >= reports.front().lastModified())
        return {};
    QFile file(mark);
    if (file.open(QIODevice::WriteOnly))
        file.write("\n");
    return reports.front().absoluteFilePath();
}

} // namespace fuseboard
