// SPDX-License-Identifier: Apache-2.0
// match, for, and what a case tests.
#include "engine/script/extractor.h"
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

namespace fuseboard {

void RecursiveParser::requireBindings(Span span, const char* what) const {
    if (!rules.bindings)
        throw failureAt(
            span, ErrorCode::InvalidSyntax,
            fmt::format("{} would make a local, which {} cannot have", what, rules.where),
            "move it into a script or a function");
}

ExprPtr RecursiveParser::parseGuard() {
    return accept(TokenKind::When) ? parseComplex() : nullptr;
}

/// What stands after `=>`. With effects: statements separated by `;`. Without: expressions
/// separated by `,` of which only the last one counts.
ExprPtr RecursiveParser::parseArm(bool effects) {
    expect(TokenKind::Arrow, "before the result of the case");
    if (effects)
        return parseBlockUntil(
            {TokenKind::Case, TokenKind::End, TokenKind::Into, TokenKind::Default}, false);
    ExprPtr last = parseComplex();
    while (at(TokenKind::Comma)) {
        notice("only the last of several expressions in a case is evaluated", take().span);
        last = parseComplex();
    }
    return last;
}

Case RecursiveParser::parseCase(bool effects) {
    Case arm;
    const std::size_t shadows = m_locals.shadows.size();
    if (at(TokenKind::Default)) {
        if (!m_program.options().oldDialects)
            throw unexpected("`case`");
        notice("`default =>` is now written `case _ =>`", take().span);
        auto any = std::make_shared<Pattern>();
        any->span = since(peek().span.begin);
        arm.pattern = any;
    } else {
        expect(TokenKind::Case, "to begin a case");
        arm.pattern = parsePattern();
        arm.guard = parseGuard();
    }
    arm.body = parseArm(effects);
    m_locals.shadows.resize(shadows);
    return arm;
}

ExprPtr RecursiveParser::parseMatch(bool effects) {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    ExprPtr target = parseComplex();
    expect(TokenKind::Of, "after what is matched");
    std::vector<Case> cases;
    do {
        cases.push_back(parseCase(effects));
    } while (at(TokenKind::Case) || at(TokenKind::Default));
    expect(TokenKind::End, "to end `match`");
    return std::make_shared<MatchExpr>(std::move(target), std::move(cases), since(begin), source());
}

ForExpr::ForCase RecursiveParser::parseForCase(bool effects) {
    ForExpr::ForCase arm;
    const std::size_t shadows = m_locals.shadows.size();
    requireBindings(peek().span, "`for`");
    expect(TokenKind::Case, "to begin a case");
    expect(TokenKind::LeftParen, "before the names of key and item");
    // `_` is a name like any other here, that nobody can read.
    const auto name = [&] {
        return accept(TokenKind::Underscore) ? std::string("_") : identifier("a name");
    };
    arm.keyName = name();
    expect(TokenKind::Comma, "between the names of key and item");
    arm.itemName = name();
    expect(TokenKind::RightParen, "after the names of key and item");
    arm.keySlot = m_locals.shadow(arm.keyName);
    arm.itemSlot = m_locals.shadow(arm.itemName);
    arm.guard = parseGuard();
    arm.body = parseArm(effects);
    m_locals.shadows.resize(shadows);
    return arm;
}

BinaryOp RecursiveParser::parseFoldOperator() {
    switch (peek().kind) {
    case TokenKind::Or: take(); return BinaryOp::Or;
    case TokenKind::Xor: take(); return BinaryOp::Xor;
    case TokenKind::And: take(); return BinaryOp::And;
    case TokenKind::Caret: take(); return BinaryOp::BitXor;
    case TokenKind::Ampersand: take(); return BinaryOp::BitAnd;
    case TokenKind::ShiftRight: take(); return BinaryOp::ShiftRight;
    case TokenKind::ShiftRightUnsigned: take(); return BinaryOp::ShiftRightUnsigned;
    case TokenKind::ShiftLeft: take(); return BinaryOp::ShiftLeft;
    case TokenKind::Plus: take(); return BinaryOp::Add;
    case TokenKind::Minus: take(); return BinaryOp::Subtract;
    case TokenKind::Star: take(); return BinaryOp::Multiply;
    case TokenKind::Slash: take(); return BinaryOp::Divide;
    case TokenKind::Percent: take(); return BinaryOp::Modulo;
    default: throw unexpected("an operator to fold with");
    }
}

ExprPtr RecursiveParser::parseFor(bool effects) {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    ExprPtr target = parseComplex();
    expect(TokenKind::Of, "after what is walked over");
    std::vector<ForExpr::ForCase> cases;
    do {
        cases.push_back(parseForCase(effects));
    } while (at(TokenKind::Case));
    ExprPtr initial;
    BinaryOp fold = BinaryOp::Add;
    bool foldGiven = false;
    if (accept(TokenKind::Into)) {
        initial = parseComplex();
        if (accept(TokenKind::Use)) {
            fold = parseFoldOperator();
            foldGiven = true;
        }
    }
    expect(TokenKind::End, "to end `for`");
    auto expr = std::make_shared<ForExpr>(std::move(target), std::move(initial), std::move(cases),
                                          since(begin), source());
    expr->fold = fold;
    expr->foldGiven = foldGiven;
    return expr;
}

// --- patterns ----------------------------------------------------------------------------------

std::shared_ptr<const Extractor> RecursiveParser::parseExtractor() {
    const std::uint32_t begin = peek().span.begin;
    const std::string kind = identifier("the name of an extractor");
    if (!at(TokenKind::Extractor))
        throw unexpected("the extractor's text between bars, as in re|…|");
    const Token& text = take();
    auto made = Extractor::make(kind, std::string(textOf(text)));
    if (!made) {
        Error error = std::move(made).error();
        throw ParseFailure{std::move(error).at(placeOf(*source(), since(begin)))};
    }
    return std::move(*made);
}

PatternPtr RecursiveParser::parsePattern() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = peek().span.begin;
    if (!at(TokenKind::Identifier) || !at(TokenKind::Assign, 1)) {
        if (at(TokenKind::ArrayPatternStart))
            return parseArrayPattern();
        if (at(TokenKind::TuplePatternStart))
            return parseTuplePattern();
        return parseItemPattern();
    }
    requireBindings(peek().span, "binding a name in a pattern");
    auto pattern = std::make_shared<Pattern>();
    pattern->kind = Pattern::Kind::Assign;
    pattern->name = identifier("a name");
    take();
    // The name is not visible in the pattern itself, only in guard and result.
    pattern->inner = parsePattern();
    pattern->slot = m_locals.shadow(pattern->name);
    pattern->span = since(begin);
    return pattern;
}

