// SPDX-License-Identifier: Apache-2.0
// Reading of pipeline files: every key is checked, every complaint names its place in the document.
#include "engine/formats/json_text.h"
#include "engine/graph/config_json.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_names.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxErrors = 100;

class PipelineReader {
public:
    explicit PipelineReader(const std::string& file) : m_file(file) {}

    std::expected<PipelineFile, std::vector<Error>> read(std::string_view text) {
        Arena arena;
        auto root = parseJson(text, arena, m_file);
        if (!root)
            return std::unexpected(std::vector<Error>{std::move(root).error()});
        if (auto status = checkVersion(*root); !status)
            return std::unexpected(std::vector<Error>{std::move(status).error()});
        readDocument(*root);
        if (!m_errors.empty())
            return std::unexpected(std::move(m_errors));
        if (m_outside > 0)
            m_result.notices.push_back(fmt::format(
                "{} {} outside the canvas, which ends at {:.0f}; laid out anew", m_outside,
                m_outside == 1 ? "position is" : "positions are", kMaxPosition));
        m_result.graph.forgetLog();
        return std::move(m_result);
    }

private:
    // --- complaints ---

    void wrong(const std::string& path, std::string message, std::string hint = {},
               ErrorCode code = ErrorCode::InvalidSyntax) {
        add(m_errors, path, Error(code, std::move(message), std::move(hint)));
    }
    void add(std::vector<Error>& to, const std::string& path, Error error) {
        if (to.size() >= kMaxErrors)
            return;
        error.message = path + ": " + error.message;
        error.node = m_node;
        if (error.place.file.empty())
            error.place.file = m_file;
        to.push_back(std::move(error));
    }

    Status checkVersion(const Value& root) {
        const Value* version = root.isRecord() ? root.find("fuseboard") : nullptr;
        if (version == nullptr || version->kind() != Kind::U64 || version->asU64() == 0)
            return fail(Error(ErrorCode::InvalidSyntax,
                              "this is no pipeline file: it has no \"fuseboard\": VERSION",
                              "pipeline files are written by Save and by `fuseboard-cli import -o`")
                            .at({m_file, 1, 1, {}}));
        if (version->asU64() > kPipelineFileVersion)
            return fail(Error(ErrorCode::NewerVersion,
                              fmt::format("the pipeline file is of version {}; this program reads "
                                          "up to version {}",
                                          version->asU64(), kPipelineFileVersion),
                              "open it with a newer Fuseboard")
                            .at({m_file, 1, 1, {}}));
        return {};
    }

    // --- parts ---

    void readDocument(const Value& root) {
        for (const auto& [key, value] : root.fields()) {
            const std::string path(key);
            if (key == "name")
                m_result.graph.setName(readText(value, path));
            else if (key == "properties")
                readProperties(value);
            else if (key == "inputs" || key == "outputs")
                readList(value, path, &PipelineReader::readPort);
            else if (key == "definitions")
                readList(value, path, &PipelineReader::readDefinition);
            else if (key != "fuseboard" && key != "nodes" && key != "edges")
                wrong(path, "this key is unknown",
                      "a pipeline has name, properties, inputs, outputs, definitions, nodes and "
                      "edges");
        }
        if (!m_definitions.empty())
            m_result.graph.setDefinitions(m_definitions);
        readCounted(root, "nodes", kMaxPipelineNodes, &PipelineReader::readNode);
        readCounted(root, "edges", kMaxPipelineEdges, &PipelineReader::readEdge);
    }

    void readCounted(const Value& root, const char* key, std::size_t most,
                     void (PipelineReader::*one)(const Value&, const std::string&)) {
        const Value* list = root.find(key);
        if (list == nullptr)
            return;
        if (list->isArray() && list->size() > most) {
            wrong(key, fmt::format("{} of them are more than {}", list->size(), most), {},
                  ErrorCode::LimitExceeded);
            return;
        }
        readList(*list, key, one);
    }

    void readList(const Value& list, const std::string& path,
                  void (PipelineReader::*one)(const Value&, const std::string&)) {
        if (!list.isArray()) {
            wrong(path, "a list is expected");
            return;
        }
        for (std::size_t i = 0; i < list.size() && m_errors.size() < kMaxErrors; ++i) {
            const std::string at = fmt::format("{}[{}]", path, i);
            if (list.items()[i].isRecord())
                (this->*one)(list.items()[i], at);
            else
                wrong(at, "a record is expected");
            m_node.clear();
        }
    }

