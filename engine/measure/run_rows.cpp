// SPDX-License-Identifier: Apache-2.0
#include "engine/measure/run_rows.h"

#include <array>
#include <span>

namespace fuseboard {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 2> kPlanSides{"naive", "optimized"};
constexpr std::array<std::string_view, 5> kRunStatuses{"running", "done", "failed", "cancelled",
                                                       "interrupted"};
constexpr std::array<std::string_view, 4> kVerdicts{"none", "faster", "slower", "cannot tell"};

template <class E>
std::optional<E> fromText(std::span<const std::string_view> names, std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text)
            return static_cast<E>(i);
    }
    return std::nullopt;
}

} // namespace

std::string_view toString(PlanSide side) {
    return kPlanSides.at(static_cast<std::size_t>(side));
}
std::string_view toString(RunStatus status) {
    return kRunStatuses.at(static_cast<std::size_t>(status));
}
std::string_view toString(Verdict verdict) {
    return kVerdicts.at(static_cast<std::size_t>(verdict));
}

std::optional<PlanSide> planSideFromText(std::string_view text) {
    return fromText<PlanSide>(kPlanSides, text);
}
std::optional<RunStatus> runStatusFromText(std::string_view text) {
    return fromText<RunStatus>(kRunStatuses, text);
}
std::optional<Verdict> verdictFromText(std::string_view text) {
    return fromText<Verdict>(kVerdicts, text);
}

} // namespace fuseboard
