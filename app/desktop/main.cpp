// SPDX-License-Identifier: Apache-2.0
// fuseboard: the desktop program.
#include "app/desktop/app_settings.h"
#include "app/desktop/command_line.h"
#include "app/desktop/crash_report.h"
#include "app/desktop/log_file.h"
#include "app/desktop/main_window.h"
#include "app/desktop/screenshot.h"
#include "engine/store/run_store.h"
#include "fuseboard/version.h"

#include <QApplication>
#include <QIcon>

#include <cstdio>

int main(int argc, char** argv) {
    using namespace fuseboard;
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    // Qt takes its own options (-platform, -style) from the list; what is left is ours.
    QCoreApplication::setApplicationName(QStringLiteral("fuseboard"));
    QCoreApplication::setApplicationVersion(QLatin1String(kVersion));
    const DesktopOptions early = parseCommandLine(arguments);
    if (!early.output.isEmpty() && early.exitStatus == 0) { // --help and --version need no display
        std::fputs(qPrintable(early.output), stdout);
        return 0;
    }
    QApplication application(argc, argv);
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Fuseboard"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.fuseboard.Fuseboard"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/fuseboard/org.fuseboard.Fuseboard.svg")));
    const DesktopOptions options = parseCommandLine(QCoreApplication::arguments());
    if (!options.output.isEmpty()) {
        std::fputs(qPrintable(options.output), options.exitStatus == 0 ? stdout : stderr);
        return options.exitStatus;
    }
    startLog();
    watchForCrashes();
    Theme::instance().install(application);
    Theme::instance().setMode(options.theme.value_or(AppSettings().themeMode()));
    MainWindow window(defaultStorePath());
    if (options.size)
        window.arrange(*options.size);
    else
        window.restoreLayout();
    window.show();
    CommandDriver driver(window, options);
    driver.start();
    return QApplication::exec();
}
