// SPDX-License-Identifier: Apache-2.0
// The recursive-descent parser behind engine/script/parser.h. One grammar for expressions, scripts,
// queries, deployments and modules; names are resolved while reading. Its parts stand in
// parser_expression.cpp, parser_path.cpp, parser_pattern.cpp, parser_statement.cpp, resolver.cpp,
// parser_module.cpp, parser_definition.cpp, parser_select.cpp and parser_deployment.cpp.
#pragma once

#include "engine/script/scope.h"

#include <functional>
#include <initializer_list>
#include <set>

namespace fuseboard {

/// What the expression at hand may use; `where` names it in messages ("a constant").
struct ExpressionRules {
    const char* where = "an expression";
    bool event = true; ///< event, $
    bool state = true;
    bool group = true; ///< group, window
    bool aggregates = false;
    bool bindings = true;  ///< names bound by match and for
    bool implicit = false; ///< functions without `use` go without saying (drawn nodes)
    bool inFunction = false;
    bool lateLocals = false; ///< a name that nothing has set yet is a local, as in script files
};

/// How a definition is used: by a `create`, or only checked (with no values for its arguments).
struct Creation {
    Settings given;
    bool checking = false;
    Error missing; ///< carries the place of the `create`
};

/// Sets a variable back when the scope ends.
template <class T> class Restore {
public:
    explicit Restore(T& variable) : m_variable(variable), m_before(variable) {}
    ~Restore() { m_variable = std::move(m_before); }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

private:
    T& m_variable;
    T m_before;
};

/// Reads one token file from some position on. Cheap to make: one for each definition instance.
class RecursiveParser {
public:
    RecursiveParser(Program& program, TokenFilePtr file, Scope* scope, std::size_t at = 0);

    ExpressionRules rules;

    // --- whole inputs (each reports its failures to the program) ---
    void readModule();
    void readQuery(Query& query, TokenKind last);
    void readDeployment(Deployment& deployment);

    // --- parts; these throw ParseFailure ---
    Expression readDrawnExpression();
    Expression readDrawnScript();
    GroupByPtr readDrawnGroupBy();
    UserFunctionPtr readDrawnFunction(); ///< the scope must be empty
    void expectEnd();
    /// The error that tells of an unexpected token here.
    [[nodiscard]] ParseFailure unexpected(std::string_view wanted) const;

private:
    friend class NestingGuard;

    // --- tokens ---
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    [[nodiscard]] bool at(TokenKind kind, std::size_t ahead = 0) const {
        return peek(ahead).kind == kind;
    }
    bool accept(TokenKind kind);
    const Token& take();
    const Token& expect(TokenKind kind, std::string_view purpose);
    std::string identifier(std::string_view what);
    [[nodiscard]] std::string_view textOf(const Token& token) const { return m_file->text(token); }
    [[nodiscard]] const SourcePtr& source() const { return m_file->source; }
    [[nodiscard]] Span since(std::uint32_t begin) const;
    [[nodiscard]] ParseFailure failureAt(Span span, ErrorCode code, std::string message,
                                         std::string hint = {}) const;
    [[noreturn]] void failHere(std::string message, std::string hint = {}) const;
    void notice(std::string message, Span span);
    [[nodiscard]] std::string sourceText(std::size_t firstToken) const;

    // --- expressions: parser_expression.cpp ---
    ExprPtr parseExpression(); ///< without match and for, unless in parentheses
    ExprPtr parseComplex();    ///< with them
    ExprPtr parseBinary(int level);
    ExprPtr parseUnary();
    ExprPtr parseNot();
    ExprPtr parsePresence();
    ExprPtr parsePrimary();
    ExprPtr parseNumber(bool negative, std::uint32_t begin);
    ExprPtr parseString();
    ExprPtr parseList();
    ExprPtr parseRecord();
    ExprPtr parseBytes();
    BytesLiteralExpr::Part parseBytesPart();
    void parseBytesType(BytesLiteralExpr::Part& part);
    ExprPtr parseMerge();
    ExprPtr parsePatch();
    PatchExpr::Operation parsePatchOperation();
    std::vector<ExprPtr> parseArguments();

