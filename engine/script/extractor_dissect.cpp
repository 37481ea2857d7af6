// SPDX-License-Identifier: Apache-2.0
// dissect|…|: text cut at the literal parts of a pattern. Tokens: %{name},
// %{name:int|float|string},
// %{?name} (read but kept only as a key for %{&name}), %{&name}, %{+name} (appended with the text
// between), %{_} and %{_(chars)} (padding), %{} (dropped).
#include "engine/script/extractor_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace fuseboard::extractors {

namespace {

struct DissectToken {
    enum class Kind : std::uint8_t { Literal, Field, Skip, KeyFrom, Append, Padding };
    enum class Type : std::uint8_t { String, Int, Float };
    Kind kind = Kind::Literal;
    Type type = Type::String;
    std::string text; ///< literal text, name, or the padding
};
using Kind = DissectToken::Kind;

Result<DissectToken> parseToken(std::string_view inside) {
    if (inside.starts_with('_')) {
        if (inside == "_")
            return DissectToken{Kind::Padding, {}, " "};
        if (inside.size() > 3 && inside[1] == '(' && inside.ends_with(')'))
            return DissectToken{
                Kind::Padding, {}, std::string(inside.substr(2, inside.size() - 3))};
        return fail(ErrorCode::InvalidSyntax, "dissect: padding is %{_} or %{_(chars)}");
    }
    DissectToken token{Kind::Field, DissectToken::Type::String, {}};
    if (inside.starts_with('?') || inside.starts_with('&') || inside.starts_with('+')) {
        token.kind =
            inside[0] == '?' ? Kind::Skip : (inside[0] == '&' ? Kind::KeyFrom : Kind::Append);
        inside.remove_prefix(1);
        if (inside.empty())
            return fail(ErrorCode::InvalidSyntax, "dissect: ?, & and + need a name");
    }
    const std::size_t colon = inside.rfind(':');
    if (colon != std::string_view::npos) {
        const std::string_view type = inside.substr(colon + 1);
        if (token.kind == Kind::Append)
            return fail(ErrorCode::InvalidSyntax, "dissect: an appended part has no type");
        if (type == "int")
            token.type = DissectToken::Type::Int;
        else if (type == "float")
            token.type = DissectToken::Type::Float;
        else if (type != "string")
            return fail(ErrorCode::InvalidSyntax,
                        fmt::format("dissect: the type {} is not int, float or string",
                                    type.substr(0, 40)));
        inside = inside.substr(0, colon);
    }
    if (inside.empty() && token.kind == Kind::Field)
        token.kind = Kind::Skip;
    token.text = inside;
    return token;
}

Result<std::vector<DissectToken>> parseDissect(std::string_view pattern) {
    std::vector<DissectToken> tokens;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find("%{");
        if (open != 0)
            tokens.push_back({Kind::Literal, {}, std::string(pattern.substr(0, open))});
        if (open == std::string_view::npos)
            break;
        const std::size_t close = pattern.find('}', open);
        if (close == std::string_view::npos)
            return fail(ErrorCode::InvalidSyntax, "dissect: a %{ is not closed");
        FB_TRY_ASSIGN(DissectToken token, parseToken(pattern.substr(open + 2, close - open - 2)));
        const bool reads = token.kind != Kind::Padding;
        if (reads && !tokens.empty() && tokens.back().kind != Kind::Literal &&
            tokens.back().kind != Kind::Padding)
            return fail(ErrorCode::InvalidSyntax, "dissect: nothing stands between two fields");
        tokens.push_back(std::move(token));
        pattern.remove_prefix(close + 1);
    }
    std::map<std::string, bool> known;
    for (const DissectToken& token : tokens) {
        if (token.kind == Kind::KeyFrom && !known.contains(token.text))
            return fail(ErrorCode::InvalidSyntax,
                        fmt::format("dissect: %{{&{}}} comes before the field it is named after",
                                    token.text));
        if (token.kind == Kind::Field || token.kind == Kind::Skip)
            known[token.text] = true;
    }
    return tokens;
}

bool has(const std::vector<DissectToken>& tokens, Kind kind) {
    return std::ranges::find(tokens, kind, &DissectToken::kind) != tokens.end();
}

/// Whether no two fields have one name.
bool areDistinct(const std::vector<DissectToken>& tokens) {
    std::set<std::string_view> names;
    return std::ranges::all_of(tokens, [&](const DissectToken& token) {
        return token.kind != Kind::Field || names.insert(token.text).second;
    });
}

