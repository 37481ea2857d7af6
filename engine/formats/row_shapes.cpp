// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/row_shapes.h"

#include <algorithm>
#include <cstring>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxSteps = 8192;
constexpr std::size_t kMaxAlternatives = 64;

} // namespace

ShapeStep ShapeStep::of(std::string_view text) {
    ShapeStep step;
    step.size = static_cast<std::uint8_t>(std::min(text.size(), kMaxText));
    std::memcpy(step.text, text.data(), step.size);
    step.others = 0xFFFFU << step.size & 0xFFFFU;
    const std::string_view within = text.substr(0, std::size_t{step.size} + 1);
    for (std::size_t at = within.find("\":"); at != std::string_view::npos;
         at = within.find("\":", at + 1)) {
        if (step.marks++ == 0)
            step.firstMark = static_cast<std::uint8_t>(at);
    }
    return step;
}

bool ShapeStep::sameAs(const ShapeStep& other) const {
    return std::ranges::equal(text, other.text) && size == other.size && depth == other.depth &&
           then == other.then && (then == Then::End || number == other.number);
}

void RowShapes::clear() {
    m_steps.clear();
    m_missing.clear();
}

void RowShapes::add(RowShape shape) {
    if (m_steps.size() + shape.steps.size() > kMaxSteps)
        clear();
    if (m_steps.empty())
        return append(shape, 0);
    std::size_t at = 0;
    std::size_t alternatives = 0;
    for (std::size_t i = 0; i < shape.steps.size();) {
        ShapeStep& known = m_steps[at];
        if (known.sameAs(shape.steps[i])) {
            ++i;
            ++at;
            alternatives = 0;
        } else if (known.otherwise != 0) {
            at = known.otherwise;
            ++alternatives;
        } else if (alternatives < kMaxAlternatives) {
            known.otherwise = static_cast<std::uint32_t>(m_steps.size());
            return append(shape, i);
        } else {
            clear();
            return append(shape, 0);
        }
    }
}

void RowShapes::append(RowShape& shape, std::size_t from) {
    shape.steps.back().number = static_cast<std::uint32_t>(m_missing.size());
    m_missing.push_back(std::move(shape.missing));
    m_steps.insert(m_steps.end(), shape.steps.begin() + static_cast<std::ptrdiff_t>(from),
                   shape.steps.end());
}

} // namespace fuseboard
