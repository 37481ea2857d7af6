// SPDX-License-Identifier: Apache-2.0
// One entry a family of aggregates. A new family is a new file, one line here and one in
// aggregate.cpp.
#pragma once

#include "engine/script/aggregate.h"

#include <span>

namespace fuseboard {

std::span<const AggregateSpec> statsAggregates();
std::span<const AggregateSpec> hdrAggregates();
std::span<const AggregateSpec> ddsAggregates();
std::span<const AggregateSpec> winAggregates();
std::span<const AggregateSpec> fuseAggregates();

} // namespace fuseboard
