// SPDX-License-Identifier: Apache-2.0
// The lexer: one pass over the text with a stack of the strings whose interpolation it is in.
#include "engine/script/lexer.h"
#include "engine/script/lexer_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxLexErrors = 20;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Lexer {
public:
    Lexer(SourcePtr source, bool braceStrings) : m_text(source->text) {
        m_file.source = std::move(source);
        m_file.braceStrings = braceStrings;
    }

    TokenFile run() {
        const std::size_t bad = findInvalidUtf8(m_text);
        if (bad != std::string_view::npos) {
            m_at = bad;
            error(bad, "the text is not valid UTF-8", "save the file as UTF-8");
            m_at = m_text.size();
        } else if (m_text.starts_with("\xEF\xBB\xBF")) {
            m_at = 3;
        }
        while (m_at < m_text.size() && m_file.errors.size() < kMaxLexErrors) {
            if (m_stringOpen)
                lexStringPiece();
            else
                lexCode();
        }
        if (m_stringOpen || !m_strings.empty())
            error(m_stringStart, "the string that starts here is never closed", "");
        // Whoever finds the text ending too early points behind what is there, not at an empty
        // line.
        const std::size_t last = m_file.tokens.empty() ? 0 : m_file.tokens.back().span.end;
        m_at = last;
        add(TokenKind::EndOfText, last);
        return std::move(m_file);
    }

private:
    /// A string that is being read, or whose interpolation is.
    struct OpenString {
        bool heredoc = false;
        int braces = 0; ///< open braces of the code in the interpolation
    };

    char peek(std::size_t ahead = 0) const {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    bool looksAt(std::string_view what) const { return m_text.substr(m_at).starts_with(what); }

    Token& add(TokenKind kind, std::size_t begin) {
        Token token;
        token.kind = kind;
        token.span = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(m_at)};
        m_file.tokens.push_back(token);
        return m_file.tokens.back();
    }
    void addText(TokenKind kind, std::size_t begin, std::string text) {
        m_file.texts.push_back(std::move(text));
        add(kind, begin).text = static_cast<std::int32_t>(m_file.texts.size() - 1);
    }
    void error(std::size_t begin, std::string message, std::string hint) {
        const auto at = static_cast<std::uint32_t>(begin);
        m_file.errors.push_back(Error(ErrorCode::InvalidSyntax, std::move(message), std::move(hint))
                                    .at(placeOf(*m_file.source, {at, at})));
    }
    void invalid(std::size_t begin, std::string message, std::string hint = {}) {
        error(begin, std::move(message), std::move(hint));
        add(TokenKind::Invalid, begin);
    }
    /// Leaves the string at hand after an error, so that the next line is read as code again.
    void skipToLineEnd() {
        while (m_at < m_text.size() && m_text[m_at] != '\n')
            ++m_at;
    }

    void lexCode();
    void lexComment();
    void lexNumber();
    void lexHex(std::size_t begin);
    void lexWord();
    void lexBackticks();
    void lexPunctuation();
    void lexExtractor();
    std::string joinContinuedLines(std::vector<std::string> lines) const;
    void openString();
    void lexStringPiece();
    void lexEscape(std::string& text);
    void lexUnicodeEscape(std::string& text);
    bool startsInterpolation() const;
    void closeString(std::size_t quotes);

    std::string_view m_text;
    TokenFile m_file;
    std::size_t m_at = 0;
    std::size_t m_stringStart = 0;
    bool m_stringOpen = false; ///< in the text of the innermost string, not in its interpolation
    std::vector<OpenString> m_strings;
};

void Lexer::lexCode() {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++m_at;
    } else if (c == '#') {
        lexComment();
    } else if (isDigit(c)) {
        lexNumber();
    } else if (c == '"') {
        openString();
    } else if (c == '`') {
        lexBackticks();
    } else if (c == '|') {
        lexExtractor();
    } else if (isIdentifierStart(decodeUtf8(m_text.substr(m_at)).value)) {
        lexWord();
    } else {
        lexPunctuation();
    }
}

