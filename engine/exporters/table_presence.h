// SPDX-License-Identifier: Apache-2.0
// Whether a field is there, for each kind of step: the answers of a step follow from those of the
// steps before it.
#pragma once

#include "engine/exporters/relational_plan.h"

#include <string_view>
#include <vector>

namespace fuseboard {

/// `settings` are those of the port's binding; fields that its pinned schema requires are always
/// there. Fails when that schema cannot be read.
[[nodiscard]] Result<PresenceOf> presenceAtSource(std::string_view format, const Value& settings);
/// Of rows that come from several steps: what all of them say, else unknown.
[[nodiscard]] PresenceOf presenceOfAll(std::vector<PresenceOf> inputs);
/// Of what an Explode of the field `array` makes.
[[nodiscard]] PresenceOf presenceOfElement(const TableStep& step, const PathExpr& array);
/// Of what a Map or Group makes.
[[nodiscard]] PresenceOf presenceOfFields(const TableStep& step);

} // namespace fuseboard
