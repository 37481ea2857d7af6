// SPDX-License-Identifier: Apache-2.0
#include "engine/script/extractor.h"

#include "engine/script/extractor_kinds.h"

#include <fmt/format.h>

#include <array>

namespace fuseboard {

namespace {

struct ExtractorKind {
    std::string_view name;
    extractors::Maker make;
};
constexpr std::array kKinds{
    ExtractorKind{"glob", extractors::makeGlob},
    ExtractorKind{"re", extractors::makeRe},
    ExtractorKind{"rerg", extractors::makeRerg},
    ExtractorKind{"base64", extractors::makeBase64},
    ExtractorKind{"json", extractors::makeJson},
    ExtractorKind{"kv", extractors::makeKv},
    ExtractorKind{"dissect", extractors::makeDissect},
    ExtractorKind{"grok", extractors::makeGrok},
    ExtractorKind{"cidr", extractors::makeCidr},
    ExtractorKind{"influx", extractors::makeInflux},
    ExtractorKind{"datetime", extractors::makeDatetime},
};

} // namespace

Result<std::shared_ptr<const Extractor>> Extractor::make(std::string_view kind,
                                                         std::string pattern) {
    std::string name(kind);
    for (char& c : name)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + 32);
    for (const ExtractorKind& known : kKinds)
        if (known.name == name)
            return known.make(std::move(pattern));
    return fail(
        ErrorCode::UnknownName, fmt::format("no extractor is called {}", kind.substr(0, 40)),
        "there are glob, re, rerg, base64, json, kv, dissect, grok, cidr, influx and datetime");
}

} // namespace fuseboard
