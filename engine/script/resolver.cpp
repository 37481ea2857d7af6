// SPDX-License-Identifier: Apache-2.0
// What names mean: the scopes from the inside out, then the built-in names, then older spellings.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {
std::string joined(const std::vector<std::string>& path) {
    return fmt::format("{}", fmt::join(path, "::"));
}
} // namespace

ParseFailure RecursiveParser::unknown(std::string_view what, const std::string& name,
                                      const std::vector<std::string>& candidates, Span span) const {
    const std::string close = closestName(name, candidates);
    return failureAt(span, ErrorCode::UnknownName, fmt::format("unknown {} `{}`", what, name),
                     close.empty() ? "" : fmt::format("did you mean `{}`?", close));
}

std::vector<std::string> RecursiveParser::modulePath(std::string_view what) {
    std::vector<std::string> path{identifier(what)};
    while (accept(TokenKind::ColonColon))
        path.push_back(identifier("a name after `::`"));
    return path;
}

const Arguments* RecursiveParser::arguments() const {
    for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
        if (scope->arguments)
            return &*scope->arguments;
    }
    return nullptr;
}

/// The module that the first `parts` names of the path stand for, by the aliases of `use`.
std::optional<ModuleRef> RecursiveParser::resolveModule(const std::vector<std::string>& path,
                                                        std::size_t parts) const {
    const ModuleRef* found = nullptr;
    for (const Scope* scope = m_scope; scope != nullptr && found == nullptr;
         scope = scope->parent) {
        const auto module = scope->modules.find(path[0]);
        if (module != scope->modules.end())
            found = &module->second;
    }
    if (found == nullptr)
        return std::nullopt;
    ModuleRef module = *found;
    for (std::size_t i = 1; i < parts; ++i) {
        if (module.file != nullptr) {
            const auto inner = module.file->modules.find(path[i]);
            if (inner == module.file->modules.end())
                return std::nullopt;
            module = ModuleRef(inner->second);
        } else {
            module.builtin += "::" + path[i];
        }
    }
    return module;
}

FunctionRef RecursiveParser::functionIn(const ModuleRef& module, const std::string& name) const {
    if (module.file != nullptr) {
        const auto found = module.file->functions.find(name);
        return found == module.file->functions.end() ? FunctionRef{} : found->second;
    }
    const std::string canonical = module.builtin + "::" + name;
    return {nullptr, findFunction(canonical), findAggregate(canonical)};
}

FunctionRef RecursiveParser::resolveFunction(const std::vector<std::string>& path, Span span) {
    const std::string written = joined(path);
    // Functions that a pipeline defines have the whole path as their name.
    for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
        const auto found = scope->functions.find(written);
        if (found != scope->functions.end())
            return found->second;
    }
    const auto module = path.size() == 1 ? std::nullopt : resolveModule(path, path.size() - 1);
    if (module) {
        FunctionRef found = functionIn(*module, path.back());
        if (found.known())
            return found;
    }
    FunctionRef canonical{nullptr, findFunction(written), findAggregate(written)};
    if (canonical.known())
        return canonical;
    if (path.size() > 1 && (rules.implicit || m_program.options().oldDialects)) {
        const std::string_view renamed = renamedFunction(written);
        const std::string name =
            renamed.empty() ? findImplicitFunction(written) : std::string(renamed);
        FunctionRef found{nullptr, findFunction(name), findAggregate(name)};
        if (found.known()) {
            if (!rules.implicit)
                notice(fmt::format("`{}` is now written `{}`", written, name), span);
            return found;
        }
    }
    std::vector<std::string> candidates;
    for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
        for (const auto& [name, function] : scope->functions)
            candidates.push_back(name);
    }
    if (m_function != nullptr && m_function->name.ends_with(path[0]) && path.size() == 1)
        throw failureAt(span, ErrorCode::UnknownName, fmt::format("unknown function `{}`", written),
                        "a function calls itself by `recur`");
    ParseFailure failure = unknown("function", written, candidates, span);
    if (failure.error.hint.empty()) {
        const std::string close = closestFunction(written);
        if (!close.empty())
            failure.error.hint = fmt::format("did you mean `{}`?", close);
    }
    throw failure;
}

const OwnedValue* RecursiveParser::resolveConstant(const std::vector<std::string>& path) {
    if (path.size() == 1) {
        for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
            const auto found = scope->constants.find(path[0]);
            if (found != scope->constants.end())
                return &found->second;
        }
        return nullptr;
    }
    if (const auto module = resolveModule(path, path.size() - 1)) {
        if (module->file != nullptr) {
            const auto found = module->file->constants.find(path.back());
            return found == module->file->constants.end() ? nullptr : &found->second;
        }
        if (const auto* found = findBuiltinConstant(module->builtin + "::" + path.back()))
            return found;
    }
    const std::string written = joined(path);
    if (const OwnedValue* exact = findBuiltinConstant(written))
        return exact;
    if (!rules.implicit && !m_program.options().oldDialects)
        return nullptr;
    const std::string implicit = findImplicitConstant(written);
    return implicit.empty() ? nullptr : findBuiltinConstant(implicit);
}

const Definition* RecursiveParser::resolveDefinition(DefinitionKind kind,
                                                     const std::vector<std::string>& path) {
    const auto index = static_cast<std::size_t>(kind);
    if (path.size() == 1) {
        for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
            const auto found = scope->definitions[index].find(path[0]);
            if (found != scope->definitions[index].end())
                return &found->second;
        }
        return nullptr;
    }
    const auto module = resolveModule(path, path.size() - 1);
    const Scope* scope = module ? module->file : nullptr;
    const std::string name = module && !module->builtin.empty()
                                 ? module->builtin
                                 : joined({path.begin(), path.end() - 1});
    if (scope == nullptr && !builtinModuleText(name).empty())
        scope = loadModuleText(name, "<" + name + ">", std::string(builtinModuleText(name)),
                               peek().span);
    if (scope == nullptr)
        return nullptr;
    const auto found = scope->definitions[index].find(path.back());
    return found == scope->definitions[index].end() ? nullptr : &found->second;
}

WindowPtr RecursiveParser::resolveWindow(const std::vector<std::string>& path) {
    if (path.size() == 1) {
        for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
            const auto found = scope->windows.find(path[0]);
            if (found != scope->windows.end())
                return found->second;
        }
        return nullptr;
    }
    const auto module = resolveModule(path, path.size() - 1);
    if (!module || module->file == nullptr)
        return nullptr;
    const auto found = module->file->windows.find(path.back());
    return found == module->file->windows.end() ? nullptr : found->second;
}

} // namespace fuseboard
