// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/event_clock.h"

#include <cmath>

namespace fuseboard {

namespace {

constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
    {"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};

} // namespace

Result<EventClock> EventClock::parse(std::string_view text) {
    EventClock clock;
    if (text == "index" || text == "wall") {
        clock.m_kind = text == "wall" ? Kind::Wall : Kind::Index;
        return clock;
    }
    clock.m_kind = Kind::Field;
    std::string_view path = text;
    if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
        path = text.substr(0, colon);
        const std::string_view unit = text.substr(colon + 1);
        clock.m_scale = 0;
        for (const auto& [name, scale] : kUnits)
            if (unit == name)
                clock.m_scale = scale;
        if (clock.m_scale == 0)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the clock \"{}\" has the unknown unit \"{}\"", text, unit),
                        "units are ns, us, ms and s");
    }
    if (!path.starts_with("event.") || path.ends_with('.') || path.find("..") != path.npos)
        return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is no clock", text),
                    "use wall, index, or a field such as event.timestamp:ms");
    path.remove_prefix(6);
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t dot = std::min(path.find('.', at), path.size());
        clock.m_path.emplace_back(path.substr(at, dot - at));
        at = dot + 1;
    }
    return clock;
}

std::string EventClock::text() const {
    if (m_kind == Kind::Wall)
        return "wall";
    if (m_kind == Kind::Index)
        return "index";
    std::string text = "event";
    for (const std::string& key : m_path)
        text += "." + key;
    for (const auto& [name, scale] : kUnits)
        if (scale == m_scale)
            text += ":" + std::string(name);
    return text;
}

std::optional<std::uint64_t> EventClock::read(const Value& event) const {
    return readBelow(event, 0);
}

std::optional<std::uint64_t> EventClock::readBelow(const Value& part, std::size_t depth) const {
    const Value* at = &part;
    for (; depth < m_path.size(); ++depth) {
        if (!at->isRecord())
            return std::nullopt;
        at = at->find(m_path[depth]);
        if (at == nullptr)
            return std::nullopt;
    }
    // The largest double below 2^63: times beyond 2262 are no times.
    constexpr double kEnd = 9.2e18;
    if (at->kind() == fuseboard::Kind::U64) {
        const std::uint64_t value = at->asU64();
        if (value > static_cast<std::uint64_t>(kEnd) / m_scale)
            return std::nullopt;
        return value * m_scale;
    }
    if (at->isFloat()) {
        const double ns = at->asF64() * static_cast<double>(m_scale);
        if (!(ns >= 0 && ns < kEnd))
            return std::nullopt;
        return static_cast<std::uint64_t>(ns);
    }
    return std::nullopt;
}

} // namespace fuseboard