void Lexer::lexComment() {
    const std::size_t begin = m_at;
    if (looksAt("#!config ")) {
        m_at += 8;
        add(TokenKind::ConfigDirective, begin);
        return;
    }
    skipToLineEnd();
    const auto line = m_text.substr(begin, m_at - begin);
    if (line.starts_with("#!")) {
        invalid(begin, "unknown directive", "the only one is `#!config name = value`");
        return;
    }
    m_file.comments.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(m_at)});
    if (line.starts_with("###"))
        add(TokenKind::ModuleComment, begin);
    else if (line.starts_with("##"))
        add(TokenKind::DocComment, begin);
}

void Lexer::lexHex(std::size_t begin) {
    m_at += 2;
    std::string digits;
    while (isHexDigit(peek()) || peek() == '_') {
        if (peek() != '_')
            digits += peek();
        ++m_at;
    }
    std::uint64_t value = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.empty() || end != digits.data() + digits.size()) {
        invalid(begin, "a hexadecimal number needs digits after `0x`");
    } else if (status != std::errc()) {
        invalid(begin, "the number does not fit 64 bits", "the largest is 0xFFFFFFFFFFFFFFFF");
    } else {
        add(TokenKind::Integer, begin).number = value;
    }
}

void Lexer::lexNumber() {
    const std::size_t begin = m_at;
    if (looksAt("0x"))
        return lexHex(begin);
    std::string digits;
    const auto takeDigits = [&] {
        while (isDigit(peek()) || peek() == '_') {
            if (peek() != '_')
                digits += peek();
            ++m_at;
        }
    };
    takeDigits();
    bool isFloat = false;
    if (peek() == '.' && peek(1) != '.') {
        isFloat = true;
        digits += '.';
        ++m_at;
        takeDigits();
        const bool sign = peek(1) == '+' || peek(1) == '-';
        if (peek() == 'e' && isDigit(peek(sign ? 2 : 1))) {
            digits += 'e';
            if (peek(1) == '-')
                digits += '-';
            m_at += sign ? 2 : 1;
            takeDigits();
        }
    }
    if (isIdentifierStart(decodeUtf8(m_text.substr(m_at, 4)).value) && m_at < m_text.size()) {
        while (m_at < m_text.size() && isIdentifierPart(decodeUtf8(m_text.substr(m_at)).value))
            m_at += decodeUtf8(m_text.substr(m_at)).bytes;
        return invalid(begin,
                       fmt::format("`{}` is not a number", m_text.substr(begin, m_at - begin)),
                       "an exponent needs a dot before it, as in 1.0e5; names start with a letter");
    }
    const char* last = digits.data() + digits.size();
    if (isFloat) {
        double value = 0;
        const auto result = std::from_chars(digits.data(), last, value);
        if (result.ec == std::errc::result_out_of_range && digits.find("e-") != std::string::npos)
            value = 0; // too small for a double
        else if (result.ec != std::errc())
            return invalid(begin, "the number is too large for a float");
        add(TokenKind::Float, begin).number = std::bit_cast<std::uint64_t>(value);
        return;
    }
    std::uint64_t value = 0;
    if (std::from_chars(digits.data(), last, value).ec != std::errc())
        return invalid(begin, "the number does not fit 64 bits",
                       "the largest integer is 18446744073709551615; write a dot for a float");
    add(TokenKind::Integer, begin).number = value;
}

void Lexer::lexWord() {
    const std::size_t begin = m_at;
    while (m_at < m_text.size()) {
        const CodePoint next = decodeUtf8(m_text.substr(m_at));
        if (!isIdentifierPart(next.value))
            break;
        m_at += next.bytes;
    }
    const auto keyword = findKeyword(m_text.substr(begin, m_at - begin));
    add(keyword.value_or(TokenKind::Identifier), begin);
}

void Lexer::lexBackticks() {
    const std::size_t begin = m_at++;
    while (m_at < m_text.size() && m_text[m_at] != '`' && m_text[m_at] != '\n')
        ++m_at;
    if (peek() != '`')
        return invalid(begin, "the name in backticks is never closed");
    ++m_at;
    if (m_at - begin == 2)
        return invalid(begin, "a name in backticks must not be empty");
    add(TokenKind::Identifier, begin);
}

