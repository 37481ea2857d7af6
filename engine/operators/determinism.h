// SPDX-License-Identifier: Apache-2.0
// Whether the expressions of a node give the same results in every run: what contracts promise as
// `deterministic`. Private to engine/operators.
#pragma once

#include "engine/graph/config.h"

namespace fuseboard {

/// False when any expression, group key, window script or branch calls a function whose results
/// differ between runs (the wall clock), itself or through functions of the program.
[[nodiscard]] bool isDeterministic(const Config& config);

} // namespace fuseboard
