// SPDX-License-Identifier: Apache-2.0
// Kinds of text for the editor, from the same tokens that the parser reads.
#include "engine/script/lexer.h"
#include "engine/script/parser.h"

#include <algorithm>

namespace fuseboard {

namespace {

std::optional<HighlightSpan::Kind> kindOf(const TokenFile& file, std::size_t index) {
    using enum HighlightSpan::Kind;
    const TokenKind kind = file.tokens[index].kind;
    if (isKeyword(kind))
        return Keyword;
    switch (kind) {
    case TokenKind::StringStart:
    case TokenKind::StringText:
    case TokenKind::StringEnd:
    case TokenKind::Extractor: return String;
    case TokenKind::InterpolationStart:
    case TokenKind::InterpolationEnd: return Interpolation;
    case TokenKind::Integer:
    case TokenKind::Float: return Number;
    case TokenKind::ConfigDirective: return Keyword;
    case TokenKind::Identifier: {
        const TokenKind next = file.tokens[index + 1].kind;
        return next == TokenKind::LeftParen || next == TokenKind::Extractor ? Function : Name;
    }
    default: return std::nullopt;
    }
}

} // namespace

std::vector<HighlightSpan> highlight(std::string_view text) {
    const TokenFile file = lex(std::make_shared<const Source>(Source{{}, std::string(text)}));
    std::vector<HighlightSpan> spans;
    for (std::size_t i = 0; i + 1 < file.tokens.size(); ++i) {
        const Span span = file.tokens[i].span;
        if (const auto kind = kindOf(file, i); kind && span.begin < span.end)
            spans.push_back({*kind, span});
    }
    for (const Span span : file.comments)
        spans.push_back({HighlightSpan::Kind::Comment, span});
    std::ranges::sort(spans, {}, [](const HighlightSpan& s) { return s.span.begin; });
    return spans;
}

} // namespace fuseboard