    std::string readText(const Value& value, const std::string& path) {
        if (value.isString())
            return std::string(value.asString());
        wrong(path, "a text is expected");
        return {};
    }
    bool readBool(const Value& value, const std::string& path) {
        if (value.isBool())
            return value.asBool();
        wrong(path, "true or false is expected");
        return false;
    }
    std::optional<Position> readPosition(const Value& value, const std::string& path) {
        if (value.isArray() && value.size() == 2 && value.items()[0].isNumber() &&
            value.items()[1].isNumber() && std::isfinite(value.items()[0].toDouble()) &&
            std::isfinite(value.items()[1].toDouble())) {
            const Position read{value.items()[0].toDouble(), value.items()[1].toDouble()};
            if (std::fabs(read.x) <= kMaxPosition && std::fabs(read.y) <= kMaxPosition)
                return read;
            ++m_outside;
            return std::nullopt;
        }
        wrong(path, "a position is a list of two numbers");
        return std::nullopt;
    }
    template <class Enum, std::size_t N>
    void readName(const Value& value, const std::string& path,
                  const std::array<std::string_view, N>& names, Enum& result) {
        const auto found =
            value.isString() ? enumeratorOf<Enum>(names, value.asString()) : std::nullopt;
        if (found)
            result = *found;
        else
            wrong(path, "this value is unknown", fmt::format("one of {}", fmt::join(names, ", ")));
    }

    void readProperties(const Value& value) {
        GraphProperties properties;
        if (!value.isRecord()) {
            wrong("properties", "a record is expected");
            return;
        }
        for (const auto& [key, given] : value.fields()) {
            const std::string path = "properties." + std::string(key);
            if (key == "event_order")
                readName(given, path, kEventOrderNames, properties.eventOrder);
            else if (key == "at_end")
                readName(given, path, kAtEndNames, properties.atEnd);
            else if (key == "on_error")
                readName(given, path, kOnErrorNames, properties.onError);
            else if (key == "clock")
                properties.clock = readText(given, path);
            else
                wrong(path, "this key is unknown", "event_order, at_end, on_error or clock");
        }
        m_result.graph.setProperties(std::move(properties));
    }

    void readPort(const Value& value, const std::string& path) {
        const bool input = path.starts_with("inputs");
        PortBinding binding;
        std::string name;
        for (const auto& [key, given] : value.fields()) {
            const std::string at = path + "." + std::string(key);
            if (key == "name")
                name = readText(given, at);
            else if (key == "label")
                binding.label = readText(given, at);
            else if (key == "connector")
                binding.connector = readText(given, at);
            else if (key == "position")
                binding.position = readPosition(given, at);
            else if (key == "settings" && given.isRecord())
                binding.settings = OwnedValue(given);
            else
                wrong(at, key == "settings" ? "a record is expected" : "this key is unknown",
                      "name, label, position, connector or settings");
        }
        Graph& graph = m_result.graph;
        if (name.empty()) {
            wrong(path, "the port has no name");
        } else if (input ? graph.findInput(name).has_value() : graph.findOutput(name).has_value()) {
            wrong(path + ".name", fmt::format("the port \"{}\" is there twice", name));
        } else if (input) {
            graph.bindInput(graph.addInput(name), std::move(binding));
        } else {
            graph.bindOutput(graph.addOutput(name), std::move(binding));
        }
    }

    void readDefinition(const Value& value, const std::string& path) {
        const Value* name = value.find("function");
        const Value* text = value.find("text");
        const auto lines = text == nullptr ? std::nullopt : readJsonText(*text);
        if (name == nullptr || !name->isString() || !lines || value.size() != 2) {
            wrong(path, "a definition is {\"function\": NAME, \"text\": \"fn … end\"}",
                  "the text may be a list of its lines");
            return;
        }
        const std::string function(name->asString());
        if (m_definitions.find(function) != nullptr) {
            wrong(path, fmt::format("the function \"{}\" is there twice", function));
            return;
        }
        if (auto read = parseFunction(function, *lines, m_definitions))
            m_definitions.add(std::move(*read));
        else
            add(m_errors, path + ".text", std::move(read).error());
    }

    void readNode(const Value& value, const std::string& path) {
        NodeData node;
        if (const Value* id = value.find("id"); id != nullptr && id->isString())
            node.id = m_node = id->asString();
        for (const auto& [key, given] : value.fields()) {
            const std::string at = path + "." + std::string(key);
            if (key == "id")
                node.id = readText(given, at);
            else if (key == "operator")
                node.operatorName = readText(given, at);
            else if (key == "label")
                node.label = readText(given, at);
            else if (key == "statement")
                node.statement = readText(given, at);
            else if (key == "note")
                node.note = readText(given, at);
            else if (key == "position")
                node.position = readPosition(given, at);
            else if (key == "disabled")
                node.disabled = readBool(given, at);
            else if (key == "bypassed")
                node.bypassed = readBool(given, at);
            else if (key == "config")
                readConfig(given, at, node);
            else
                wrong(at, "this key is unknown",
                      "id, operator, label, statement, position, note, disabled, bypassed, config");
        }
        if (node.id.empty() || node.operatorName.empty())
            wrong(path, "a node needs an id and an operator");
        else if (m_result.graph.findNode(node.id))
            wrong(path + ".id", fmt::format("the id \"{}\" is there twice", node.id));
        else
            m_result.graph.addNode(std::move(node));
    }

