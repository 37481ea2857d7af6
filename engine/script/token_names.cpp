// SPDX-License-Identifier: Apache-2.0
// The spelling of keywords and punctuation, and what counts as an identifier.
#include "engine/script/lexer.h"
#include "engine/script/lexer_text.h"

#include <algorithm>
#include <array>

namespace fuseboard {

namespace {

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"absent", "and",      "args",    "as",      "by",       "case",      "connect",  "connector",
     "const",  "copy",     "create",  "default", "define",   "deploy",    "drop",     "each",
     "emit",   "end",      "erase",   "event",   "false",    "flow",      "fn",       "for",
     "from",   "group",    "having",  "insert",  "into",     "intrinsic", "let",      "match",
     "merge",  "mod",      "move",    "not",     "null",     "of",        "operator", "or",
     "patch",  "pipeline", "present", "recur",   "script",   "select",    "set",      "sliding",
     "state",  "stream",   "to",      "true",    "tumbling", "update",    "upsert",   "use",
     "when",   "where",    "window",  "with",    "xor"});
static_assert(kKeywords.size() == static_cast<std::size_t>(TokenKind::Xor) -
                                      static_cast<std::size_t>(TokenKind::Absent) + 1);
static_assert(std::ranges::is_sorted(kKeywords));

constexpr auto kPunctuation = std::to_array<std::string_view>(
    {"+",   "-", "*", "/", "%", "==", "!=", ">=", ">",  "<=", "<", "<<", ">>",
     ">>>", "&", "^", "!", "~", "~=", "=",  "=>", ".",  ",",  ":", "::", ";",
     "$",   "_", "(", ")", "[", "]",  "{",  "}",  "%(", "%[", "%{"});
static_assert(kPunctuation.size() == static_cast<std::size_t>(TokenKind::RecordPatternStart) -
                                         static_cast<std::size_t>(TokenKind::Plus) + 1);

} // namespace

std::string describeToken(TokenKind kind) {
    if (isKeyword(kind)) {
        const auto index =
            static_cast<std::size_t>(kind) - static_cast<std::size_t>(TokenKind::Absent);
        return "`" + std::string(kKeywords[index]) + "`";
    }
    if (kind >= TokenKind::Plus) {
        const auto index =
            static_cast<std::size_t>(kind) - static_cast<std::size_t>(TokenKind::Plus);
        return "`" + std::string(kPunctuation[index]) + "`";
    }
    switch (kind) {
    case TokenKind::EndOfText: return "the end of the text";
    case TokenKind::Identifier: return "a name";
    case TokenKind::Integer:
    case TokenKind::Float: return "a number";
    case TokenKind::Extractor: return "an extractor";
    case TokenKind::ConfigDirective: return "`#!config`";
    case TokenKind::DocComment:
    case TokenKind::ModuleComment: return "a doc comment";
    case TokenKind::InterpolationEnd: return "`}`";
    default: return "a string";
    }
}

std::optional<TokenKind> findKeyword(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kKeywords, name);
    if (found == kKeywords.end() || *found != name)
        return std::nullopt;
    return static_cast<TokenKind>(static_cast<std::size_t>(TokenKind::Absent) +
                                  static_cast<std::size_t>(found - kKeywords.begin()));
}

bool isPlainIdentifier(std::string_view name) {
    if (name.empty() || findKeyword(name))
        return false;
    std::size_t at = 0;
    while (at < name.size()) {
        const auto [codePoint, bytes] = decodeUtf8(name.substr(at));
        if (at == 0 ? !isIdentifierStart(codePoint) : !isIdentifierPart(codePoint))
            return false;
        at += bytes;
    }
    return true;
}

std::string_view TokenFile::text(const Token& token) const {
    if (token.text >= 0)
        return texts[static_cast<std::size_t>(token.text)];
    auto written =
        std::string_view(source->text).substr(token.span.begin, token.span.end - token.span.begin);
    if (written.size() >= 2 && written.front() == '`') {
        written.remove_prefix(1);
        written.remove_suffix(1);
    }
    return written;
}

} // namespace fuseboard
