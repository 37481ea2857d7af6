// SPDX-License-Identifier: Apache-2.0
// The kinds of extractors, one maker each. Private to extractor*.cpp.
#pragma once

#include "engine/script/extractor.h"

namespace fuseboard::extractors {

using Made = Result<std::shared_ptr<const Extractor>>;
using Maker = Made (*)(std::string pattern);

Made makeGlob(std::string pattern);
Made makeRe(std::string pattern);
Made makeRerg(std::string pattern);
Made makeBase64(std::string pattern);
Made makeJson(std::string pattern);
Made makeKv(std::string pattern);
Made makeDissect(std::string pattern);
Made makeGrok(std::string pattern);
Made makeCidr(std::string pattern);
Made makeInflux(std::string pattern);
Made makeDatetime(std::string pattern);

} // namespace fuseboard::extractors
