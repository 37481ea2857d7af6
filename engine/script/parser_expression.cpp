// SPDX-License-Identifier: Apache-2.0
// Tokens, nesting, and expressions by precedence climbing.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

namespace fuseboard {

namespace {

struct Operator {
    TokenKind token;
    BinaryOp op;
    int level; ///< 1 binds loosest; all are left-associative
};
constexpr Operator kOperators[] = {
    {TokenKind::Or, BinaryOp::Or, 1},
    {TokenKind::Xor, BinaryOp::Xor, 2},
    {TokenKind::And, BinaryOp::And, 3},
    {TokenKind::Caret, BinaryOp::BitXor, 4},
    {TokenKind::Ampersand, BinaryOp::BitAnd, 5},
    {TokenKind::EqualEqual, BinaryOp::Equal, 6},
    {TokenKind::NotEqual, BinaryOp::NotEqual, 6},
    {TokenKind::GreaterEqual, BinaryOp::GreaterEqual, 7},
    {TokenKind::Greater, BinaryOp::Greater, 7},
    {TokenKind::LessEqual, BinaryOp::LessEqual, 7},
    {TokenKind::Less, BinaryOp::Less, 7},
    {TokenKind::ShiftRight, BinaryOp::ShiftRight, 8},
    {TokenKind::ShiftRightUnsigned, BinaryOp::ShiftRightUnsigned, 8},
    {TokenKind::ShiftLeft, BinaryOp::ShiftLeft, 8},
    {TokenKind::Plus, BinaryOp::Add, 9},
    {TokenKind::Minus, BinaryOp::Subtract, 9},
    {TokenKind::Star, BinaryOp::Multiply, 10},
    {TokenKind::Slash, BinaryOp::Divide, 10},
    {TokenKind::Percent, BinaryOp::Modulo, 10},
};
constexpr int kTightestLevel = 10;

const Operator* findOperator(TokenKind token) {
    const auto* found = std::ranges::find(kOperators, token, &Operator::token);
    return found == std::end(kOperators) ? nullptr : found;
}

} // namespace

NestingGuard::NestingGuard(RecursiveParser& parser)
    : m_parser(parser), m_outerHeight(parser.m_height) {
    if (parser.m_depth >= kMaxProgramNesting)
        throw parser.failureAt(parser.peek().span, ErrorCode::LimitExceeded,
                               fmt::format("more than {} levels of nesting", kMaxProgramNesting),
                               "split the expression");
    ++parser.m_depth;
    parser.m_height = 0;
}

NestingGuard::~NestingGuard() {
    --m_parser.m_depth;
    m_parser.m_height = std::max(m_outerHeight, m_parser.m_height + 1);
}

RecursiveParser::RecursiveParser(Program& program, TokenFilePtr file, Scope* scope, std::size_t at)
    : m_program(program), m_file(std::move(file)), m_scope(scope), m_at(at) {}

// --- tokens ------------------------------------------------------------------------------------

const Token& RecursiveParser::peek(std::size_t ahead) const {
    return m_file->tokens[std::min(m_at + ahead, m_file->tokens.size() - 1)];
}

const Token& RecursiveParser::take() {
    const Token& token = peek();
    if (token.kind != TokenKind::EndOfText)
        ++m_at;
    return token;
}

bool RecursiveParser::accept(TokenKind kind) {
    if (!at(kind))
        return false;
    take();
    return true;
}

const Token& RecursiveParser::expect(TokenKind kind, std::string_view purpose) {
    if (!at(kind))
        throw unexpected(fmt::format("{} {}", describeToken(kind), purpose));
    return take();
}

std::string RecursiveParser::identifier(std::string_view what) {
    if (at(TokenKind::Identifier))
        return std::string(textOf(take()));
    if (isKeyword(peek().kind))
        failHere(fmt::format("{} is a keyword and cannot be {}", describeToken(peek().kind), what),
                 fmt::format("put it in backticks: `{}`", textOf(peek())));
    throw unexpected(what);
}

Span RecursiveParser::since(std::uint32_t begin) const {
    return {begin, m_at == 0 ? begin : std::max(begin, m_file->tokens[m_at - 1].span.end)};
}

ParseFailure RecursiveParser::failureAt(Span span, ErrorCode code, std::string message,
                                        std::string hint) const {
    return {Error(code, std::move(message), std::move(hint)).at(placeOf(*source(), span))};
}

ParseFailure RecursiveParser::unexpected(std::string_view wanted) const {
    const Token& token = peek();
    std::string found = describeToken(token.kind);
    if (token.kind == TokenKind::Identifier || token.kind == TokenKind::Integer ||
        token.kind == TokenKind::Float)
        found = fmt::format("`{}`", textOf(token));
    std::string hint;
    if (token.kind == TokenKind::Assign && wanted.find("expression") != std::string_view::npos)
        hint = "compare with `==`";
    if (token.kind == TokenKind::Extractor)
        hint = "`|` begins an extractor; write `or` for a logical or";
    return failureAt(token.span, ErrorCode::InvalidSyntax,
                     fmt::format("expected {}, found {}", wanted, found), hint);
}

void RecursiveParser::failHere(std::string message, std::string hint) const {
    throw failureAt(peek().span, ErrorCode::InvalidSyntax, std::move(message), std::move(hint));
}

void RecursiveParser::notice(std::string message, Span span) {
    m_program.notice(std::move(message), source(), span);
}

std::string RecursiveParser::sourceText(std::size_t firstToken) const {
    if (firstToken >= m_at)
        return {};
    const std::uint32_t begin = m_file->tokens[firstToken].span.begin;
    const std::uint32_t end = m_file->tokens[m_at - 1].span.end;
    return source()->text.substr(begin, end - begin);
}

void RecursiveParser::expectEnd() {
    if (!at(TokenKind::EndOfText))
        throw unexpected("the end of the text");
}

// --- operators ---------------------------------------------------------------------------------

ExprPtr RecursiveParser::parseExpression() {
    const NestingGuard guard(*this);
    return parseBinary(1);
}

ExprPtr RecursiveParser::parseComplex() {
    if (at(TokenKind::Match))
        return parseMatch(false);
    if (at(TokenKind::For))
        return parseFor(false);
    return parseExpression();
}

ExprPtr RecursiveParser::parseBinary(int level) {
    const std::uint32_t begin = peek().span.begin;
    ExprPtr left = level > kTightestLevel ? parseUnary() : parseBinary(level + 1);
    if (level > kTightestLevel)
        return left;
    while (true) {
        const Operator* found = findOperator(peek().kind);
        if (found == nullptr || found->level != level)
            return left;
        take();
        const int leftHeight = std::exchange(m_height, 0);
        ExprPtr right = parseBinary(level + 1);
        m_height = std::max(leftHeight, m_height) + 1;
        if (m_height > kMaxTreeHeight)
            throw failureAt(since(begin), ErrorCode::LimitExceeded,
                            fmt::format("more than {} operators in a row", kMaxTreeHeight),
                            "split the expression");
        left = std::make_shared<BinaryExpr>(found->op, std::move(left), std::move(right),
                                            since(begin), source());
    }
}

ExprPtr RecursiveParser::parseUnary() {
    const std::uint32_t begin = peek().span.begin;
    if (!at(TokenKind::Plus) && !at(TokenKind::Minus))
        return parseNot();
    const NestingGuard guard(*this);
    const bool minus = take().kind == TokenKind::Minus;
    // A sign and a number are one literal, so that -9223372036854775808 can be written.
    if (minus && (at(TokenKind::Integer) || at(TokenKind::Float))) {
        if (ExprPtr number = parseNumber(true, begin))
            return number;
    }
    return std::make_shared<UnaryExpr>(minus ? UnaryOp::Minus : UnaryOp::Plus, parseUnary(),
                                       since(begin), source());
}

ExprPtr RecursiveParser::parseNot() {
    const std::uint32_t begin = peek().span.begin;
    if (!at(TokenKind::Not) && !at(TokenKind::Bang))
        return parsePresence();
    const NestingGuard guard(*this);
    const UnaryOp op = take().kind == TokenKind::Not ? UnaryOp::Not : UnaryOp::BitNot;
    if (at(TokenKind::Minus) || at(TokenKind::Plus))
        failHere(fmt::format("{} cannot follow `not` or `!`", describeToken(peek().kind)),
                 "put the signed expression in parentheses");
    return std::make_shared<UnaryExpr>(op, parseNot(), since(begin), source());
}

ExprPtr RecursiveParser::parsePresence() {
    if (!at(TokenKind::Present) && !at(TokenKind::Absent))
        return parsePrimary();
    const std::uint32_t begin = peek().span.begin;
    const bool present = take().kind == TokenKind::Present;
    // An argument that is not there is known now: it is no failure to ask for it.
    if (at(TokenKind::Args) && at(TokenKind::Dot, 1) && at(TokenKind::Identifier, 2) &&
        !at(TokenKind::Dot, 3) && !at(TokenKind::LeftBracket, 3) && arguments() != nullptr) {
        const auto* item = arguments()->find(textOf(peek(2)));
        m_at += 3;
        const bool known = item != nullptr && item->value.has_value();
        return std::make_shared<LiteralExpr>(OwnedValue(Value::boolean(known == present)),
                                             since(begin), source());
    }
    const Span pathSpan = peek().span;
    // Asking for a local that nothing has set is no failure either.
    if (rules.bindings && at(TokenKind::Identifier) && !at(TokenKind::ColonColon, 1) &&
        !at(TokenKind::LeftParen, 1)) {
        const std::string name(textOf(peek()));
        if (m_locals.find(name) == nullptr && resolveConstant({name}) == nullptr)
            m_locals.declare(name);
    }
    ExprPtr path = parsePrimary();
    if (path->kind == ExprKind::Constant)
        return std::make_shared<LiteralExpr>(OwnedValue(Value::boolean(present)), since(begin),
                                             source());
    if (path->kind != ExprKind::Path)
        throw failureAt(pathSpan, ErrorCode::InvalidSyntax,
                        fmt::format("`{}` needs a path", present ? "present" : "absent"),
                        "as in `present event.field`");
    return std::make_shared<PresenceExpr>(present, std::move(path), since(begin), source());
}

// --- primary -----------------------------------------------------------------------------------

ExprPtr RecursiveParser::parseNumber(bool negative, std::uint32_t begin) {
    const Token& token = peek();
    Value value;
    if (token.kind == TokenKind::Float) {
        const auto number = std::bit_cast<double>(token.number);
        value = Value::f64(negative ? -number : number);
    } else if (!negative) {
        value = Value::u64(token.number);
    } else if (token.number <= 1ULL << 63U) {
        value = Value::i64(static_cast<std::int64_t>(~token.number + 1));
    } else {
        return nullptr; // below the smallest integer: left to evaluation
    }
    take();
    return std::make_shared<LiteralExpr>(OwnedValue(value), since(begin), source());
}

ExprPtr RecursiveParser::parsePrimary() {
    const Token& token = peek();
    const std::uint32_t begin = token.span.begin;
    const auto literal = [&](Value value) -> ExprPtr {
        take();
        return std::make_shared<LiteralExpr>(OwnedValue(value), since(begin), source());
    };
    switch (token.kind) {
    case TokenKind::Null: return literal(Value::null());
    case TokenKind::True: return literal(Value::boolean(true));
    case TokenKind::False: return literal(Value::boolean(false));
    case TokenKind::Integer:
    case TokenKind::Float: return parseNumber(false, begin);
    case TokenKind::StringStart: return parseString();
    case TokenKind::ShiftLeft: return parseBytes();
    case TokenKind::LeftParen: {
        take();
        ExprPtr inner = parseComplex();
        expect(TokenKind::RightParen, "to close the parenthesis");
        return withSegments(std::move(inner), begin);
    }
    case TokenKind::LeftBracket: return withSegments(parseList(), begin);
    case TokenKind::LeftBrace: return withSegments(parseRecord(), begin);
    case TokenKind::Event: return parseRooted(PathRoot::Event);
    case TokenKind::State: return parseRooted(PathRoot::State);
    case TokenKind::Group: return parseRooted(PathRoot::Group);
    case TokenKind::Window: return parseRooted(PathRoot::Window);
    case TokenKind::Dollar: return parseMeta();
    case TokenKind::Args: return parseArgs();
    case TokenKind::Recur: return parseRecur();
    case TokenKind::Identifier: return parseNamed();
    case TokenKind::Merge: return parseMerge();
    case TokenKind::Patch: return parsePatch();
    case TokenKind::Match:
    case TokenKind::For:
        failHere(fmt::format("{} must stand in parentheses here", describeToken(token.kind)));
    case TokenKind::Let:
    case TokenKind::Emit:
    case TokenKind::Drop:
        failHere(fmt::format("{} is a statement of scripts and cannot stand in {}",
                             describeToken(token.kind), rules.where));
    default: throw unexpected("an expression");
    }
}

std::vector<ExprPtr> RecursiveParser::parseArguments() {
    expect(TokenKind::LeftParen, "to begin the arguments");
    std::vector<ExprPtr> arguments;
    while (!at(TokenKind::RightParen)) {
        arguments.push_back(parseComplex());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightParen, "to end the arguments");
    return arguments;
}

} // namespace fuseboard
