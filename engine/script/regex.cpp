// SPDX-License-Identifier: Apache-2.0
#include "engine/script/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <list>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxPattern = 64 * 1024;
constexpr std::size_t kMaxMemory = 16U << 20U;
constexpr std::size_t kCachedPatterns = 64;

/// Rewrites what RE2 spells differently: Perl classes are Unicode, groups may be (?<name>…).
class Translator {
public:
    explicit Translator(std::string_view pattern) : m_in(pattern) {}

    Result<std::string> translate() {
        while (m_at < m_in.size()) {
            const char c = m_in[m_at];
            if (c == '\\') {
                escape();
            } else if (m_inClass) {
                FB_TRY(classChar());
            } else if (c == '[') {
                openClass();
            } else if (m_in.substr(m_at).starts_with("(?<") && !lookBehind()) {
                m_out += "(?P<";
                m_at += 3;
            } else {
                m_out += c;
                ++m_at;
            }
        }
        return std::move(m_out);
    }

private:
    [[nodiscard]] bool lookBehind() const {
        return m_at + 3 < m_in.size() && (m_in[m_at + 3] == '=' || m_in[m_at + 3] == '!');
    }
    void openClass() {
        m_inClass = true;
        m_out += '[';
        ++m_at;
        if (m_at < m_in.size() && m_in[m_at] == '^') {
            m_out += '^';
            ++m_at;
        }
        if (m_at < m_in.size() && m_in[m_at] == ']') { // a bracket that comes first is literal
            m_out += "\\]";
            ++m_at;
        }
    }
    Status classChar() {
        const std::string_view rest = m_in.substr(m_at);
        if (rest.starts_with("[:")) {
            const std::size_t end = rest.find(":]");
            if (end != std::string_view::npos) {
                m_out += rest.substr(0, end + 2);
                m_at += end + 2;
                return {};
            }
        }
        if (rest.starts_with('[') || rest.starts_with("&&") || rest.starts_with("--") ||
            rest.starts_with("~~"))
            return fail(ErrorCode::Unsupported,
                        "classes inside classes, && -- and ~~ are not supported");
        if (rest.front() == ']')
            m_inClass = false;
        m_out += rest.front();
        ++m_at;
        return {};
    }
    void escape() {
        const char kind = m_at + 1 < m_in.size() ? m_in[m_at + 1] : '\0';
        const auto put = [&](std::string_view inside, bool negated) {
            if (m_inClass)
                m_out += inside;
            else
                m_out.append(negated ? "[^" : "[").append(inside).append("]");
            m_at += 2;
        };
        constexpr std::string_view kWord = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc})";
        constexpr std::string_view kSpace = R"(\t\n\v\f\r\x{85}\p{Z})";
        switch (kind) {
        case 'd': put(R"(\p{Nd})", false); return;
        case 'D': put(R"(\P{Nd})", false); return;
        case 'w': put(kWord, false); return;
        case 's': put(kSpace, false); return;
        case 'W':
            if (!m_inClass)
                return put(kWord, true);
            break;
        case 'S':
            if (!m_inClass)
                return put(kSpace, true);
            break;
        case 'u':
        case 'U': return unicodeEscape(kind == 'u' ? 4 : 8);
        default: break;
        }
        m_out += m_in.substr(m_at, 2);
        m_at += 2;
    }
    void unicodeEscape(std::size_t digits) {
        const std::string_view rest = m_in.substr(m_at + 2);
        if (rest.starts_with('{')) {
            m_out += "\\x";
            m_at += 2;
        } else {
            m_out.append("\\x{").append(rest.substr(0, digits)).append("}");
            m_at += 2 + std::min(digits, rest.size());
        }
    }

    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
    bool m_inClass = false;
};

} // namespace

Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::make(std::string_view pattern) {
    if (pattern.size() > kMaxPattern)
        return fail(ErrorCode::LimitExceeded, "the regular expression is longer than 64 KiB");
    FB_TRY_ASSIGN(const std::string translated, Translator(pattern).translate());
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxMemory);
    auto compiled = std::make_unique<RE2>(translated, options);
    if (!compiled->ok())
        return fail(ErrorCode::InvalidSyntax, "regular expression: " + compiled->error());
    std::shared_ptr<Regex> made(new Regex);
    made->m_groupCount = static_cast<std::size_t>(compiled->NumberOfCapturingGroups()) + 1;
    for (const auto& [number, name] : compiled->CapturingGroupNames())
        made->m_names.emplace_back(name, static_cast<std::size_t>(number));
    made->m_compiled = std::move(compiled);
    return made;
}

Result<std::shared_ptr<const Regex>> Regex::cached(std::string_view pattern) {
    struct Entry {
        std::string pattern;
        std::shared_ptr<const Regex> regex;
    };
    thread_local std::list<Entry> recent; // the most recently used first
    const auto at = std::ranges::find(recent, pattern, &Entry::pattern);
    if (at != recent.end()) {
        recent.splice(recent.begin(), recent, at);
        return recent.front().regex;
    }
    FB_TRY_ASSIGN(auto made, make(pattern));
    recent.push_front({std::string(pattern), made});
    if (recent.size() > kCachedPatterns)
        recent.pop_back();
    return made;
}

bool Regex::matches(std::string_view text) const {
    return m_compiled->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                             RE2::UNANCHORED, nullptr, 0);
}

bool Regex::find(std::string_view text, std::size_t from,
                 std::span<std::string_view> groups) const {
    constexpr std::size_t kInline = 16;
    re2::StringPiece few[kInline];
    std::vector<re2::StringPiece> many(groups.size() > kInline ? groups.size() : 0);
    re2::StringPiece* pieces = many.empty() ? few : many.data();
    const char* data = text.data() == nullptr ? "" : text.data();
    if (!m_compiled->Match(re2::StringPiece(data, text.size()), from, text.size(), RE2::UNANCHORED,
                           pieces, static_cast<int>(groups.size())))
        return false;
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = pieces[i].data() == nullptr
                        ? std::string_view()
                        : std::string_view(pieces[i].data(), pieces[i].size());
    return true;
}

std::size_t Regex::after(std::string_view text, std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
        ++at;
    return at;
}

} // namespace fuseboard
