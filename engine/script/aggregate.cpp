// SPDX-License-Identifier: Apache-2.0
#include "engine/script/aggregate.h"

#include "engine/script/aggregates/builtin_aggregates.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

/// Sorted by name, made at the first look-up.
const std::vector<const AggregateSpec*>& sortedAggregates() {
    static const std::vector<const AggregateSpec*> kSorted = [] {
        std::vector<const AggregateSpec*> all;
        for (const auto& family : {statsAggregates(), hdrAggregates(), ddsAggregates(),
                                   winAggregates(), fuseAggregates()})
            for (const AggregateSpec& aggregate : family)
                all.push_back(&aggregate);
        std::ranges::sort(all, {}, &AggregateSpec::name);
        return all;
    }();
    return kSorted;
}

} // namespace

const AggregateSpec* findAggregate(std::string_view canonicalName) {
    const auto& all = sortedAggregates();
    const auto at = std::ranges::lower_bound(all, canonicalName, {}, &AggregateSpec::name);
    return at != all.end() && (*at)->name == canonicalName ? *at : nullptr;
}

std::span<const AggregateSpec* const> allAggregates() {
    return sortedAggregates();
}

} // namespace fuseboard
