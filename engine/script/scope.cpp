// SPDX-License-Identifier: Apache-2.0
// Scopes, locals and the state that all parts of one parse share.
#include "engine/script/scope.h"

#include <algorithm>

namespace fuseboard {

const Arguments::Item* Arguments::find(std::string_view name) const {
    const auto found = std::ranges::find(items, name, &Item::name);
    return found == items.end() ? nullptr : &*found;
}

std::uint32_t LocalFrame::declare(const std::string& name) {
    locals.push_back({name, count});
    return count++;
}

std::uint32_t LocalFrame::shadow(const std::string& name) {
    shadows.push_back({name, count});
    return count++;
}

const LocalFrame::Local* LocalFrame::find(std::string_view name) const {
    const auto shadowed = std::ranges::find(shadows.rbegin(), shadows.rend(), name, &Local::name);
    if (shadowed != shadows.rend())
        return &*shadowed;
    const auto found = std::ranges::find(locals, name, &Local::name);
    return found == locals.end() ? nullptr : &*found;
}

Scope* Program::makeScope(Scope* parent) {
    Scope& scope = m_scopes.emplace_back();
    scope.parent = parent;
    if (parent != nullptr)
        scope.moduleName = parent->moduleName;
    return &scope;
}

void Program::report(Error error) {
    // A definition is read once to check it and again for each use: one report is enough.
    const bool known = std::ranges::any_of(m_errors, [&](const Error& e) {
        return e.message == error.message && e.place.file == error.place.file &&
               e.place.line == error.place.line && e.place.column == error.place.column;
    });
    if (!known && !full())
        m_errors.push_back(std::move(error));
}

void Program::notice(std::string message, const SourcePtr& source, Span span) {
    if (m_notices == nullptr)
        return;
    const bool known =
        std::ranges::any_of(*m_notices, [&](const Notice& n) { return n.message == message; });
    if (!known)
        m_notices->push_back({std::move(message), placeOf(*source, span)});
}

std::vector<Error> Program::takeErrors(const std::string& mainFile) {
    const auto others = std::ranges::stable_partition(
        m_errors, [&](const Error& e) { return e.place.file == mainFile; });
    std::stable_sort(m_errors.begin(), others.begin(), [](const Error& a, const Error& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    return std::move(m_errors);
}

void Program::spendStatement(const SourcePtr& source, Span span) {
    if (++m_statements > kMaxStatements)
        throw ParseFailure{
            Error(ErrorCode::LimitExceeded,
                  "the program has too many statements once its definitions are used",
                  "at most 100000 are accepted")
                .at(placeOf(*source, span))};
}

} // namespace fuseboard