/// What may also stand inside of array and tuple patterns.
PatternPtr RecursiveParser::parseItemPattern() {
    if (at(TokenKind::RecordPatternStart))
        return parseRecordPattern();
    const std::uint32_t begin = peek().span.begin;
    auto pattern = std::make_shared<Pattern>();
    if (accept(TokenKind::Underscore)) {
        pattern->kind = Pattern::Kind::Any;
    } else if (accept(TokenKind::Tilde)) {
        pattern->kind = Pattern::Kind::Extract;
        pattern->extractor = parseExtractor();
    } else {
        pattern->kind = Pattern::Kind::Expression;
        pattern->value = parseComplex();
    }
    pattern->span = since(begin);
    return pattern;
}

PatternPtr RecursiveParser::parseArrayPattern() {
    const std::uint32_t begin = take().span.begin;
    auto pattern = std::make_shared<Pattern>();
    pattern->kind = Pattern::Kind::Array;
    while (!at(TokenKind::RightBracket)) {
        pattern->items.push_back(parseItemPattern());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightBracket, "to end the array pattern");
    pattern->span = since(begin);
    return pattern;
}

PatternPtr RecursiveParser::parseTuplePattern() {
    const std::uint32_t begin = take().span.begin;
    auto pattern = std::make_shared<Pattern>();
    pattern->kind = Pattern::Kind::Tuple;
    while (!at(TokenKind::RightParen)) {
        if (accept(TokenKind::Dot)) {
            expect(TokenKind::Dot, "to complete `...`");
            expect(TokenKind::Dot, "to complete `...`");
            pattern->open = true;
            break;
        }
        pattern->items.push_back(parseItemPattern());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightParen, "to end the tuple pattern");
    pattern->span = since(begin);
    return pattern;
}

PatternPtr RecursiveParser::parseRecordPattern() {
    const std::uint32_t begin = take().span.begin;
    auto pattern = std::make_shared<Pattern>();
    pattern->kind = Pattern::Kind::Record;
    while (!at(TokenKind::RightBrace)) {
        pattern->fields.push_back(parseFieldTest());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightBrace, "to end the record pattern");
    pattern->span = since(begin);
    return pattern;
}

Pattern::FieldTest RecursiveParser::parseFieldTest() {
    using Form = Pattern::FieldTest::Form;
    const NestingGuard guard(*this);
    const std::uint32_t begin = peek().span.begin;
    Pattern::FieldTest test;
    if (at(TokenKind::Present) || at(TokenKind::Absent)) {
        test.form = take().kind == TokenKind::Present ? Form::Present : Form::Absent;
        test.key = fieldName();
        test.span = since(begin);
        return test;
    }
    test.key = fieldName();
    if (accept(TokenKind::Assign)) // `name = key ~= …`: the name has no meaning, the key counts
        test.key = fieldName();
    static constexpr std::pair<TokenKind, BinaryOp> kComparisons[] = {
        {TokenKind::EqualEqual, BinaryOp::Equal},
        {TokenKind::NotEqual, BinaryOp::NotEqual},
        {TokenKind::GreaterEqual, BinaryOp::GreaterEqual},
        {TokenKind::Greater, BinaryOp::Greater},
        {TokenKind::LessEqual, BinaryOp::LessEqual},
        {TokenKind::Less, BinaryOp::Less}};
    for (const auto& [token, op] : kComparisons) {
        if (!accept(token))
            continue;
        test.form = Form::Compare;
        test.compare = op;
        test.value = parseComplex();
        test.span = since(begin);
        return test;
    }
    expect(TokenKind::TildeEqual, "or a comparison after the key");
    test.form = Form::Nested;
    if (at(TokenKind::RecordPatternStart)) {
        test.nested = parseRecordPattern();
    } else if (at(TokenKind::ArrayPatternStart)) {
        test.nested = parseArrayPattern();
    } else if (at(TokenKind::TuplePatternStart)) {
        test.nested = parseTuplePattern();
    } else {
        test.form = Form::Extract;
        test.extractor = parseExtractor();
    }
    test.span = since(begin);
    return test;
}

} // namespace fuseboard
