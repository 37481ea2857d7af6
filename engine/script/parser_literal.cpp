// SPDX-License-Identifier: Apache-2.0
// Strings, lists, records, bytes, and the two expressions that build records: merge and patch.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

namespace fuseboard {

/// Text pieces that stand side by side become one: an interpolated string literal is text as well.
ExprPtr RecursiveParser::parseString() {
    const std::uint32_t begin = peek().span.begin;
    expect(TokenKind::StringStart, "to begin a string");
    std::vector<ExprPtr> parts;
    std::string text;
    std::uint32_t textBegin = begin;
    const auto flush = [&] {
        if (!text.empty())
            parts.push_back(std::make_shared<LiteralExpr>(OwnedValue(Value::string(text)),
                                                          since(textBegin), source()));
        text.clear();
    };
    while (!at(TokenKind::StringEnd)) {
        if (text.empty())
            textBegin = peek().span.begin;
        if (at(TokenKind::StringText)) {
            text += textOf(take());
            continue;
        }
        expect(TokenKind::InterpolationStart, "or text in the string");
        if (at(TokenKind::InterpolationEnd))
            failHere("an interpolation must not be empty", "write \\#{ for the characters");
        ExprPtr part = parseExpression();
        expect(TokenKind::InterpolationEnd, "to end the interpolation");
        const auto* literal = tryAs<LiteralExpr>(part.get());
        if (literal != nullptr && literal->value->isString()) {
            text += literal->value->asString();
            continue;
        }
        flush();
        parts.push_back(std::move(part));
    }
    if (!parts.empty())
        flush();
    expect(TokenKind::StringEnd, "to end the string");
    if (!parts.empty())
        return std::make_shared<InterpolateExpr>(std::move(parts), since(begin), source());
    return std::make_shared<LiteralExpr>(OwnedValue(Value::string(text)), since(begin), source());
}

ExprPtr RecursiveParser::parseList() { // its items count the nesting
    const std::uint32_t begin = take().span.begin;
    std::vector<ExprPtr> items;
    while (!at(TokenKind::RightBracket)) {
        items.push_back(parseComplex());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightBracket, "to end the list");
    return std::make_shared<ListExpr>(std::move(items), since(begin), source());
}

ExprPtr RecursiveParser::parseRecord() { // its items count the nesting
    const std::uint32_t begin = take().span.begin;
    std::vector<RecordExpr::Entry> entries;
    while (!at(TokenKind::RightBrace)) {
        if (at(TokenKind::Identifier))
            failHere("the key of a record must be a string",
                     fmt::format("write \"{}\"", textOf(peek())));
        if (!at(TokenKind::StringStart))
            throw unexpected("a key in quotes");
        RecordExpr::Entry entry;
        entry.key = parseString();
        expect(TokenKind::Colon, "after the key");
        entry.value = parseComplex();
        entries.push_back(std::move(entry));
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightBrace, "to end the record");
    return std::make_shared<RecordExpr>(std::move(entries), since(begin), source());
}

ExprPtr RecursiveParser::parseBytes() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    std::vector<BytesLiteralExpr::Part> parts;
    while (!at(TokenKind::ShiftRight)) {
        parts.push_back(parseBytesPart());
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::ShiftRight, "to end the bytes");
    return std::make_shared<BytesLiteralExpr>(std::move(parts), since(begin), source());
}

BytesLiteralExpr::Part RecursiveParser::parseBytesPart() {
    BytesLiteralExpr::Part part;
    part.value = parsePrimary();
    if (accept(TokenKind::Colon)) {
        const Token& bits = expect(TokenKind::Integer, "of bits after `:`");
        if (bits.number < 1 || bits.number > 64)
            throw failureAt(bits.span, ErrorCode::InvalidArgument,
                            "a part of bytes has 1 to 64 bits");
        part.bits = static_cast<std::uint8_t>(bits.number);
    }
    if (accept(TokenKind::Slash))
        parseBytesType(part);
    return part;
}

void RecursiveParser::parseBytesType(BytesLiteralExpr::Part& part) {
    const Span span = peek().span;
    const std::string type = identifier("a type of bytes");
    if (type == "binary") {
        part.type = BytesLiteralExpr::PartType::Binary;
        return;
    }
    std::string_view rest = type;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('_'), rest.size());
        const std::string_view word = rest.substr(0, end);
        if (word == "little")
            part.littleEndian = true;
        else if (word == "signed")
            part.isSigned = true;
        else if (word != "big" && word != "unsigned" && word != "integer")
            throw failureAt(
                span, ErrorCode::UnknownName, fmt::format("unknown type of bytes `{}`", type),
                "known are binary, and big, little, signed, unsigned, integer joined by _");
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

ExprPtr RecursiveParser::parseMerge() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    ExprPtr target = parseComplex();
    expect(TokenKind::Of, "after what is merged into");
    ExprPtr with = parseComplex();
    expect(TokenKind::End, "to end `merge`");
    return std::make_shared<MergeExpr>(std::move(target), std::move(with), since(begin), source());
}

ExprPtr RecursiveParser::parsePatch() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    ExprPtr target = parseComplex();
    expect(TokenKind::Of, "after what is patched");
    std::vector<PatchExpr::Operation> operations;
    do {
        operations.push_back(parsePatchOperation());
    } while (accept(TokenKind::Semicolon) && !at(TokenKind::End));
    expect(TokenKind::End, "to end `patch`");
    return std::make_shared<PatchExpr>(std::move(target), std::move(operations), since(begin),
                                       source());
}

PatchExpr::Operation RecursiveParser::parsePatchOperation() {
    using enum PatchExpr::OpKind;
    const std::uint32_t begin = peek().span.begin;
    PatchExpr::Operation operation{};
    switch (peek().kind) {
    case TokenKind::Insert: operation.kind = Insert; break;
    case TokenKind::Update: operation.kind = Update; break;
    case TokenKind::Upsert: operation.kind = Upsert; break;
    case TokenKind::Erase: operation.kind = Erase; break;
    case TokenKind::Copy: operation.kind = Copy; break;
    case TokenKind::Move: operation.kind = Move; break;
    case TokenKind::Merge: operation.kind = at(TokenKind::Arrow, 1) ? MergeRecord : Merge; break;
    case TokenKind::Default:
        operation.kind = at(TokenKind::Arrow, 1) ? DefaultRecord : Default;
        break;
    default: throw unexpected("insert, update, upsert, erase, copy, move, merge or default");
    }
    take();
    if (operation.kind != MergeRecord && operation.kind != DefaultRecord) {
        if (!at(TokenKind::StringStart))
            throw unexpected("a key in quotes");
        operation.key = parseString();
    }
    if (operation.kind != Erase) {
        expect(TokenKind::Arrow, "after the key");
        const bool toKey = operation.kind == Copy || operation.kind == Move;
        if (toKey && !at(TokenKind::StringStart))
            throw unexpected("the new key in quotes");
        operation.value = toKey ? parseString() : parseComplex();
    }
    operation.span = since(begin);
    return operation;
}

} // namespace fuseboard
