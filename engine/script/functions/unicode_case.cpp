// SPDX-License-Identifier: Apache-2.0
#include "engine/script/functions/unicode_case.h"

#include "engine/script/functions/native.h"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <iterator>

namespace fuseboard::native {

namespace {

struct Special {
    char32_t from;
    std::string_view to;
};
// Upper-case mappings that are not one to one (SpecialCasing.txt), sorted.
constexpr Special kUpper[] = {
    {0x00DF, "SS"},  {0x0149, "ʼN"}, {0x01F0, "J̌"},  {0x0390, "Ϊ́"},  {0x03B0, "Ϋ́"},
    {0x0587, "ԵՒ"},  {0x1E96, "H̱"},  {0x1E97, "T̈"},  {0x1E98, "W̊"},  {0x1E99, "Y̊"},
    {0x1E9A, "Aʾ"},  {0xFB00, "FF"}, {0xFB01, "FI"}, {0xFB02, "FL"}, {0xFB03, "FFI"},
    {0xFB04, "FFL"}, {0xFB05, "ST"}, {0xFB06, "ST"},
};
constexpr char32_t kSigma = 0x03A3, kFinalSigma = 0x03C2;
constexpr char32_t kDottedI = 0x0130;

/// The C library's tables for all of Unicode; nullptr when the system lacks them.
locale_t unicode() {
    static const locale_t kLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return kLocale;
}

void appendUpper(char32_t code, std::string& out) {
    const auto* at = std::ranges::lower_bound(kUpper, code, {}, &Special::from);
    if (at != std::end(kUpper) && at->from == code)
        out.append(at->to);
    else if (unicode() != nullptr)
        appendUtf8(static_cast<char32_t>(towupper_l(static_cast<wint_t>(code), unicode())), out);
    else
        appendUtf8(code, out);
}

bool isLetter(char32_t code) {
    return unicode() != nullptr && iswalpha_l(static_cast<wint_t>(code), unicode()) != 0;
}

} // namespace

std::string toUppercase(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();)
        appendUpper(nextCodePoint(text, at), out);
    return out;
}

std::string toLowercase(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool afterLetter = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = nextCodePoint(text, at);
        std::size_t ahead = at;
        if (code == kSigma && afterLetter &&
            (ahead == text.size() || !isLetter(nextCodePoint(text, ahead))))
            appendUtf8(kFinalSigma, out);
        else if (code == kDottedI)
            out.append("i\u0307");
        else if (unicode() != nullptr)
            appendUtf8(static_cast<char32_t>(towlower_l(static_cast<wint_t>(code), unicode())),
                       out);
        else
            appendUtf8(code, out);
        afterLetter = isLetter(code);
    }
    return out;
}

} // namespace fuseboard::native
