// SPDX-License-Identifier: Apache-2.0
#include "views/script_editor/script_text.h"

#include "engine/script/parser.h"
#include "views/theme/theme.h"

#include <algorithm>

namespace fuseboard {

namespace {

/// UTF-16 offset of every byte of the UTF-8 form, one past the end included.
std::vector<int> offsetsOf(const QString& text) {
    std::vector<int> offsets;
    offsets.reserve(std::size_t(text.size()) + 1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair = text[i].isHighSurrogate() && i + 1 < text.size();
        const char32_t code =
            pair ? QChar::surrogateToUcs4(text[i], text[i + 1]) : char32_t(text[i].unicode());
        const int bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        offsets.insert(offsets.end(), std::size_t(bytes), int(i));
        i += pair ? 1 : 0;
    }
    offsets.push_back(int(text.size()));
    return offsets;
}

Token colorOf(HighlightSpan::Kind kind) {
    switch (kind) {
    case HighlightSpan::Kind::Keyword: return Token::SynKw;
    case HighlightSpan::Kind::String: return Token::SynStr;
    case HighlightSpan::Kind::Number: return Token::SynStr;
    case HighlightSpan::Kind::Name: return Token::Ink;
    case HighlightSpan::Kind::Function: return Token::SynFn;
    case HighlightSpan::Kind::Interpolation: return Token::SynNum;
    case HighlightSpan::Kind::Comment: return Token::SynCom;
    }
    return Token::Ink;
}

/// What opens is even, what closes it follows.
constexpr QStringView kBrackets = u"()[]{}";

int matchFrom(const QString& text, int at) {
    const qsizetype kind = kBrackets.indexOf(text[at]);
    if (kind < 0)
        return -1;
    const int step = kind % 2 == 0 ? 1 : -1;
    const QChar own = text[at], other = kBrackets[kind % 2 == 0 ? kind + 1 : kind - 1];
    int depth = 0;
    for (int i = at; i >= 0 && i < text.size(); i += step) {
        if (text[i] == own)
            ++depth;
        else if (text[i] == other && --depth == 0)
            return i;
    }
    return -1;
}

} // namespace

QList<QTextLayout::FormatRange> syntaxFormats(const QString& text) {
    QList<QTextLayout::FormatRange> formats;
    const std::vector<int> offsets = offsetsOf(text);
    const QByteArray utf8 = text.toUtf8();
    for (const HighlightSpan& span : highlight({utf8.constData(), std::size_t(utf8.size())})) {
        const std::size_t last = offsets.size() - 1;
        const int begin = offsets[std::min<std::size_t>(span.span.begin, last)];
        const int end = offsets[std::min<std::size_t>(span.span.end, last)];
        QTextLayout::FormatRange range;
        range.start = begin;
        range.length = end - begin;
        range.format.setForeground(themed(colorOf(span.kind)));
        if (range.length > 0)
            formats.push_back(range);
    }
    return formats;
}

std::pair<int, int> rangeOf(const Place& place, const QString& text) {
    if (place.line == 0 || text.isEmpty())
        return {0, 0};
    int at = 0;
    for (std::uint32_t line = 1; line < place.line; ++line) {
        const auto next = text.indexOf(QLatin1Char('\n'), at);
        if (next < 0)
            break;
        at = int(next) + 1;
    }
    for (std::uint32_t column = 1; column < place.column && at < text.size(); ++column)
        at += text[at].isHighSurrogate() ? 2 : 1;
    at = std::min(at, int(text.size()));
    int end = at;
    while (end < text.size() && (text[end].isLetterOrNumber() || text[end] == QLatin1Char('_')))
        ++end;
    if (end == at && at < text.size() && text[at] != QLatin1Char('\n'))
        ++end;
    if (end == at) // the text ends too early: mark what stands last
        at = std::max(0, at - 1);
    return {at, std::max(1, end - at)};
}

std::pair<int, int> matchingBrackets(const QString& text, int position) {
    for (const int at : {position - 1, position}) {
        if (at < 0 || at >= text.size())
            continue;
        if (const int other = matchFrom(text, at); other >= 0)
            return {at, other};
    }
    return {-1, -1};
}

} // namespace fuseboard
