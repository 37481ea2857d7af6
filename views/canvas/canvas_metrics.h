// SPDX-License-Identifier: Apache-2.0
// Sizes of everything on a canvas, in canvas units (pixels at 100 %).
#pragma once

#include <QSizeF>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace fuseboard {

inline constexpr QSizeF kCardSize{256, 64};
inline constexpr QSizeF kTerminalSize{256, 48};
inline constexpr QSizeF kPillSize{176, 24};
inline constexpr QSizeF kLonePillSize{128, 24};
inline constexpr QSizeF kCompactSize{256, 32};
inline constexpr double kGapToPill = 16;
inline constexpr double kGapBetweenCards = 24;
inline constexpr double kGrid = 8;
inline constexpr double kDotSpacing = 16;
inline constexpr double kLaneDistance = 72; ///< from the column's cards to the edge beside them
inline constexpr double kCornerRadius = 16;
inline constexpr double kArrowLength = 5;
inline constexpr double kPortRadius = 5;
inline constexpr double kHullMargin = 12;
inline constexpr QSizeF kHullLabel{96, 30};      ///< on the screen
inline constexpr double kHullLabelDistance = 10; ///< right of the hull
inline constexpr double kBandMargin = 8;

/// How a thing on the canvas is drawn.
enum class CardShape : std::uint8_t { Card, Terminal, Pill, LonePill, Compact };

[[nodiscard]] constexpr QSizeF sizeOf(CardShape shape) {
    switch (shape) {
    case CardShape::Terminal: return kTerminalSize;
    case CardShape::Pill: return kPillSize;
    case CardShape::LonePill: return kLonePillSize;
    case CardShape::Compact: return kCompactSize;
    case CardShape::Card: break;
    }
    return kCardSize;
}
[[nodiscard]] constexpr bool isPill(CardShape shape) {
    return shape == CardShape::Pill || shape == CardShape::LonePill;
}

/// What is kept at a scale of the canvas.
enum class DetailLevel : std::uint8_t { Blocks, Titles, Compact, Metrics, Full };

[[nodiscard]] constexpr DetailLevel detailAt(double scale) {
    // Half a percent below each limit, so that "90 %" as shown on screen keeps everything.
    return scale >= 0.895   ? DetailLevel::Full
           : scale >= 0.595 ? DetailLevel::Metrics
           : scale >= 0.395 ? DetailLevel::Compact
           : scale >= 0.195 ? DetailLevel::Titles
                            : DetailLevel::Blocks;
}

/// Width of an edge that carried so many bytes in the run; nullopt: no run yet.
[[nodiscard]] inline double edgeWidth(std::optional<std::uint64_t> bytes) {
    return bytes ? std::clamp(0.3 * std::sqrt(double(*bytes) / 1e6), 1.5, 10.0) : 2.0;
}

} // namespace fuseboard
