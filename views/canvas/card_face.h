// SPDX-License-Identifier: Apache-2.0
// What one card shows: texts, figures and state, ready to be painted. Plain values.
#pragma once

#include "views/canvas/canvas_metrics.h"
#include "views/document/graph_document.h"
#include "views/document/item.h"

#include <QString>

#include <optional>

namespace fuseboard {

struct CardFace {
    CardShape shape = CardShape::Card;
    QString icon, title, kind, detail;
    QString metricValue, metricUnit;  ///< "521 k", "rows/s"
    QString secondLabel, secondValue; ///< "p99", "3.4 µs"
    QString message;                  ///< replaces the metrics: problem, state or contract
    QString toolTip;
    std::optional<double> busy, blocked; ///< shares of the bar
    int problems = 0;
    bool disabled = false, bypassed = false, inGroup = false, unused = false;
    bool operator==(const CardFace&) const = default;
};

/// The face of a node or boundary port of a side.
[[nodiscard]] CardFace faceOf(const GraphDocument& document, Side side, const Item& item,
                              CardShape shape);
/// The card for decoding inside a fused group.
[[nodiscard]] CardFace decodeFace(const GraphDocument& document, const std::string& inputPort);
/// The card that a folded group becomes.
[[nodiscard]] CardFace foldedFace(const GraphDocument& document, const FusedGroup& group);

} // namespace fuseboard
