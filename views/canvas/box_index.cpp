// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/box_index.h"

#include <algorithm>
#include <map>

namespace fuseboard {

BoxIndex::BoxIndex(const std::vector<QRectF>& boxes) {
    std::map<std::pair<double, double>, std::vector<QRectF>> rows;
    for (const QRectF& box : boxes) {
        m_widest = std::max(m_widest, box.width());
        m_tallest = std::max(m_tallest, box.height());
        rows[{box.top(), box.bottom()}].push_back(box);
    }
    for (auto& [borders, held] : rows) {
        std::sort(held.begin(), held.end(),
                  [](const QRectF& a, const QRectF& b) { return a.left() < b.left(); });
        m_rows.push_back({borders.first, borders.second, std::move(held)});
    }
}

bool BoxIndex::any(double left, double top, double right, double bottom,
                   const std::function<bool(const QRectF&)>& matches) const {
    auto row = std::lower_bound(m_rows.begin(), m_rows.end(), top - m_tallest,
                                [](const Row& held, double y) { return held.top < y; });
    for (; row != m_rows.end() && row->top <= bottom; ++row) {
        if (row->bottom < top)
            continue;
        auto box = std::lower_bound(row->boxes.begin(), row->boxes.end(), left - m_widest,
                                    [](const QRectF& held, double x) { return held.left() < x; });
        for (; box != row->boxes.end() && box->left() <= right; ++box) {
            if (box->right() >= left && matches(*box))
                return true;
        }
    }
    return false;
}

} // namespace fuseboard
