// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/command_line.h"

#include "engine/graph/graph_json.h"
#include "engine/store/run_store.h"
#include "fuseboard/version.h"

#include <QCommandLineParser>
#include <QRegularExpression>

namespace fuseboard {

namespace {

QString versionText() {
    const QString commit = QString::fromLatin1(buildCommit());
    return QStringLiteral("fuseboard %1%2\n  build            %3 %4, %5\n"
                          "  pipeline file    version %6\n  database schema  version %7\n")
        .arg(QLatin1String(kVersion),
             commit.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(commit),
             QLatin1String(kCompiler), QLatin1String(kBuildType), QLatin1String(kTargetMachine))
        .arg(kPipelineFileVersion)
        .arg(RunStore::schemaVersion());
}

void addOptions(QCommandLineParser& parser) {
    const auto add = [&](const char* name, const char* text, const char* value) {
        parser.addOption(QCommandLineOption(QString::fromLatin1(name), QString::fromUtf8(text),
                                            QString::fromLatin1(value)));
    };
    parser.addHelpOption();
    parser.addVersionOption();
    add("open", "Open this pipeline: .trickle, .troy, .dot, .gv or .fuse.json.", "FILE");
    add("run", "Press Run on this data when the pipeline is open.", "DATA");
    add("clock", "Where event time comes from: wall, index, or a field such as event.timestamp:ms.",
        "CLOCK");
    add("repeat", "How often each version runs.", "N");
    add("theme", "light, dark or system.", "THEME");
    add("size", "Size of the window, such as 1680x1050.", "WxH");
    add("screenshot", "Save a picture of the window to this file and quit; waits for the run.",
        "OUT.png");
    parser.addOption(
        {QStringLiteral("allow-effects"),
         QStringLiteral("Run a pipeline that reads and writes files it names itself.")});
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("Pipeline to open."),
                                 QStringLiteral("[FILE]"));
}

QString fail(DesktopOptions& options, const QString& message) {
    options.exitStatus = 2;
    return QStringLiteral("fuseboard: ") + message + QStringLiteral("\nSee fuseboard --help.\n");
}

void readTheme(DesktopOptions& options, const QString& name) {
    if (name == QStringLiteral("light"))
        options.theme = Theme::Mode::Light;
    else if (name == QStringLiteral("dark"))
        options.theme = Theme::Mode::Dark;
    else if (name == QStringLiteral("system"))
        options.theme = Theme::Mode::System;
    else
        options.output = fail(
            options, QStringLiteral("--theme takes light, dark or system, not “%1”").arg(name));
}

void readSize(DesktopOptions& options, const QString& text) {
    static const QRegularExpression form(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
    const QRegularExpressionMatch match = form.match(text);
    const QSize size(match.captured(1).toInt(), match.captured(2).toInt());
    if (match.hasMatch() && size.width() <= 16384 && size.height() <= 16384)
        options.size = size;
    else
        options.output =
            fail(options, QStringLiteral("--size takes WIDTHxHEIGHT, not “%1”").arg(text));
}

} // namespace

DesktopOptions parseCommandLine(const QStringList& arguments) {
    DesktopOptions options;
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Draw a dataflow pipeline, see what optimising changes, measure both on your "
        "data.\nExample: fuseboard --open influx.trickle --run metrics.ndjson --clock "
        "event.timestamp:ms"));
    addOptions(parser);
    if (!parser.parse(arguments)) {
        options.output = fail(options, parser.errorText());
        return options;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        options.output = parser.helpText();
        return options;
    }
    if (parser.isSet(QStringLiteral("version"))) {
        options.output = versionText();
        return options;
    }
    const QStringList files = parser.positionalArguments();
    options.file = parser.value(QStringLiteral("open"));
    if (files.size() > 1 || (!files.isEmpty() && !options.file.isEmpty()))
        options.output = fail(options, QStringLiteral("only one pipeline can be opened"));
    if (options.file.isEmpty() && !files.isEmpty())
        options.file = files.front();
    options.data = parser.value(QStringLiteral("run"));
    options.clock = parser.value(QStringLiteral("clock"));
    options.screenshot = parser.value(QStringLiteral("screenshot"));
    options.allowEffects = parser.isSet(QStringLiteral("allow-effects"));
    if (parser.isSet(QStringLiteral("theme")))
        readTheme(options, parser.value(QStringLiteral("theme")));
    if (parser.isSet(QStringLiteral("size")))
        readSize(options, parser.value(QStringLiteral("size")));
    if (parser.isSet(QStringLiteral("repeat"))) {
        options.repetitions = parser.value(QStringLiteral("repeat")).toInt();
        if (*options.repetitions < 1 || *options.repetitions > 999)
            options.output = fail(options, QStringLiteral("--repeat takes a number from 1 to 999"));
    }
    if (!options.data.isEmpty() && options.file.isEmpty())
        options.output =
            fail(options, QStringLiteral("--run needs a pipeline: give it with --open"));
    return options;
}

} // namespace fuseboard
