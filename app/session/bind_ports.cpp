// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"
#include "engine/formats/format_detect.h"
#include "engine/formats/json_text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace fuseboard {

namespace {

const Value* settingOf(const PortBinding& binding, std::string_view key) {
    return binding.settings->isRecord() ? binding.settings->find(key) : nullptr;
}

std::string textOf(const PortBinding& binding, std::string_view key) {
    const Value* value = settingOf(binding, key);
    return value != nullptr && value->isString() ? std::string(value->asString()) : std::string();
}

std::optional<Format> formatOf(const PortBinding& binding) {
    return formatFromName(textOf(binding, "format"));
}

Error needsPath(const std::string& port) {
    return Error(ErrorCode::InvalidArgument, fmt::format("the file of port {} has no name", port),
                 "choose a file, or bind the port for this run");
}

// The settings of a generator stand under the names of its location's options.
std::string generatorLocation(const PortBinding& binding) {
    static constexpr std::array<std::string_view, 11> kOptions{
        "rows", "seed",    "keys",        "skew",   "burst", "faults",
        "late", "missing", "type-change", "format", "start"};
    std::string shape = textOf(binding, "shape");
    std::string location = "generate:" + (shape.empty() ? "metrics" : std::move(shape));
    char separator = '?';
    for (const std::string_view option : kOptions) {
        const Value* value = settingOf(binding, option);
        if (value == nullptr || value->isNull())
            continue;
        const std::string text =
            value->isString() ? std::string(value->asString()) : printJson(*value);
        if (text.empty())
            continue;
        location += fmt::format("{}{}={}", std::exchange(separator, '&'), option, text);
    }
    return location;
}

Error cannotRun(const std::string& port, const PortBinding& binding) {
    return Error(ErrorCode::Unsupported,
                 fmt::format("the connector {} of port {} does not run here",
                             binding.connector.empty() ? "that is saved" : binding.connector, port),
                 "bind the port to a file for this run");
}

bool isBound(const RunRequest& run, const std::string& input) {
    return std::ranges::any_of(run.inputs,
                               [&](const InputRequest& known) { return known.port == input; });
}

bool isTaken(const RunRequest& run, const std::string& output) {
    return std::ranges::any_of(run.outputs, [&](const OutputRequest& known) {
        return std::ranges::find(known.ports, output) != known.ports.end();
    });
}

} // namespace

Format formatOfOutput(std::string_view location) {
    const std::optional<Format> format = formatFromPath(location);
    return format == Format::Csv ? Format::Csv : Format::Ndjson;
}

Result<InputRequest> inputOfBinding(const std::string& port, const PortBinding& binding) {
    InputRequest input;
    input.port = port;
    input.source.format = formatOf(binding);
    if (binding.connector == "file") {
        input.source.location = textOf(binding, "path");
        if (input.source.location.empty())
            return fail(needsPath(port));
    } else if (binding.connector == "generator") {
        input.source.location = generatorLocation(binding);
        input.source.format.reset(); // the generator's own, or the one in the location
    } else if (binding.connector == "stdin") {
        input.source.location = "-";
    } else {
        return fail(cannotRun(port, binding));
    }
    return input;
}

Result<OutputRequest> outputOfBinding(const std::string& port, const PortBinding& binding) {
    OutputRequest output;
    output.ports = {port};
    if (binding.connector == "file") {
        output.location = textOf(binding, "path");
        if (output.location.empty())
            return fail(needsPath(port));
    } else if (binding.connector == "stdout") {
        output.location = "-";
    } else if (binding.connector != "discard" && binding.connector != "memory") {
        return fail(cannotRun(port, binding));
    }
    output.format = formatOf(binding).value_or(formatOfOutput(output.location));
    return output;
}

Status bindSavedPorts(const Graph& graph, RunRequest& run, std::vector<std::string>& effects) {
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i) {
        const std::string& port = graph.inputs()[i];
        const PortBinding& binding = *graph.inputBinding(i);
        if (binding.connector.empty() || isBound(run, port))
            continue;
        FB_TRY_ASSIGN(InputRequest input, inputOfBinding(port, binding));
        if (binding.connector == "file")
            effects.push_back(fmt::format("read {} (input {})", input.source.location, port));
        run.inputs.push_back(std::move(input));
    }
    for (std::uint32_t i = 0; i < graph.outputs().size(); ++i) {
        const std::string& port = graph.outputs()[i];
        const PortBinding& binding = *graph.outputBinding(i);
        if (binding.connector.empty() || isTaken(run, port))
            continue;
        FB_TRY_ASSIGN(OutputRequest output, outputOfBinding(port, binding));
        if (binding.connector == "file")
            effects.push_back(fmt::format("write {} (output {})", output.location, port));
        run.outputs.push_back(std::move(output));
    }
    return {};
}

} // namespace fuseboard