    // --- paths and names: parser_path.cpp ---
    ExprPtr parseNamed();
    ExprPtr parseRooted(PathRoot root);
    ExprPtr parseMeta();
    ExprPtr parseArgs();
    ExprPtr parseRecur();
    ExprPtr withSegments(ExprPtr base, std::uint32_t begin);
    std::vector<PathSegment> parseSegments();
    PathSegment parseBracket();
    std::string fieldName();
    ExprPtr makeCall(const std::vector<std::string>& path, std::uint32_t begin);
    void checkArity(std::string_view name, std::size_t given, std::size_t least, std::size_t most,
                    Span span) const;

    // --- match, for, patterns: parser_pattern.cpp ---
    using ArmParser = std::function<ExprPtr()>;
    ExprPtr parseMatch(bool effects);
    ExprPtr parseFor(bool effects);
    Case parseCase(bool effects);
    ExprPtr parseArm(bool effects);
    ExprPtr parseGuard();
    ForExpr::ForCase parseForCase(bool effects);
    BinaryOp parseFoldOperator();
    PatternPtr parsePattern();
    PatternPtr parseRecordPattern();
    PatternPtr parseArrayPattern();
    PatternPtr parseTuplePattern();
    PatternPtr parseItemPattern();
    Pattern::FieldTest parseFieldTest();
    std::shared_ptr<const Extractor> parseExtractor();
    void requireBindings(Span span, const char* what) const;

    // --- scripts and functions: parser_statement.cpp ---
    ExprPtr parseEffect(); ///< statement of a script: let, drop, emit, match, …
    ExprPtr parseLet();
    ExprPtr parseEmit();
    ExprPtr parseBlockUntil(std::initializer_list<TokenKind> ends, bool topLevel);
    void parseConst();
    void parseFunction();
    void parseIntrinsic();
    void parsePatternFunction(UserFunction& function, std::uint32_t begin);
    ExprPtr rebindParameters(const UserFunction& function, std::uint32_t resultSlot, ExprPtr body);
    bool parseParameters(UserFunction& function);
    void checkRecursion(const Expr& expr, bool tail, const UserFunction& function) const;
    void defineFunction(const std::string& name, FunctionRef function, Span span);

    // --- names: resolver.cpp ---
    [[nodiscard]] FunctionRef resolveFunction(const std::vector<std::string>& path, Span span);
    [[nodiscard]] FunctionRef functionIn(const ModuleRef& module, const std::string& name) const;
    [[nodiscard]] const OwnedValue* resolveConstant(const std::vector<std::string>& path);
    [[nodiscard]] std::optional<ModuleRef> resolveModule(const std::vector<std::string>& path,
                                                         std::size_t parts) const;
    [[nodiscard]] const Definition* resolveDefinition(DefinitionKind kind,
                                                      const std::vector<std::string>& path);
    [[nodiscard]] WindowPtr resolveWindow(const std::vector<std::string>& path);
    [[nodiscard]] const Arguments* arguments() const;
    std::vector<std::string> modulePath(std::string_view what);
    [[nodiscard]] ParseFailure unknown(std::string_view what, const std::string& name,
                                       const std::vector<std::string>& candidates, Span span) const;

