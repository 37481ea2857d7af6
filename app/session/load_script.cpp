// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"
#include "engine/script/parser.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <utility>

namespace fuseboard {

namespace {

Result<std::string> readScript(const std::string& path) {
    const auto problem = [&](ErrorCode code, std::string message, std::string hint) {
        return fail(Error(code, std::move(message), std::move(hint)).at({path, 0, 0, {}}));
    };
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return problem(ErrorCode::NotReadable, "this is a folder, not a script", {});
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return problem(std::filesystem::exists(path, error) ? ErrorCode::NotReadable
                                                            : ErrorCode::NotFound,
                       "cannot open the script", "check the name and the permissions");
    std::string text;
    std::array<char, 65536> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > kMaxProgramBytes)
            return problem(ErrorCode::LimitExceeded,
                           fmt::format("the script is longer than {} MiB", kMaxProgramBytes >> 20U),
                           {});
    }
    return text;
}

// Ports that the script names in `emit … => "port"`.
void addPorts(const Expr& expr, std::vector<std::string>& ports) {
    if (const auto* emit = tryAs<EmitExpr>(&expr); emit != nullptr && emit->port != nullptr)
        if (const auto* literal = tryAs<LiteralExpr>(emit->port.get());
            literal != nullptr && (*literal->value).isString()) {
            std::string port((*literal->value).asString());
            if (std::ranges::find(ports, port) == ports.end())
                ports.push_back(std::move(port));
        }
    forEachChild(expr, [&](const ExprPtr& child) {
        if (child != nullptr)
            addPorts(*child, ports);
    });
}

Graph scriptGraph(const std::string& path, Expression script) {
    std::vector<std::string> ports{"out", "err"};
    addPorts(*script.tree, ports);
    Graph graph;
    graph.setName(std::filesystem::path(path).stem().string());
    NodeData node;
    node.id = "script";
    node.operatorName = "script";
    node.label = graph.name();
    node.statement = "script";
    node.config.set("script", std::move(script));
    const NodeIndex index = graph.addNode(std::move(node));
    graph.addInput("in");
    graph.addEdge({kNone, "in"}, {index, "in"});
    for (const std::string& port : ports) {
        graph.addOutput(port);
        graph.addEdge({index, port}, {kNone, port});
    }
    graph.forgetLog();
    return graph;
}

} // namespace

LoadResult loadScript(const std::string& path, const std::vector<std::string>& modulePath) {
    Result<std::string> text = readScript(path);
    if (!text)
        return std::unexpected(std::vector<Error>{std::move(text).error()});
    ParseOptions options;
    options.modulePath = modulePath;
    LoadedPipeline loaded;
    loaded.format = "tremor";
    const auto source = std::make_shared<const Source>(Source{path, std::move(*text)});
    auto script = parseScript(source, options, loaded.notices);
    if (!script)
        return std::unexpected(std::move(script).error());
    loaded.naive = scriptGraph(path, std::move(*script));
    std::vector<Error> errors = verify(loaded.naive, builtinCatalogue());
    if (!errors.empty())
        return std::unexpected(std::move(errors));
    return loaded;
}

} // namespace fuseboard
