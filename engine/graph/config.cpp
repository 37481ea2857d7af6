// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/config.h"

#include <algorithm>

namespace fuseboard {

namespace {

template <class T> const T* get(const Config& config, std::string_view name) {
    const Parameter* parameter = config.find(name);
    return parameter == nullptr ? nullptr : std::get_if<T>(parameter);
}

} // namespace

void Config::set(std::string name, Parameter value) {
    for (auto& [key, old] : m_all) {
        if (key == name) {
            old = std::move(value);
            return;
        }
    }
    m_all.emplace_back(std::move(name), std::move(value));
}

void Config::erase(std::string_view name) {
    std::erase_if(m_all, [&](const auto& entry) { return entry.first == name; });
}

const Parameter* Config::find(std::string_view name) const {
    const auto at = std::find_if(m_all.begin(), m_all.end(),
                                 [&](const auto& entry) { return entry.first == name; });
    return at == m_all.end() ? nullptr : &at->second;
}

const Expression* Config::expression(std::string_view name) const {
    return get<Expression>(*this, name);
}

GroupByPtr Config::groupBy(std::string_view name) const {
    const auto* text = get<GroupByText>(*this, name);
    return text == nullptr ? nullptr : text->tree;
}

const std::vector<WindowSpec>* Config::windows(std::string_view name) const {
    return get<std::vector<WindowSpec>>(*this, name);
}

const std::vector<NamedExpression>* Config::branches(std::string_view name) const {
    return get<std::vector<NamedExpression>>(*this, name);
}

const Value* Config::value(std::string_view name) const {
    const auto* owned = get<OwnedValue>(*this, name);
    return owned == nullptr ? nullptr : &**owned;
}

std::uint64_t Config::unsignedOr(std::string_view name, std::uint64_t fallback) const {
    const Value* found = value(name);
    return found != nullptr && found->kind() == Kind::U64 ? found->asU64() : fallback;
}

std::string_view Config::textOr(std::string_view name, std::string_view fallback) const {
    const Value* found = value(name);
    return found != nullptr && found->isString() ? found->asString() : fallback;
}

bool Config::boolOr(std::string_view name, bool fallback) const {
    const Value* found = value(name);
    return found != nullptr && found->isBool() ? found->asBool() : fallback;
}

} // namespace fuseboard