    // --- modules: parser_module.cpp ---
    void parseUse();
    void parseUseTargets(std::vector<std::string> prefix);
    void importModule(const std::vector<std::string>& path, const std::string& alias, Span span);
    ModuleRef loadModule(const std::vector<std::string>& path, Span span);
    Scope* loadModuleText(const std::string& name, std::string file, std::string text, Span span);
    bool parseCommonStatement(); ///< use, const, fn, intrinsic; false: something else
    void skipDocComments();
    [[nodiscard]] bool atAny(std::initializer_list<TokenKind> kinds) const;
    /// The token that ends the statement that begins at `start`: its `;`, the `end` around it, or
    /// the last.
    [[nodiscard]] std::size_t statementEnd(std::size_t start) const;
    void recover(std::size_t start);
    /// Statements separated by `;` up to one of `ends`, each failure reported.
    void parseStatements(const std::function<void()>& one, std::initializer_list<TokenKind> ends);
    void parseConfig(std::map<std::string, OwnedValue>& config);

    // --- definitions: parser_definition.cpp ---
    void parseDefine();
    void define(DefinitionKind kind, Definition definition);
    void checkDefinition(DefinitionKind kind, const Definition& definition);
    void defineWindow(std::string name, bool sliding, Span span);
    Settings parseSettings();
    Settings parseWith();           ///< optional `with … end` of a `create`, folded
    Settings parseDefinitionWith(); ///< optional `with … end` of a definition
    OwnedValue fold(const Expr& expr);
    ExprPtr parseConstant(const char* where);
    [[nodiscard]] bool unknownArguments() const;
    void enterArguments(const Creation& creation, bool oldParameters = false);
    std::string operatorKind();
    OperatorDefinition readOperator(const Definition& from, const Creation& creation);
    ScriptDefinition readScript(const Definition& from, const Creation& creation);
    ExprPtr readScriptBody(std::uint32_t& localCount, std::string* text);
    void readPipeline(const Creation& creation, Query& query);
    ConnectorDefinition readConnector(const Definition& from, const Creation& creation);
    void readFlow(const Creation& creation, Flow& flow);
    std::vector<std::string> ports();
    RecursiveParser instance(const Definition& definition, Span use);

    // --- queries: parser_select.cpp ---
    void parseQueryStatement(Query& query);
    void parseCreate(Query& query);
    void parseCreateOperator(Query& query, const std::string& name,
                             const std::vector<std::string>& target, Span span);
    void parseSelect(Query& query);
    QueryEndpoint endpoint(const char* defaultPort);
    std::vector<WindowPtr> parseWindows();
    GroupByPtr parseGroupBy();
    std::shared_ptr<GroupBy> parseGroupByItem();
    Expression clause(const char* where, bool aggregates);
    void checkEndpoints(const Query& query);
    void addNode(Query& query, const std::string& name, Span span);
    void warnAboutTimeout(const OperatorDefinition& definition);

    // --- deployments: parser_deployment.cpp ---
    void parseFlowStatement(Flow& flow);
    void parseFlowCreate(Flow& flow);
    void parseConnect(Flow& flow);

    Program& m_program;
    TokenFilePtr m_file;
    Scope* m_scope;
    std::size_t m_at;
    LocalFrame m_locals;
    UserFunction* m_function = nullptr; ///< whose body is read, for recur and args
    std::uint32_t m_aggregates = 0;     ///< slots given so far
    bool m_inAggregate = false;
    bool m_checking = false; ///< a definition is only checked: what it creates is not made
    int m_depth = 0;
    int m_height = 0;              ///< of the highest tree finished in the nesting level at hand
    std::set<std::string> m_nodes; ///< names in the query being read
    std::vector<std::string> m_inputs, m_outputs; ///< boundary ports of it
};

/// Counts nesting while it lives. Trees are bounded in height too, because a chain such as
/// `a + b + …` nests to the left without any bracket.
class NestingGuard {
public:
    explicit NestingGuard(RecursiveParser& parser);
    ~NestingGuard();
    NestingGuard(const NestingGuard&) = delete;
    NestingGuard& operator=(const NestingGuard&) = delete;

private:
    RecursiveParser& m_parser;
    int m_outerHeight;
};

inline constexpr int kMaxTreeHeight = 512;

} // namespace fuseboard