    void readConfig(const Value& value, const std::string& path, NodeData& node) {
        if (!value.isRecord()) {
            wrong(path, "a record is expected");
            return;
        }
        const auto complain = [&](const std::string& inner, Error error, bool document) {
            add(document ? m_errors : m_result.problems, path + "." + inner, std::move(error));
        };
        node.config = parseConfigJson(value, node.id, m_definitions, complain);
    }

    void readEdge(const Value& value, const std::string& path) {
        Endpoint from{kNone, "out"}, to{kNone, "in"};
        bool hasFrom = false, hasTo = false;
        FusionChoice fusion = FusionChoice::Automatic;
        for (const auto& [key, given] : value.fields()) {
            const std::string at = path + "." + std::string(key);
            if (key == "from" || key == "to") {
                (key == "from" ? hasFrom : hasTo) =
                    readNodeEnd(readText(given, at), at, key == "from" ? from : to);
            } else if (key == "from_input" || key == "to_output") {
                (key == "from_input" ? hasFrom : hasTo) = readPortEnd(
                    readText(given, at), at, key == "from_input", key == "from_input" ? from : to);
            } else if (key == "fusion") {
                readName(given, at, kFusionNames, fusion);
            } else if (key != "from_port" && key != "to_port") {
                wrong(at, "this key is unknown",
                      "from, from_port, from_input, to, to_port, to_output or fusion");
            }
        }
        if (const Value* port = value.find("from_port"); port != nullptr && !from.isBoundary())
            from.port = readText(*port, path + ".from_port");
        if (const Value* port = value.find("to_port"); port != nullptr && !to.isBoundary())
            to.port = readText(*port, path + ".to_port");
        if (!hasFrom || !hasTo) {
            wrong(path, "an edge needs two ends that exist", "from or from_input, to or to_output");
            return;
        }
        const EdgeIndex edge = m_result.graph.addEdge(std::move(from), std::move(to));
        if (fusion != FusionChoice::Automatic)
            m_result.graph.setFusion(edge, fusion);
    }

    bool readNodeEnd(const std::string& id, const std::string& path, Endpoint& end) {
        const auto node = m_result.graph.findNode(id);
        if (node)
            end.node = *node;
        else
            wrong(path, fmt::format("there is no node \"{}\"", id), {}, ErrorCode::UnknownName);
        return node.has_value();
    }
    bool readPortEnd(const std::string& name, const std::string& path, bool input, Endpoint& end) {
        const bool known = input ? m_result.graph.findInput(name).has_value()
                                 : m_result.graph.findOutput(name).has_value();
        end = {kNone, name};
        if (!known)
            wrong(path, fmt::format("there is no port \"{}\"", name), {}, ErrorCode::UnknownName);
        return known;
    }

    const std::string& m_file;
    PipelineFile m_result;
    std::vector<Error> m_errors;
    Definitions m_definitions;
    std::string m_node;        ///< id of the node that is being read
    std::size_t m_outside = 0; ///< positions that are not believed
};

} // namespace

std::expected<PipelineFile, std::vector<Error>> parsePipeline(std::string_view text,
                                                              const std::string& file) {
    if (text.size() > kMaxPipelineFileBytes)
        return std::unexpected(
            std::vector<Error>{Error(ErrorCode::LimitExceeded,
                                     fmt::format("the pipeline file has {} bytes; {} are the limit",
                                                 text.size(), kMaxPipelineFileBytes))
                                   .at({file, 0, 0, {}})});
    return PipelineReader(file).read(text);
}

Result<Config> parseConfig(std::string_view json, const std::string& nodeId) {
    Arena arena;
    FB_TRY_ASSIGN(const Value root, parseJson(json, arena));
    if (!root.isRecord())
        return fail(ErrorCode::InvalidSyntax, "a configuration is a record");
    std::vector<Error> errors;
    Config config =
        parseConfigJson(root, nodeId, {}, [&](const std::string& path, Error error, bool document) {
            error.message = path + ": " + error.message;
            if (document)
                errors.push_back(std::move(error));
        });
    if (!errors.empty())
        return fail(std::move(errors.front()));
    return config;
}

} // namespace fuseboard
