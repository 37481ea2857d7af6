// SPDX-License-Identifier: Apache-2.0
// Statements in general, recovery after a failure, and modules.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace fuseboard {

bool RecursiveParser::atAny(std::initializer_list<TokenKind> kinds) const {
    return std::ranges::find(kinds, peek().kind) != kinds.end();
}

void RecursiveParser::skipDocComments() {
    while (at(TokenKind::DocComment) || at(TokenKind::ModuleComment))
        take();
}

bool RecursiveParser::parseCommonStatement() {
    if (at(TokenKind::DocComment) || at(TokenKind::ModuleComment)) {
        const Span span = peek().span;
        const bool fileHead = m_at == 0 && at(TokenKind::ModuleComment);
        skipDocComments();
        if (!fileHead && !atAny({TokenKind::Const, TokenKind::Fn, TokenKind::Intrinsic,
                                 TokenKind::Define, TokenKind::Deploy, TokenKind::EndOfText}))
            throw failureAt(span, ErrorCode::InvalidSyntax,
                            "a doc comment can only stand before a definition",
                            "begin an ordinary comment with a single #");
        if (at(TokenKind::EndOfText))
            return true;
    }
    m_program.spendStatement(source(), peek().span);
    switch (peek().kind) {
    case TokenKind::Use: parseUse(); return true;
    case TokenKind::Const: parseConst(); return true;
    case TokenKind::Fn: parseFunction(); return true;
    case TokenKind::Intrinsic: parseIntrinsic(); return true;
    default: return false;
    }
}

std::size_t RecursiveParser::statementEnd(std::size_t start) const {
    int level = 0;
    bool withOpens = false;
    std::size_t i = start;
    const auto kind = [&](std::size_t at) {
        return m_file->tokens[std::min(at, m_file->tokens.size() - 1)].kind;
    };
    for (; kind(i) != TokenKind::EndOfText; ++i) {
        const TokenKind next = kind(i + 1);
        switch (kind(i)) {
        case TokenKind::Semicolon:
            if (level == 0)
                return i;
            break;
        case TokenKind::End:
            if (level-- == 0)
                return i;
            break;
        case TokenKind::Match:
        case TokenKind::For:
        case TokenKind::Patch: ++level; break;
        case TokenKind::Merge: // inside of `patch` it opens nothing
            if (next == TokenKind::Arrow)
                break;
            if (next == TokenKind::StringStart && kind(i + 2) == TokenKind::StringText &&
                kind(i + 4) == TokenKind::Arrow)
                break;
            ++level;
            break;
        case TokenKind::Fn:
            if (i == 0 || kind(i - 1) != TokenKind::Intrinsic)
                ++level;
            withOpens = false;
            break;
        case TokenKind::Define:
            withOpens = next == TokenKind::Operator || next == TokenKind::Connector ||
                        next == TokenKind::Identifier;
            if (!withOpens)
                ++level;
            break;
        case TokenKind::Create:
        case TokenKind::Deploy: withOpens = true; break;
        case TokenKind::With:
            if (std::exchange(withOpens, false))
                ++level;
            break;
        default: break;
        }
    }
    return i;
}

void RecursiveParser::recover(std::size_t start) {
    m_inAggregate = false;
    m_locals.shadows.clear();
    m_at = statementEnd(start);
}

void RecursiveParser::parseStatements(const std::function<void()>& one,
                                      std::initializer_list<TokenKind> ends) {
    while (!atAny(ends) && !at(TokenKind::EndOfText) && !m_program.full()) {
        const std::size_t start = m_at;
        try {
            one();
            if (!atAny(ends) && !at(TokenKind::EndOfText))
                expect(TokenKind::Semicolon, "after the statement");
        } catch (ParseFailure& failure) {
            m_program.report(std::move(failure.error));
            recover(start);
            if (!accept(TokenKind::Semicolon) && m_at == start && !atAny(ends))
                take();
        }
    }
}

void RecursiveParser::readModule() {
    parseStatements(
        [&] {
            if (parseCommonStatement())
                return;
            if (!at(TokenKind::Define))
                throw unexpected("use, const, fn or define");
            parseDefine();
        },
        {TokenKind::EndOfText});
}

// --- use ---------------------------------------------------------------------------------------

void RecursiveParser::parseUse() {
    take();
    parseUseTargets({});
}

