// SPDX-License-Identifier: Apache-2.0
// The list of export targets, in the order of menus and of --list-targets.
#include "engine/exporters/exporter.h"

#include <array>

namespace fuseboard {

std::span<const ExportTarget> exportTargets() {
    static const std::array list{
        fuseJsonTarget(), trickleTarget(), duckdbSqlTarget(), polarsTarget(),
        dotTarget(),      svgTarget(),     pngTarget(),
    };
    return list;
}

} // namespace fuseboard
