// SPDX-License-Identifier: Apache-2.0
// What names mean while a program is read: modules, definitions, constants, functions, locals.
#pragma once

#include "engine/script/aggregate.h"
#include "engine/script/lexer.h"
#include "engine/script/parser.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

struct Scope;

/// What a module name stands for: a file that was read, or built-in names with a common prefix.
struct ModuleRef {
    Scope* file = nullptr;
    std::string builtin; ///< "std::string"; empty for a file
};

/// What a function name stands for: exactly one of the three.
struct FunctionRef {
    UserFunctionPtr user;
    const FunctionSpec* native = nullptr;
    const AggregateSpec* aggregate = nullptr;
    [[nodiscard]] bool known() const {
        return user != nullptr || native != nullptr || aggregate != nullptr;
    }
};

/// A definition is kept as a position in its text and read again for each `create`, with the
/// arguments at hand: so every instance is resolved with its own values.
struct Definition {
    std::string name;
    TokenFilePtr file;
    std::size_t at = 0; ///< token after the name
    Scope* scope = nullptr;
    Span span;           ///< of the name
    std::string oldKind; ///< of `define generic::batch operator …`: the kind before the name
};

enum class DefinitionKind : std::uint8_t { Operator, Script, Pipeline, Connector, Flow };
inline constexpr std::size_t kDefinitionKinds = 5;

/// Values of `args`. A required argument has none while only the definition is checked.
struct Arguments {
    struct Item {
        std::string name;
        std::optional<OwnedValue> value;
    };
    std::vector<Item> items;
    [[nodiscard]] const Item* find(std::string_view name) const;
};

struct Scope {
    Scope* parent = nullptr;
    std::string moduleName; ///< prefix of canonical names; empty outside of modules
    std::map<std::string, ModuleRef, std::less<>> modules;
    std::map<std::string, OwnedValue, std::less<>> constants;
    std::map<std::string, FunctionRef, std::less<>> functions;
    std::map<std::string, WindowPtr, std::less<>> windows;
    std::map<std::string, Definition, std::less<>> definitions[kDefinitionKinds];
    std::optional<Arguments> arguments;
};

/// Locals of one script, function or expression.
struct LocalFrame {
    struct Local {
        std::string name;
        std::uint32_t slot;
    };
    std::vector<Local> locals;  ///< by `let`: visible to the end
    std::vector<Local> shadows; ///< by patterns and `for`: visible in their case, innermost last
    std::uint32_t count = 0;

    std::uint32_t declare(const std::string& name);
    std::uint32_t shadow(const std::string& name);
    [[nodiscard]] const Local* find(std::string_view name) const;
};

/// A failure inside the parser; caught at the statement, never leaves the library.
struct ParseFailure {
    Error error;
};

/// What all parts of one parse share. Owns the scopes.
class Program {
public:
    Program(const ParseOptions& options, std::vector<Notice>* notices)
        : m_options(options), m_notices(notices) {}

    [[nodiscard]] const ParseOptions& options() const { return m_options; }
    Scope* makeScope(Scope* parent);
    void report(Error error);
    void notice(std::string message, const SourcePtr& source, Span span);
    [[nodiscard]] bool full() const { return m_errors.size() >= kMaxErrors; }
    /// All errors: those of the main file by their place, then the others as they were found.
    [[nodiscard]] std::vector<Error> takeErrors(const std::string& mainFile);
    [[nodiscard]] bool failed() const { return !m_errors.empty(); }

    /// Counts statements of all instances: nested definitions may multiply without bound.
    void spendStatement(const SourcePtr& source, Span span);

    std::map<std::string, Scope*> loadedModules; ///< by canonical name
    std::vector<std::string> loading; ///< names of the modules being read, outermost first
    int instanceDepth = 0;

    static constexpr std::size_t kMaxErrors = 20;
    static constexpr std::size_t kMaxStatements = 100'000;

private:
    ParseOptions m_options;
    std::vector<Notice>* m_notices;
    std::deque<Scope> m_scopes;
    std::vector<Error> m_errors;
    std::size_t m_statements = 0;
};

// --- built-in modules --------------------------------------------------------------------------

/// A constant such as std::time::nanos::NANOS_PER_SECOND, by canonical name; nullptr if unknown.
[[nodiscard]] const OwnedValue* findBuiltinConstant(std::string_view canonicalName);
/// Whether any built-in name begins with `prefix::`.
[[nodiscard]] bool isBuiltinModule(std::string_view prefix);
/// Program text of the built-in modules that hold definitions (tremor::pipelines); empty otherwise.
[[nodiscard]] std::string_view builtinModuleText(std::string_view canonicalName);
/// Finds `string::uppercase` and the like without `use`; the canonical name, or empty.
[[nodiscard]] std::string findImplicitFunction(std::string_view path);
[[nodiscard]] std::string findImplicitConstant(std::string_view path);
/// Today's canonical name of a function that was renamed; empty if it was not.
[[nodiscard]] std::string_view renamedFunction(std::string_view path);
/// The candidate closest to `name`, or empty if none is close.
[[nodiscard]] std::string closestName(std::string_view name,
                                      const std::vector<std::string>& candidates);
/// Built-in function names that somebody who wrote `path` may have meant.
[[nodiscard]] std::string closestFunction(std::string_view path);

} // namespace fuseboard
