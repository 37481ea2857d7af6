// SPDX-License-Identifier: Apache-2.0
// Finds the boxes of a canvas that touch an area without looking at all of them. Plain geometry.
#pragma once

#include <QRectF>

#include <functional>
#include <vector>

namespace fuseboard {

/// Boxes by rows of equal height and place, and in each by their left borders: a layout has few
/// rows with many boxes, or many with few.
class BoxIndex {
public:
    explicit BoxIndex(const std::vector<QRectF>& boxes);

    /// Whether `matches` says yes to a box that touches the area between these borders.
    [[nodiscard]] bool any(double left, double top, double right, double bottom,
                           const std::function<bool(const QRectF&)>& matches) const;

private:
    struct Row {
        double top = 0, bottom = 0;
        std::vector<QRectF> boxes;
    };
    std::vector<Row> m_rows; ///< by top
    double m_widest = 0, m_tallest = 0;
};

} // namespace fuseboard
