// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loop_program.h"

namespace fuseboard {

std::size_t countEffects(const std::vector<LoopStep>& steps) {
    std::size_t count = 0;
    for (const LoopStep& step : steps)
        count += step.kind == LoopStep::Kind::Effect
                     ? 1
                     : countEffects(step.inside) + countEffects(step.otherwise);
    return count;
}

} // namespace fuseboard
