// SPDX-License-Identifier: Apache-2.0
// Part of a graph as it travels through the clipboard.
#pragma once

#include "views/document/item.h"

#include <QByteArray>
#include <QString>

namespace fuseboard {

/// The MIME type of QMimeData that holds a fragment; its text form is the same JSON.
inline constexpr char kFragmentMimeType[] = "application/x-fuseboard-fragment+json";

/// The nodes and boundary ports among `items`, and the edges between them.
[[nodiscard]] Graph fragmentOf(const Graph& graph, const Items& items);
/// Adds a copy of `fragment` to `graph`, moved by (dx, dy). Copies get free ids and labels.
/// Returns the new items.
[[nodiscard]] Items addFragment(Graph& graph, const Graph& fragment, double dx, double dy);

} // namespace fuseboard
