// SPDX-License-Identifier: Apache-2.0
// generate: made-up data, repeatable to the byte.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/number_options.h"
#include "engine/connectors/byte_sink.h"
#include "engine/connectors/generator.h"
#include "engine/formats/format_detect.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

namespace fuseboard {

namespace {

struct GenerateCommand {
    GeneratorOptions options;
    std::string format;
    std::string out = "-";
    bool json = false;
};

std::string shapesText() {
    std::string text;
    for (const GeneratorShape& shape : generatorShapes()) {
        std::vector<std::string_view> formats;
        for (const Format format : shape.formats)
            formats.push_back(toString(format));
        text += fmt::format("\n  {:<9}{} ({})", shape.name, shape.about, fmt::join(formats, ", "));
    }
    return text;
}

Result<std::uint64_t> copy(ByteSource& source, ByteSink& sink) {
    std::vector<char> piece(std::size_t{256} << 10U);
    std::uint64_t bytes = 0;
    while (!cancelled()) {
        FB_TRY_ASSIGN(const std::size_t got, source.read(piece));
        if (got == 0) {
            FB_TRY(sink.finish());
            return bytes;
        }
        FB_TRY(sink.write(std::string_view(piece.data(), got)));
        bytes += got;
    }
    return fail(ErrorCode::Cancelled, "cancelled");
}

// A file that is named for a format of the shape gets it.
std::optional<Format> formatByEnding(const GenerateCommand& command) {
    const std::optional<Format> wanted = formatFromPath(command.out);
    for (const GeneratorShape& shape : generatorShapes())
        if (wanted && shape.name == command.options.shape &&
            std::ranges::find(shape.formats, *wanted) != shape.formats.end())
            return wanted;
    return std::nullopt;
}

int generate(GenerateCommand& command) {
    if (command.json && command.out == "-")
        return wrongUsage("--json prints a report, so the rows must go to a file",
                          "name one with -o FILE");
    if (!command.format.empty()) {
        command.options.format = formatFromName(command.format);
        if (!command.options.format)
            return wrongUsage(fmt::format("there is no format \"{}\"", command.format),
                              "choose one of ndjson, csv, influx, lines");
    }
    if (!command.options.format)
        command.options.format = formatByEnding(command);
    auto source = makeGenerator(command.options);
    if (!source)
        return wrongUsage(source.error().message, source.error().hint);
    auto sink = openSink(command.out);
    if (!sink)
        return failed(sink.error());
    const Result<std::uint64_t> bytes = copy(**source, **sink);
    if (!bytes)
        return failed(bytes.error());
    if (!command.json)
        return kExitDone;
    return deliver("-", fmt::format("{{\"shape\":\"{}\",\"rows\":{},\"seed\":{},\"bytes\":{},"
                                    "\"file\":{}}}\n",
                                    command.options.shape, command.options.rows,
                                    command.options.seed, *bytes, jsonText(command.out)));
}

void addOptions(CLI::App& app, GenerateCommand& command) {
    GeneratorOptions& options = command.options;
    app.add_option("SHAPE", options.shape, "What the rows look like; see below")->required();
    app.add_option("--rows", options.rows, "How many rows")->check(wholeNumber())->type_name("N");
    app.add_option("--seed", options.seed, "The same seed gives the same bytes")
        ->check(wholeNumber())
        ->type_name("S");
    app.add_option("--keys", options.keys, "Distinct hosts, clients or customers")
        ->check(wholeNumber(1))
        ->type_name("N");
    app.add_option("--skew", options.skew, "Zipf exponent of the keys; 0: all alike")
        ->type_name("Z");
    app.add_option("--burst", options.burst,
                   "In the first LENGTH of every EVERY rows, FACTOR times as many events a second")
        ->type_name("EVERY:LENGTH:FACTOR");
    app.add_option("--faults", options.faults, "Share of malformed rows")->type_name("P");
    app.add_option("--late", options.late, "Share of rows up to 30 s late")->type_name("P");
    app.add_option("--missing", options.missing, "Share of rows without one of their fields")
        ->type_name("P");
    app.add_option("--type-change", options.typeChange,
                   "Share of rows with a field of another type")
        ->type_name("P");
    app.add_option("--start", options.startTimeMs, "Time of the first event, in ms since 1970")
        ->type_name("MS");
    app.add_option("--rate", options.eventsPerSecond, "Events a second of event time")
        ->check(realNumber(1e-6, 1e12))
        ->type_name("N");
    app.add_option("--format", command.format, "ndjson, csv, influx or lines; else by the ending")
        ->type_name("FORMAT");
    app.add_option("-o,--out", command.out,
                   "Where to write; compressed if it ends in .gz, .zst or .xz")
        ->type_name("FILE");
    app.add_flag("--json", command.json, "Print a report");
}

} // namespace

void addGenerateCommand(CommandLine& line) {
    auto command = std::make_shared<GenerateCommand>();
    CLI::App* app = line.app().add_subcommand("generate", "Make up data, repeatable by its seed");
    addOptions(*app, *command);
    app->footer(fmt::format("Shapes (formats, the default first):{}\n\n"
                            "Example:\n  fuseboard-cli generate metrics --rows 1000000 --seed 7 "
                            "--skew 1.1 -o metrics.influx.gz\n\n"
                            "--json keys: shape, rows, seed, bytes, file.",
                            shapesText()));
    line.add(app, [command] { return generate(*command); });
}

} // namespace fuseboard