class Dissect final : public Extractor {
public:
    Dissect(std::string pattern, std::vector<DissectToken> tokens)
        : Extractor("dissect", std::move(pattern)), m_tokens(std::move(tokens)),
          m_namesFields(has(m_tokens, Kind::KeyFrom)),
          m_distinct(!m_namesFields && !has(m_tokens, Kind::Append) && areDistinct(m_tokens)) {}
    bool matches(const Value& subject) const override {
        Arena arena(1024);
        RecordBuilder record;
        return subject.isString() && cut(subject.asString(), arena, record);
    }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        RecordBuilder record;
        if (!subject.isString() || !cut(subject.asString(), context.arena, record))
            return false;
        result = record.build(context.arena);
        return true;
    }

private:
    // Where the field that stands before token `next` ends. Padding ends it only where the run of
    // padding leads to what comes after it, so that a date may hold the dashes that pad it.
    [[nodiscard]] std::size_t endOf(std::string_view text, std::size_t next) const {
        if (next == m_tokens.size())
            return text.size();
        const std::string& mark = m_tokens[next].text;
        if (m_tokens[next].kind != Kind::Padding)
            return text.find(mark);
        const bool last = next + 1 == m_tokens.size();
        const bool beforeLiteral = !last && m_tokens[next + 1].kind == Kind::Literal;
        for (std::size_t at = text.find(mark); at != std::string_view::npos;) {
            std::size_t end = at;
            while (text.substr(end).starts_with(mark))
                end += mark.size();
            const bool leadsOn =
                last ? end == text.size()
                     : !beforeLiteral || text.substr(end).starts_with(m_tokens[next + 1].text);
            if (leadsOn)
                return at;
            at = text.find(mark, end);
        }
        return beforeLiteral ? text.find(m_tokens[next + 1].text) : text.size();
    }
    static bool typed(const DissectToken& token, std::string_view text, Value& value) {
        const char* last = text.data() + text.size();
        if (token.type == DissectToken::Type::Int) {
            std::int64_t number = 0;
            const auto [end, error] = std::from_chars(text.data(), last, number);
            value = Value::i64(number);
            return error == std::errc() && end == last;
        }
        if (token.type == DissectToken::Type::Float) {
            double number = 0;
            const auto [end, error] = std::from_chars(text.data(), last, number);
            value = Value::f64(number);
            return error == std::errc() && end == last;
        }
        value = Value::string(text);
        return true;
    }
    static void append(RecordBuilder& record, const DissectToken& token, std::string_view between,
                       std::string_view text, Arena& arena) {
        const Value* before = record.find(token.text);
        if (before == nullptr || !before->isString()) {
            record.set(token.text, Value::string(text));
            return;
        }
        std::string joined(before->asString());
        joined.append(between).append(text);
        record.set(token.text, makeString(arena, joined));
    }
    bool cut(std::string_view text, Arena& arena, RecordBuilder& record) const {
        std::map<std::string_view, std::string_view> seen;
        std::string_view between; // what stood before the field at hand
        record.reserve(m_tokens.size());
        for (std::size_t i = 0; i < m_tokens.size(); ++i) {
            const DissectToken& token = m_tokens[i];
            if (token.kind == Kind::Literal) {
                if (!text.starts_with(token.text))
                    return false;
                between = token.text;
                text.remove_prefix(token.text.size());
                continue;
            }
            if (token.kind == Kind::Padding) {
                between = token.text;
                while (text.starts_with(token.text))
                    text.remove_prefix(token.text.size());
                continue;
            }
            const std::size_t end = endOf(text, i + 1);
            if (end == std::string_view::npos)
                return false;
            const std::string_view field = text.substr(0, end);
            text.remove_prefix(end);
            Value value;
            if (!typed(token, field, value))
                return false;
            if (m_namesFields && (token.kind == Kind::Field || token.kind == Kind::Skip))
                seen[token.text] = field;
            if (token.kind == Kind::Field && m_distinct)
                record.addNew(token.text, value);
            else if (token.kind == Kind::Field)
                record.set(token.text, value);
            else if (token.kind == Kind::KeyFrom)
                record.set(seen[token.text], value);
            else if (token.kind == Kind::Append)
                append(record, token, between, field, arena);
        }
        return text.empty();
    }
    std::vector<DissectToken> m_tokens;
    bool m_namesFields; ///< some field is named by the text of another one
    bool m_distinct;    ///< every field has a name of its own, known beforehand
};

} // namespace

Made makeDissect(std::string pattern) {
    FB_TRY_ASSIGN(auto tokens, parseDissect(pattern));
    return std::make_shared<const Dissect>(std::move(pattern), std::move(tokens));
}

} // namespace fuseboard::extractors
