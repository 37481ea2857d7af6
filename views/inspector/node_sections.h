// SPDX-License-Identifier: Apache-2.0
// The parts of the inspector that only show: contract, figures of the run, what the optimiser did
// and refused, problems.
#pragma once

#include "views/document/graph_document.h"

#include <functional>

namespace fuseboard {

class Section;

/// An item with what stands for it on the other side.
struct Inspected {
    Side side = Side::Drawn;
    Item item;
    Items drawn, optimised; ///< the item itself on its own side

    [[nodiscard]] static Inspected of(const GraphDocument& document, Side side, const Item& item);
};

/// "As drawn, node 8 matches Optimised, node 4"
[[nodiscard]] QWidget* makeMatchLine(const GraphDocument& document, const Inspected& inspected);

void fillContract(Section& section, const GraphDocument& document, const NodeData& node);
void fillFigures(Section& section, const GraphDocument& document, const Inspected& inspected);
/// "Why fused?", or why not yet.
void fillFusion(Section& section, const GraphDocument& document, const Inspected& inspected);
void fillChanges(Section& section, const GraphDocument& document, const Inspected& inspected);
void fillRefusals(Section& section, const GraphDocument& document, const Inspected& inspected);
/// `focusField` puts the cursor where the error is; empty: there is no form.
void fillProblems(Section& section, GraphDocument& document, const std::string& nodeId,
                  const std::function<void()>& focusField);

} // namespace fuseboard
