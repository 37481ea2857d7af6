// SPDX-License-Identifier: Apache-2.0
// A graph as DOT text: for files, and for the pictures that Graphviz makes of it.
#pragma once

#include "engine/exporters/exporter.h"

#include <string>
#include <string_view>

namespace fuseboard {

/// `forPicture`: labels, colours and hulls of fused groups; else the attributes that the importer
/// of DOT files reads back.
[[nodiscard]] Result<std::string> dotText(const ExportRequest& request, bool forPicture);
/// A picture in a format of the layout worker ("png", "svg"). Unsupported without the worker.
[[nodiscard]] Result<std::string> pictureOf(const ExportRequest& request, std::string_view format);

} // namespace fuseboard
