// SPDX-License-Identifier: Apache-2.0
// Statements of query (.trickle) and deployment (.troy) files, resolved: names point to their
// definitions, arguments are replaced by values, modules are read.
#pragma once

#include "engine/script/ast.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fuseboard {

/// Named constant expressions, in order of writing.
using Settings = std::vector<std::pair<std::string, ExprPtr>>;

/// define window … from tumbling|sliding with … [state e] [script …] end
struct WindowDefinition {
    std::string name; ///< last part of the path, as `window` shows it
    bool sliding = false;
    Settings settings;  ///< size, interval, max_groups, slide …: expressions that fold to constants
    ExprPtr state;      ///< initial state, or null
    ExprPtr script;     ///< body on events, or null
    ExprPtr tickScript; ///< body on ticks, or null
    std::uint32_t localCount = 0;
    Span span;
    SourcePtr source;
};
using WindowPtr = std::shared_ptr<const WindowDefinition>;

/// define operator … from ns::kind with … end
struct OperatorDefinition {
    std::string name;
    std::string kind; ///< "generic::batch"
    Settings settings;
    Span span;
    SourcePtr source;
};

/// define script … script … end
struct ScriptDefinition {
    std::string name;
    ExprPtr state;                                       ///< initial state, or null
    std::vector<std::pair<std::string, ExprPtr>> bodies; ///< port -> Block; "in" comes first
    std::uint32_t localCount = 0;
    std::string text; ///< the body of port `in` as written, for the editor
    Span span;
    SourcePtr source;
};

struct Query;

struct CreateStream {
    std::string name;
};
struct CreateOperator {
    std::string name;
    std::shared_ptr<const OperatorDefinition> definition; ///< settings with `with` applied
};
struct CreateScript {
    std::string name;
    std::shared_ptr<const ScriptDefinition> definition; ///< args replaced
};
struct CreatePipeline {
    std::string name;
    std::shared_ptr<const Query> pipeline; ///< args replaced
};
/// `name` of a stream, operator, script, pipeline or boundary port, and a port of it.
struct QueryEndpoint {
    std::string name;
    std::string port; ///< "out" for `from`, "in" for `into`, unless written
    bool portGiven = false;
    Span span;
};
struct SelectStatement {
    QueryEndpoint from, into;
    Expression target;
    std::optional<Expression> where, having;
    GroupByPtr groupBy;             ///< may be null
    std::vector<WindowPtr> windows; ///< smallest (first to see events) first
};

struct QueryStatement {
    std::variant<CreateStream, CreateOperator, CreateScript, CreatePipeline, SelectStatement> what;
    Span span;
    SourcePtr source;
};

/// A query file or the body of a `define pipeline`.
struct Query {
    std::string name; ///< of the pipeline; empty for a file
    std::vector<std::string> inputs{"in"};
    std::vector<std::string> outputs{"out", "err"};
    std::map<std::string, OwnedValue> config; ///< #!config lines
    std::vector<QueryStatement> statements;   ///< create and select, in order
    SourcePtr source;
};

struct ConnectorDefinition {
    std::string name;
    std::string kind;  ///< "file", "stdio", …
    OwnedValue config; ///< everything under `with`, folded
    Span span;
    SourcePtr source;
};
struct FlowConnection {
    std::string from, fromPort, to, toPort;
    Span span;
    bool fromConnector = false, toConnector = false; ///< else a pipeline: names may repeat across
};
struct Flow {
    std::string name;
    std::vector<std::pair<std::string, std::shared_ptr<const Query>>>
        pipelines; ///< by instance name
    std::vector<std::pair<std::string, std::shared_ptr<const ConnectorDefinition>>> connectors;
    std::vector<FlowConnection> connections;
};
struct Deployment {
    std::vector<Flow> flows; ///< in order of `deploy flow`
};

} // namespace fuseboard
