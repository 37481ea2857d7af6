// SPDX-License-Identifier: Apache-2.0
// The list of importers, in the order in which contents are looked at: the surest signs first.
#include "engine/importers/importer.h"

#include <array>

namespace fuseboard {

std::span<const Importer> importers() {
    static const std::array list{
        fuseJsonImporter(),
        troyImporter(),
        dotImporter(),
        trickleImporter(),
    };
    return list;
}

} // namespace fuseboard
