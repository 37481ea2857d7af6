// SPDX-License-Identifier: Apache-2.0
// glob|…|, base64||, json|| and datetime|…|.
#include "engine/formats/json_text.h"
#include "engine/script/extractor_kinds.h"
#include "engine/script/functions/native.h"
#include "engine/script/time_text.h"

#include <fmt/format.h>

#include <array>

namespace fuseboard::extractors {

namespace {

// --- glob ----------------------------------------------------------------------------------------

/// One step of a shell pattern.
struct GlobToken {
    enum class Kind : std::uint8_t { Char, Any, Star, Class };
    Kind kind = Kind::Char;
    char32_t character = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges; ///< Class
};

bool accepts(const GlobToken& token, char32_t c) {
    switch (token.kind) {
    case GlobToken::Kind::Char: return token.character == c;
    case GlobToken::Kind::Class:
        for (const auto& [from, to] : token.ranges)
            if (c >= from && c <= to)
                return !token.negated;
        return token.negated;
    default: return true;
    }
}

/// `* ? [a-z] [!a-z]`; `**` must not touch other characters of its path part, as in the glob crate.
class GlobParser {
public:
    explicit GlobParser(std::string_view text) : m_text(text) {}
    Result<std::vector<GlobToken>> parse() {
        std::vector<GlobToken> tokens;
        while (m_at < m_text.size()) {
            const std::size_t begin = m_at;
            const char32_t c = native::nextCodePoint(m_text, m_at);
            if (c == '*') {
                if (tokens.empty() || tokens.back().kind != GlobToken::Kind::Star)
                    tokens.push_back({.kind = GlobToken::Kind::Star, .ranges = {}});
            } else if (c == '?') {
                tokens.push_back({.kind = GlobToken::Kind::Any, .ranges = {}});
            } else if (c == '[') {
                FB_TRY_ASSIGN(GlobToken token, parseClass(begin));
                tokens.push_back(std::move(token));
            } else {
                tokens.push_back({.kind = GlobToken::Kind::Char, .character = c, .ranges = {}});
            }
        }
        return tokens;
    }

private:
    Result<GlobToken> parseClass(std::size_t begin) {
        GlobToken token{.kind = GlobToken::Kind::Class, .ranges = {}};
        if (m_text.substr(m_at).starts_with('!')) {
            token.negated = true;
            ++m_at;
        }
        for (bool first = true; m_at < m_text.size(); first = false) {
            const char32_t from = native::nextCodePoint(m_text, m_at);
            if (from == ']' && !first)
                return token;
            char32_t to = from;
            const std::string_view rest = m_text.substr(m_at);
            if (rest.size() >= 2 && rest[0] == '-' && rest[1] != ']') {
                ++m_at;
                to = native::nextCodePoint(m_text, m_at);
            }
            token.ranges.emplace_back(from, to);
        }
        return fail(ErrorCode::InvalidSyntax,
                    fmt::format("the class that begins at {} is not closed", begin + 1));
    }
    std::string_view m_text;
    std::size_t m_at = 0;
};

class Glob final : public Extractor {
public:
    Glob(std::string pattern, std::vector<GlobToken> tokens)
        : Extractor("glob", std::move(pattern)), m_tokens(std::move(tokens)) {
        const std::string& text = this->pattern();
        const bool plain = text.find_first_of("?[") == std::string::npos && !text.empty();
        const std::size_t star = text.find('*');
        if (plain && star + 1 == text.size() && text.size() > 1)
            m_shape = Shape::Prefix;
        else if (plain && star == 0 && text.rfind('*') == 0 && text.size() > 1)
            m_shape = Shape::Suffix;
    }
    bool matches(const Value& subject) const override {
        if (!subject.isString())
            return false;
        const std::string_view text = subject.asString();
        const std::string_view all = pattern();
        switch (m_shape) {
        case Shape::Prefix: return text.starts_with(all.substr(0, all.size() - 1));
        case Shape::Suffix: return text.ends_with(all.substr(1));
        case Shape::Tokens: return walk(text);
        }
        return false;
    }
    bool extract(const Value& subject, FunctionContext&, Value& result) const override {
        result = Value::boolean(true);
        return matches(subject);
    }

private:
    enum class Shape : std::uint8_t { Tokens, Prefix, Suffix };

    // Only the last star ever needs another try, so the work is bounded by text times pattern.
    [[nodiscard]] bool walk(std::string_view text) const {
        std::size_t at = 0, token = 0;
        std::size_t star = std::string_view::npos, starAt = 0;
        while (at < text.size()) {
            if (token < m_tokens.size() && m_tokens[token].kind == GlobToken::Kind::Star) {
                star = token++;
                starAt = at;
                continue;
            }
            std::size_t next = at;
            const char32_t c = native::nextCodePoint(text, next);
            if (token < m_tokens.size() && accepts(m_tokens[token], c)) {
                at = next;
                ++token;
                continue;
            }
            if (star == std::string_view::npos)
                return false;
            (void)native::nextCodePoint(text, starAt);
            at = starAt;
            token = star + 1;
        }
        while (token < m_tokens.size() && m_tokens[token].kind == GlobToken::Kind::Star)
            ++token;
        return token == m_tokens.size();
    }

    std::vector<GlobToken> m_tokens;
    Shape m_shape = Shape::Tokens;
};

// --- base64 --------------------------------------------------------------------------------------

class Base64 final : public Extractor {
public:
    explicit Base64(std::string pattern) : Extractor("base64", std::move(pattern)) {}
    bool matches(const Value& subject) const override {
        std::string bytes;
        return subject.isString() && native::decodeBase64(subject.asString(), bytes);
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        std::string bytes;
        if (!subject.isString() || !native::decodeBase64(subject.asString(), bytes) ||
            !native::isValidUtf8(bytes))
            return false;
        result = makeString(context.arena, bytes);
        return true;
    }
};

// --- json ----------------------------------------------------------------------------------------

class Json final : public Extractor {
public:
    explicit Json(std::string pattern) : Extractor("json", std::move(pattern)) {}
    bool matches(const Value& subject) const override {
        Arena arena(1024);
        return subject.isString() && parseJsonLine(subject.asString(), arena).has_value();
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        if (!subject.isString())
            return false;
        auto parsed = parseJsonLine(subject.asString(), context.arena);
        if (parsed)
            result = *parsed;
        return parsed.has_value();
    }
};

// --- datetime ------------------------------------------------------------------------------------

class Datetime final : public Extractor {
public:
    explicit Datetime(std::string pattern) : Extractor("datetime", std::move(pattern)) {}
    bool matches(const Value& subject) const override {
        return subject.isString() && parseTime(subject.asString(), pattern()).has_value();
    }
    bool extract(const Value& subject, FunctionContext&, Value& result) const override {
        if (!subject.isString())
            return false;
        const auto ns = parseTime(subject.asString(), pattern());
        if (ns)
            result = Value::u64(*ns);
        return ns.has_value();
    }
};

} // namespace

Made makeGlob(std::string pattern) {
    FB_TRY_ASSIGN(auto tokens, GlobParser(pattern).parse());
    return std::make_shared<const Glob>(std::move(pattern), std::move(tokens));
}
Made makeBase64(std::string pattern) {
    return std::make_shared<const Base64>(std::move(pattern));
}
Made makeJson(std::string pattern) {
    return std::make_shared<const Json>(std::move(pattern));
}
Made makeDatetime(std::string pattern) {
    return std::make_shared<const Datetime>(std::move(pattern));
}

} // namespace fuseboard::extractors
