// SPDX-License-Identifier: Apache-2.0
// What the inspector shows of an edge: its ends, what crossed it, and whether it may be fused.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

namespace fuseboard {

/// Made anew for each edge and each change. GUI thread only.
class EdgeForm : public QWidget {
    Q_OBJECT

public:
    EdgeForm(GraphDocument& document, Side side, EdgeIndex edge, QWidget* parent = nullptr);
};

/// "select 3" or "source in": what an end of an edge is called.
[[nodiscard]] QString endTitle(const Graph& graph, const Endpoint& end, bool isFrom);

} // namespace fuseboard
