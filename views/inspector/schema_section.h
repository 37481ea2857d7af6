// SPDX-License-Identifier: Apache-2.0
// The inspector's section "Schema": what is known of the fields at a node, and what is declared on
// a source.
#pragma once

#include "views/document/graph_document.h"

#include <functional>
#include <string>

namespace fuseboard {

class Section;

/// Fields of the events that come in and go out, as far as they are proven.
void fillNodeSchema(Section& section, const GraphDocument& document, Side side,
                    const std::string& nodeId);
/// `isReading`: a sample is being read. `pin` and `unpin` are pressed buttons.
void fillSourceSchema(Section& section, const GraphDocument& document, const std::string& port,
                      bool isReading, const std::function<void()>& pin,
                      const std::function<void()>& unpin);

} // namespace fuseboard