void Lexer::lexPunctuation() {
    using enum TokenKind;
    struct Mark {
        std::string_view text;
        TokenKind kind;
    };
    static constexpr Mark kMarks[] = {
        {">>>", ShiftRightUnsigned},
        {"==", EqualEqual},
        {"!=", NotEqual},
        {">=", GreaterEqual},
        {"<=", LessEqual},
        {"<<", ShiftLeft},
        {">>", ShiftRight},
        {"~=", TildeEqual},
        {"=>", Arrow},
        {"::", ColonColon},
        {"%(", TuplePatternStart},
        {"%[", ArrayPatternStart},
        {"%{", RecordPatternStart},
        {"+", Plus},
        {"-", Minus},
        {"*", Star},
        {"/", Slash},
        {"%", Percent},
        {">", Greater},
        {"<", Less},
        {"&", Ampersand},
        {"^", Caret},
        {"!", Bang},
        {"~", Tilde},
        {"=", Assign},
        {".", Dot},
        {",", Comma},
        {":", Colon},
        {";", Semicolon},
        {"$", Dollar},
        {"_", Underscore},
        {"(", LeftParen},
        {")", RightParen},
        {"[", LeftBracket},
        {"]", RightBracket},
        {"{", LeftBrace},
        {"}", RightBrace},
    };
    const std::size_t begin = m_at;
    const auto* mark = std::ranges::find_if(kMarks, [&](const Mark& m) { return looksAt(m.text); });
    if (mark == std::end(kMarks)) {
        const std::size_t bytes = decodeUtf8(m_text.substr(m_at)).bytes;
        m_at += bytes;
        const std::string_view what = m_text.substr(begin, bytes);
        return invalid(begin, static_cast<unsigned char>(what[0]) < 0x20 || what[0] == 0x7F
                                  ? std::string("a control character stands outside of a string")
                                  : fmt::format("`{}` has no meaning here", what));
    }
    m_at += mark->text.size();
    if (!m_strings.empty()) {
        OpenString& open = m_strings.back();
        if (mark->kind == LeftBrace || mark->kind == RecordPatternStart)
            ++open.braces;
        if (mark->kind == RightBrace && open.braces-- == 0) {
            add(InterpolationEnd, begin);
            m_stringOpen = true;
            return;
        }
    }
    add(mark->kind, begin);
    // A name may not begin with an underscore, so `_x` would silently be two tokens.
    if (mark->kind == Underscore && isIdentifierPart(decodeUtf8(m_text.substr(m_at, 4)).value) &&
        m_at < m_text.size())
        error(begin, "a name must not begin with an underscore", "put it in backticks: `_name`");
}

std::string Lexer::joinContinuedLines(std::vector<std::string> lines) const {
    const auto indentOf = [](const std::string& line) {
        return std::min(line.find_first_not_of(" \t"), line.size());
    };
    std::size_t indent = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 1; i < lines.size(); ++i)
        indent = std::min(indent, indentOf(lines[i]));
    std::string text = std::move(lines[0]);
    for (std::size_t i = 1; i < lines.size(); ++i)
        text.append(lines[i], indent);
    return text;
}

void Lexer::lexExtractor() {
    const std::size_t begin = m_at++;
    std::vector<std::string> lines(1);
    while (peek() != '|') {
        if (m_at >= m_text.size() || peek() == '\n')
            return invalid(begin, "the extractor that starts here is never closed",
                           "close it with `|`; a `\\` at the end of a line continues it");
        const char c = m_text[m_at++];
        if (c != '\\') {
            lines.back() += c;
        } else if (peek() == '\\' || peek() == '|') {
            lines.back() += m_text[m_at++];
        } else if (peek() == '\n' || looksAt("\r\n")) {
            m_at += peek() == '\n' ? 1 : 2;
            lines.emplace_back();
        } else if (m_file.braceStrings) {
            lines.back() += '\\';
        } else {
            error(m_at - 1, "unknown escape in an extractor",
                  "double the backslash, as in |\\\\d+|");
        }
    }
    ++m_at;
    addText(TokenKind::Extractor, begin, joinContinuedLines(std::move(lines)));
}

