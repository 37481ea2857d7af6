// SPDX-License-Identifier: Apache-2.0
// Text to tokens for all kinds of program files and for highlighting. Strings are taken apart here,
// so that what stands in an interpolation is made of ordinary tokens.
#pragma once

#include "engine/base/error.h"
#include "engine/script/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

enum class TokenKind : std::uint8_t {
    EndOfText,
    Invalid,
    Identifier,
    Integer,
    Float,
    Extractor,
    ConfigDirective,
    DocComment,
    ModuleComment,
    // A string is StringStart, any of StringText and InterpolationStart … InterpolationEnd,
    // StringEnd.
    StringStart,
    StringText,
    InterpolationStart,
    InterpolationEnd,
    StringEnd,
    // Punctuation.
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    EqualEqual,
    NotEqual,
    GreaterEqual,
    Greater,
    LessEqual,
    Less,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Ampersand,
    Caret,
    Bang,
    Tilde,
    TildeEqual,
    Assign,
    Arrow,
    Dot,
    Comma,
    Colon,
    ColonColon,
    Semicolon,
    Dollar,
    Underscore,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    TuplePatternStart,
    ArrayPatternStart,
    RecordPatternStart,
    // Keywords, in alphabetical order; `Absent` is the first, `Xor` the last.
    Absent,
    And,
    Args,
    As,
    By,
    Case,
    Connect,
    Connector,
    Const,
    Copy,
    Create,
    Default,
    Define,
    Deploy,
    Drop,
    Each,
    Emit,
    End,
    Erase,
    Event,
    False,
    Flow,
    Fn,
    For,
    From,
    Group,
    Having,
    Insert,
    Into,
    Intrinsic,
    Let,
    Match,
    Merge,
    Mod,
    Move,
    Not,
    Null,
    Of,
    Operator,
    Or,
    Patch,
    Pipeline,
    Present,
    Recur,
    Script,
    Select,
    Set,
    Sliding,
    State,
    Stream,
    To,
    True,
    Tumbling,
    Update,
    Upsert,
    Use,
    When,
    Where,
    Window,
    With,
    Xor,
};

[[nodiscard]] inline bool isKeyword(TokenKind kind) {
    return kind >= TokenKind::Absent;
}
/// The token as a message shows it: `;`, `end`, "a name", "the end of the text".
[[nodiscard]] std::string describeToken(TokenKind kind);
/// The keyword spelled `name`, if it is one.
[[nodiscard]] std::optional<TokenKind> findKeyword(std::string_view name);
/// Whether the language reads `name` as one identifier without backticks.
[[nodiscard]] bool isPlainIdentifier(std::string_view name);

struct Token {
    TokenKind kind = TokenKind::EndOfText;
    Span span;
    std::uint64_t number = 0; ///< of Integer; bits of a Float
    std::int32_t text = -1;   ///< index of the decoded text, or -1: as written
};

/// The tokens of one source; the last one is EndOfText. Immutable once made.
struct TokenFile {
    SourcePtr source;
    std::vector<Token> tokens;
    std::vector<std::string> texts;
    std::vector<Span> comments;
    std::vector<Error> errors;
    /// `{event.a}` in strings interpolates, as in programs older than `#{…}`.
    bool braceStrings = false;

    /// The decoded text of a string piece or extractor, the name of an identifier or keyword.
    [[nodiscard]] std::string_view text(const Token& token) const;
};
using TokenFilePtr = std::shared_ptr<const TokenFile>;

[[nodiscard]] TokenFile lex(SourcePtr source, bool braceStrings = false);

} // namespace fuseboard
