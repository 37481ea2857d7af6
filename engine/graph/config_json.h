// SPDX-License-Identifier: Apache-2.0
// The configuration of a node as JSON in pipeline files. A plain value stands as it is; everything
// else is a record with one key that says what it is:
//   {"expression": TEXT}   {"windowed": TEXT}   {"script": TEXT}   {"group_by": TEXT}
//   {"windows": [{"name", "interval_ns" | "size", "aligned", "max_groups", …}]}
//   {"branches": [{"port", "when": TEXT}]}       {"value": …} for a value that is a record
// TEXT is a text, or a list of its lines.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/config.h"
#include "engine/script/definitions.h"
#include "engine/value/value.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fuseboard {

/// Appends the record over several lines; `indent` spaces stand before inner lines. Functions that
/// the texts call and `definitions` does not hold yet are added to it: the texts read back with it.
/// Fails with Unsupported for a tree that has no text.
[[nodiscard]] Status printConfigJson(const Config& config, int indent, Definitions& definitions,
                                     std::string& out);

/// The configuration with the functions that its expressions call taken into `definitions`, where
/// the text of an expression does not define them itself. Texts that would mean something else with
/// these definitions, or nothing, are printed anew.
[[nodiscard]] Config adoptFunctions(Config config, Definitions& definitions);

/// A text, or the list of its lines if it has several; `indent` as above.
void appendJsonText(const std::string& text, int indent, std::string& out);
/// What appendJsonText wrote; nothing if the value is neither a text nor a list of texts.
[[nodiscard]] std::optional<std::string> readJsonText(const Value& value);

/// The text that stands for an expression in files and scripts: as the user wrote it where that
/// reads back to the same tree, else as the tree prints.
[[nodiscard]] std::string textOfExpression(const Expression& expression);
[[nodiscard]] std::string textOfGroupBy(const GroupByText& group);

/// Told of everything wrong: where in the configuration, what, and whether the document is at fault
/// (else an expression that does not parse, which is kept as text).
using ConfigComplaint = std::function<void(const std::string& path, Error error, bool document)>;
[[nodiscard]] Config parseConfigJson(const Value& record, const std::string& nodeId,
                                     const Definitions& definitions,
                                     const ConfigComplaint& complain);

/// The short form for people and scripts: expressions as texts, windows as records. Compact JSON.
[[nodiscard]] std::string configToJson(const Config& config);

} // namespace fuseboard
