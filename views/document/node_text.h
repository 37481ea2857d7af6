// SPDX-License-Identifier: Apache-2.0
// What cards, lists and tooltips say about a node: title, kind, detail and contract in words.
#pragma once

#include "engine/graph/contract.h"
#include "engine/graph/graph.h"

#include <QString>

namespace fuseboard {

/// The operator's contract for this node; an unknown operator counts as an opaque one.
[[nodiscard]] Contract contractOf(const Catalogue& catalogue, const NodeData& node);
/// Forwards every row unchanged: drawn as a pill.
[[nodiscard]] bool isPassthrough(const Catalogue& catalogue, const NodeData& node);

[[nodiscard]] QString titleOf(const NodeData& node);                            ///< "select 3"
[[nodiscard]] QString kindOf(const Catalogue& catalogue, const NodeData& node); ///< "Select"
[[nodiscard]] QString detailOf(const Catalogue& catalogue, const NodeData& node);
[[nodiscard]] QString iconOf(const Catalogue& catalogue, const NodeData& node);
[[nodiscard]] QString cardinalityText(const Contract& contract); ///< "1 → 0..1"
[[nodiscard]] QString contractText(const Contract& contract);    ///< "1 → 0..n, stateless"

/// Of a boundary port: the file's name, or what it is bound to, or "input in".
[[nodiscard]] QString portTitle(const PortBinding& binding, const std::string& port, bool isInput);
[[nodiscard]] QString portDetail(const PortBinding& binding, bool isInput);
[[nodiscard]] QString portIcon(const PortBinding& binding, bool isInput);

} // namespace fuseboard