/// `a::b`, `a::b as c`, `a::{b, c::d as e, f::{g}}`
void RecursiveParser::parseUseTargets(std::vector<std::string> prefix) {
    const NestingGuard guard(*this);
    const std::uint32_t begin = peek().span.begin;
    prefix.push_back(identifier("the name of a module"));
    while (accept(TokenKind::ColonColon)) {
        if (accept(TokenKind::LeftBrace)) {
            do {
                parseUseTargets(prefix);
            } while (accept(TokenKind::Comma) && !at(TokenKind::RightBrace));
            expect(TokenKind::RightBrace, "after the list of modules");
            return;
        }
        prefix.push_back(identifier("the name of a module"));
    }
    const Span span = since(begin);
    const std::string alias =
        accept(TokenKind::As) ? identifier("another name of the module") : prefix.back();
    importModule(prefix, alias, span);
}

void RecursiveParser::importModule(const std::vector<std::string>& path, const std::string& alias,
                                   Span span) {
    m_scope->modules.insert_or_assign(alias, loadModule(path, span));
}

ModuleRef RecursiveParser::loadModule(const std::vector<std::string>& path, Span span) {
    const std::string name = fmt::format("{}", fmt::join(path, "::"));
    // A module is a file below the module path and nothing else on the machine.
    for (const std::string& part : path) {
        if (part.find('/') != std::string::npos || part.find('\\') != std::string::npos ||
            part.starts_with('.') || part.find('\0') != std::string::npos)
            throw failureAt(span, ErrorCode::UnknownName,
                            fmt::format("`{}` cannot be the name of a module", part));
    }
    const auto known = m_program.loadedModules.find(name);
    if (known != m_program.loadedModules.end())
        return {known->second, {}};
    if (std::ranges::find(m_program.loading, name) != m_program.loading.end())
        throw failureAt(span, ErrorCode::InvalidGraph,
                        fmt::format("the module `{}` uses itself", name),
                        fmt::format("the way there: {}", fmt::join(m_program.loading, ", ")));
    const std::string relative = fmt::format("{}", fmt::join(path, "/"));
    for (const std::string& folder : m_program.options().modulePath) {
        for (const std::string_view ending : {".tremor", ".trickle", ".troy"}) {
            const auto file = std::filesystem::path(folder) / (relative + std::string(ending));
            std::error_code failed;
            if (!std::filesystem::is_regular_file(file, failed))
                continue;
            std::ifstream input(file, std::ios::binary);
            std::string text(kMaxProgramBytes + 1, '\0');
            input.read(text.data(), static_cast<std::streamsize>(text.size()));
            text.resize(static_cast<std::size_t>(std::max<std::streamsize>(input.gcount(), 0)));
            if (input.bad() || !input.is_open())
                throw failureAt(span, ErrorCode::NotReadable,
                                fmt::format("the module file {} cannot be read", file.string()));
            return {loadModuleText(name, file.string(), std::move(text), span), {}};
        }
    }
    if (isBuiltinModule(name))
        return {nullptr, name};
    throw failureAt(span, ErrorCode::UnknownName, fmt::format("unknown module `{}`", name),
                    m_program.options().modulePath.empty()
                        ? "add the folder with its file to the module path"
                        : fmt::format("looked for {}.tremor, .trickle and .troy in {}", relative,
                                      fmt::join(m_program.options().modulePath, ", ")));
}

Scope* RecursiveParser::loadModuleText(const std::string& name, std::string file, std::string text,
                                       Span span) {
    const auto known = m_program.loadedModules.find(name);
    if (known != m_program.loadedModules.end())
        return known->second;
    if (text.size() > kMaxProgramBytes)
        throw failureAt(span, ErrorCode::LimitExceeded,
                        fmt::format("the module `{}` is larger than 4 MiB", name));
    if (m_program.loading.size() >= static_cast<std::size_t>(kMaxProgramNesting))
        throw failureAt(span, ErrorCode::LimitExceeded, "too many modules use each other");
    auto tokens = std::make_shared<const TokenFile>(
        lex(std::make_shared<const Source>(Source{std::move(file), std::move(text)})));
    for (const Error& error : tokens->errors)
        m_program.report(error);
    Scope* scope = m_program.makeScope(nullptr);
    scope->moduleName = name;
    m_program.loading.push_back(name);
    if (tokens->errors.empty())
        RecursiveParser(m_program, std::move(tokens), scope).readModule();
    m_program.loading.pop_back();
    m_program.loadedModules.emplace(name, scope);
    return scope;
}

} // namespace fuseboard