void Lexer::openString() {
    const std::size_t begin = m_at;
    OpenString open;
    if (looksAt("\"\"\"")) {
        open.heredoc = true;
        m_at += 3;
        if (peek() == '\r')
            ++m_at;
        if (peek() != '\n')
            return invalid(begin, "a heredoc must be followed by a new line at once",
                           "begin the text on the next line");
        ++m_at;
    } else {
        ++m_at;
    }
    add(TokenKind::StringStart, begin);
    if (m_strings.empty())
        m_stringStart = begin;
    m_strings.push_back(open);
    m_stringOpen = true;
}

void Lexer::closeString(std::size_t quotes) {
    const std::size_t begin = m_at;
    m_at += quotes;
    add(TokenKind::StringEnd, begin);
    m_strings.pop_back();
    m_stringOpen = false;
}

/// In the older form `{` alone begins an interpolation, if what follows can begin an expression.
bool Lexer::startsInterpolation() const {
    if (looksAt("#{"))
        return true;
    if (!m_file.braceStrings || peek() != '{')
        return false;
    std::size_t ahead = 1;
    while (peek(ahead) == ' ')
        ++ahead;
    const char next = peek(ahead);
    return next == '$' || next == '(' ||
           isIdentifierStart(
               decodeUtf8(m_text.substr(std::min(m_at + ahead, m_text.size() - 1))).value);
}

void Lexer::lexStringPiece() {
    const std::size_t begin = m_at;
    const bool heredoc = m_strings.back().heredoc;
    std::string text;
    const auto flush = [&] {
        if (m_at > begin)
            addText(TokenKind::StringText, begin, std::move(text));
    };
    while (m_at < m_text.size()) {
        const char c = peek();
        if (c == '"' && (!heredoc || looksAt("\"\"\""))) {
            flush();
            return closeString(heredoc ? 3 : 1);
        }
        if (c == '\n' && !heredoc) {
            error(begin == 0 ? 0 : begin - 1, "the string is not closed on its line",
                  "close it with `\"`, write \\n for a new line, or use a heredoc");
            flush();
            return closeString(0);
        }
        if (startsInterpolation()) {
            flush();
            const std::size_t start = m_at;
            m_at += c == '#' ? 2 : 1;
            add(TokenKind::InterpolationStart, start);
            m_strings.back().braces = 0;
            m_stringOpen = false;
            return;
        }
        if (c == '\\') {
            lexEscape(text);
            continue;
        }
        text += c;
        ++m_at;
    }
    flush();
}

void Lexer::lexEscape(std::string& text) {
    const std::size_t begin = m_at;
    const char c = peek(1);
    m_at += std::min<std::size_t>(2, m_text.size() - m_at);
    switch (c) {
    case '"':
    case '\\':
    case '#': text += c; return;
    case 'b': text += '\b'; return;
    case 'f': text += '\f'; return;
    case 'n': text += '\n'; return;
    case 'r': text += '\r'; return;
    case 't': text += '\t'; return;
    case 'u': return lexUnicodeEscape(text);
    case '{':
    case '}':
        if (m_file.braceStrings) {
            text += c;
            return;
        }
        [[fallthrough]];
    default:
        error(begin, "unknown escape in a string",
              "known are \\\" \\\\ \\# \\b \\f \\n \\r \\t and \\uXXXX");
        m_at = begin + 1; // what follows may be the end of the line or of the string
    }
}

void Lexer::lexUnicodeEscape(std::string& text) {
    const std::size_t begin = m_at - 2;
    std::uint32_t value = 0;
    const auto digits = m_text.substr(m_at, 4);
    const bool allHex = digits.size() == 4 && std::ranges::all_of(digits, isHexDigit);
    if (allHex)
        std::from_chars(digits.data(), digits.data() + 4, value, 16);
    if (!allHex || (value >= 0xD800 && value <= 0xDFFF)) {
        error(begin, "a unicode escape needs four hexadecimal digits of a character",
              "half of a surrogate pair is none; write the character itself");
        return;
    }
    m_at += 4;
    appendUtf8(text, value);
}

} // namespace

TokenFile lex(SourcePtr source, bool braceStrings) {
    return Lexer(std::move(source), braceStrings).run();
}

} // namespace fuseboard
