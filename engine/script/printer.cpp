// SPDX-License-Identifier: Apache-2.0
// Trees to text, on one line or over several. Minimal parentheses: each construct has a level, as
// in the grammar, and is put in parentheses where a tighter one is wanted.
#include "engine/script/aggregate.h"
#include "engine/script/definitions.h"
#include "engine/script/extractor.h"
#include "engine/script/function.h"
#include "engine/script/literal_text.h"
#include "engine/script/parser.h"
#include "engine/script/scope.h"

#include <fmt/format.h>

#include <cmath>

namespace fuseboard {

namespace {

constexpr int kComplex = 0; ///< match and for need no parentheses here
constexpr int kSimple = 1;  ///< any operator
constexpr int kUnary = 11;
constexpr int kNot = 12;
constexpr int kPresence = 13;
constexpr int kPrimary = 14;

struct OperatorText {
    std::string_view text;
    int level;
};

OperatorText operatorText(BinaryOp op) {
    switch (op) {
    case BinaryOp::Or: return {"or", 1};
    case BinaryOp::Xor: return {"xor", 2};
    case BinaryOp::And: return {"and", 3};
    case BinaryOp::BitXor: return {"^", 4};
    case BinaryOp::BitAnd: return {"&", 5};
    case BinaryOp::Equal: return {"==", 6};
    case BinaryOp::NotEqual: return {"!=", 6};
    case BinaryOp::GreaterEqual: return {">=", 7};
    case BinaryOp::Greater: return {">", 7};
    case BinaryOp::LessEqual: return {"<=", 7};
    case BinaryOp::Less: return {"<", 7};
    case BinaryOp::ShiftRight: return {">>", 8};
    case BinaryOp::ShiftRightUnsigned: return {">>>", 8};
    case BinaryOp::ShiftLeft: return {"<<", 8};
    case BinaryOp::Add: return {"+", 9};
    case BinaryOp::Subtract: return {"-", 9};
    case BinaryOp::Multiply: return {"*", 10};
    case BinaryOp::Divide: return {"/", 10};
    case BinaryOp::Modulo: return {"%", 10};
    }
    return {"?", 1};
}

std::string_view patchWord(PatchExpr::OpKind kind) {
    switch (kind) {
    case PatchExpr::OpKind::Insert: return "insert";
    case PatchExpr::OpKind::Update: return "update";
    case PatchExpr::OpKind::Upsert: return "upsert";
    case PatchExpr::OpKind::Erase: return "erase";
    case PatchExpr::OpKind::Copy: return "copy";
    case PatchExpr::OpKind::Move: return "move";
    case PatchExpr::OpKind::Merge:
    case PatchExpr::OpKind::MergeRecord: return "merge";
    case PatchExpr::OpKind::Default:
    case PatchExpr::OpKind::DefaultRecord: return "default";
    }
    return "?";
}

/// Whether a constant can be named without its definition at hand.
bool hasBuiltinName(const ConstantExpr& constant) {
    const std::string canonical = findImplicitConstant(constant.name);
    return !canonical.empty() && strictlyEqual(**findBuiltinConstant(canonical), *constant.value);
}

int levelOfValue(const Value& value) {
    if (value.isFloat() && !std::isfinite(value.asF64()))
        return 10; // written as a division
    const bool negative =
        value.kind() == Kind::I64 || (value.isFloat() && std::signbit(value.asF64()));
    return negative ? kUnary : kPrimary;
}

int levelOf(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Match:
    case ExprKind::For:
    case ExprKind::Let:
    case ExprKind::Drop:
    case ExprKind::Emit:
    case ExprKind::Block: return kComplex;
    case ExprKind::Binary: return operatorText(as<BinaryExpr>(expr).op).level;
    case ExprKind::Unary: return as<UnaryExpr>(expr).op <= UnaryOp::Minus ? kUnary : kNot;
    case ExprKind::Presence: return kPresence;
    case ExprKind::Literal: return levelOfValue(*as<LiteralExpr>(expr).value);
    case ExprKind::Constant: return levelOfValue(*as<ConstantExpr>(expr).value);
    default: return kPrimary;
    }
}

/// The name of a function of a program, each part of its path quoted where it needs it.
std::string quotePath(std::string_view path) {
    std::string text;
    for (std::size_t end = path.find("::"); end != std::string_view::npos; end = path.find("::")) {
        text += quoteIdentifier(path.substr(0, end)) + "::";
        path.remove_prefix(end + 2);
    }
    return text + quoteIdentifier(path);
}

class Printer {
public:
    explicit Printer(int width = 0, int indent = 0) : m_width(width), m_indent(indent) {}
    [[nodiscard]] std::string take() { return std::move(m_out); }
    void printFunction(const UserFunction& function);

    void print(const Expr& expr, int wanted) {
        const bool parentheses = levelOf(expr) < wanted;
        if (parentheses)
            m_out += '(';
        printBare(expr);
        if (parentheses)
            m_out += ')';
    }

private:
    // --- lines ---
    [[nodiscard]] bool breaks(const Expr& expr) const {
        if (m_width == 0)
            return false;
        const std::size_t newline = m_out.rfind('\n');
        const std::size_t column = m_out.size() - (newline == std::string::npos ? 0 : newline + 1);
        Printer flat;
        flat.printBare(expr);
        return column + flat.m_out.size() > static_cast<std::size_t>(m_width);
    }
    void line(bool broken, std::string_view otherwise) {
        if (!broken) {
            m_out += otherwise;
            return;
        }
        m_out += '\n';
        m_out.append(static_cast<std::size_t>(m_indent) * 4, ' ');
    }

    void printBare(const Expr& expr);
    void printList(const Expr& list, const std::vector<ExprPtr>& items);
    void printArguments(std::string_view name, const Expr& call,
                        const std::vector<ExprPtr>& arguments);
    void printRecord(const RecordExpr& record);
    void printInterpolate(const InterpolateExpr& expr);
    void printBytes(const BytesLiteralExpr& bytes);
    void printConstant(const ConstantExpr& constant);
    void printPath(const PathExpr& path);
    void printRoot(const PathExpr& path, std::size_t& first);
    void printUnary(const UnaryExpr& expr);
    void printBinary(const BinaryExpr& expr);
    void printMatch(const MatchExpr& match);
    void printFor(const ForExpr& loop);
    void printArm(const Expr& body, bool broken);
    void printParameterCase(const Case& arm);
    void printPattern(const Pattern& pattern);
    void printItems(const Pattern& pattern, std::string_view open, std::string_view close);
    void printField(const Pattern::FieldTest& test);
    void printExtractor(const Extractor& extractor);
    void printPatch(const PatchExpr& patch);
    void printStatements(const std::vector<ExprPtr>& statements, bool broken);

    std::string m_out;
    int m_width; ///< 0: all on one line
    int m_indent;
};

void Printer::printBare(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Literal: m_out += literalText(*as<LiteralExpr>(expr).value); return;
    case ExprKind::Constant: return printConstant(as<ConstantExpr>(expr));
    case ExprKind::List: return printList(expr, as<ListExpr>(expr).items);
    case ExprKind::Record: return printRecord(as<RecordExpr>(expr));
    case ExprKind::Interpolate: return printInterpolate(as<InterpolateExpr>(expr));
    case ExprKind::BytesLiteral: return printBytes(as<BytesLiteralExpr>(expr));
    case ExprKind::Path: return printPath(as<PathExpr>(expr));
    case ExprKind::Presence:
        m_out += as<PresenceExpr>(expr).present ? "present " : "absent ";
        return print(*as<PresenceExpr>(expr).path, kPrimary);
    case ExprKind::Unary: return printUnary(as<UnaryExpr>(expr));
    case ExprKind::Binary: return printBinary(as<BinaryExpr>(expr));
    case ExprKind::Call:
        return printArguments(as<CallExpr>(expr).function->name, expr,
                              as<CallExpr>(expr).arguments);
    case ExprKind::UserCall:
        return printArguments(quotePath(as<UserCallExpr>(expr).function->name), expr,
                              as<UserCallExpr>(expr).arguments);
    case ExprKind::Recur: return printArguments("recur", expr, as<RecurExpr>(expr).arguments);
    case ExprKind::Aggregate:
        return printArguments(as<AggregateExpr>(expr).aggregate->name, expr,
                              as<AggregateExpr>(expr).arguments);
    case ExprKind::Match: return printMatch(as<MatchExpr>(expr));
    case ExprKind::For: return printFor(as<ForExpr>(expr));
    case ExprKind::Merge:
        m_out += "merge ";
        print(*as<MergeExpr>(expr).target, kComplex);
        m_out += " of ";
        print(*as<MergeExpr>(expr).with, kComplex);
        m_out += " end";
        return;
    case ExprKind::Patch: return printPatch(as<PatchExpr>(expr));
    case ExprKind::Let:
        m_out += "let ";
        print(*as<LetExpr>(expr).path, kPrimary);
        m_out += " = ";
        return print(*as<LetExpr>(expr).value, kComplex);
    case ExprKind::Drop: m_out += "drop"; return;
    case ExprKind::Emit: {
        const auto& emit = as<EmitExpr>(expr);
        m_out += "emit";
        if (emit.value != nullptr) {
            m_out += ' ';
            print(*emit.value, kComplex);
        }
        if (emit.port != nullptr) {
            m_out += " => ";
            print(*emit.port, kPrimary);
        }
        return;
    }
    case ExprKind::Block: return printStatements(as<BlockExpr>(expr).statements, breaks(expr));
    }
}

void Printer::printStatements(const std::vector<ExprPtr>& statements, bool broken) {
    bool first = true;
    for (const ExprPtr& statement : statements) {
        if (!std::exchange(first, false)) {
            m_out += ';';
            line(broken, " ");
        }
        print(*statement, kComplex);
    }
}

void Printer::printList(const Expr& list, const std::vector<ExprPtr>& items) {
    const bool broken = breaks(list) && !items.empty();
    m_out += '[';
    ++m_indent;
    for (std::size_t i = 0; i < items.size(); ++i) {
        line(broken, i == 0 ? "" : " ");
        print(*items[i], kComplex);
        if (i + 1 < items.size())
            m_out += ',';
    }
    --m_indent;
    line(broken, "");
    m_out += ']';
}

void Printer::printArguments(std::string_view name, const Expr& call,
                             const std::vector<ExprPtr>& arguments) {
    const bool broken = arguments.size() > 1 && breaks(call);
    m_out += name;
    m_out += '(';
    ++m_indent;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        line(broken, i == 0 ? "" : " ");
        print(*arguments[i], kComplex);
        if (i + 1 < arguments.size())
            m_out += ',';
    }
    --m_indent;
    line(broken, "");
    m_out += ')';
}

void Printer::printRecord(const RecordExpr& record) {
    const bool broken = breaks(record) && !record.entries.empty();
    m_out += '{';
    ++m_indent;
    for (std::size_t i = 0; i < record.entries.size(); ++i) {
        line(broken, i == 0 ? "" : " ");
        print(*record.entries[i].key, kPrimary);
        m_out += ": ";
        print(*record.entries[i].value, kComplex);
        if (i + 1 < record.entries.size())
            m_out += ',';
    }
    --m_indent;
    line(broken, "");
    m_out += '}';
}

void Printer::printInterpolate(const InterpolateExpr& expr) {
    m_out += '"';
    for (const ExprPtr& part : expr.parts) {
        const auto* literal = tryAs<LiteralExpr>(part.get());
        const auto* constant = tryAs<ConstantExpr>(part.get());
        const Value* value = literal != nullptr ? &*literal->value : nullptr;
        if (constant != nullptr && !hasBuiltinName(*constant))
            value = &*constant->value;
        if (value != nullptr && value->isString()) {
            m_out += escapeText(value->asString());
            continue;
        }
        m_out += "#{";
        // A line break may stand in an interpolation, but nobody wants to read it.
        const int width = std::exchange(m_width, 0);
        print(*part, kSimple);
        m_width = width;
        m_out += '}';
    }
    m_out += '"';
}

void Printer::printBytes(const BytesLiteralExpr& bytes) {
    m_out += "<<";
    bool first = true;
    for (const auto& part : bytes.parts) {
        if (!std::exchange(first, false))
            m_out += ", ";
        print(*part.value, kPrimary);
        if (part.bits != 8)
            m_out += fmt::format(":{}", part.bits);
        if (part.type == BytesLiteralExpr::PartType::Binary)
            m_out += "/binary";
        else if (part.littleEndian || part.isSigned)
            m_out += fmt::format("/{}_{}", part.littleEndian ? "little" : "big",
                                 part.isSigned ? "signed" : "unsigned");
    }
    m_out += ">>";
}

void Printer::printConstant(const ConstantExpr& constant) {
    m_out += hasBuiltinName(constant) ? findImplicitConstant(constant.name)
                                      : literalText(*constant.value);
}

/// The root of a path; `first` is the first segment that is still to be printed.
void Printer::printRoot(const PathExpr& path, std::size_t& first) {
    switch (path.root) {
    case PathRoot::Event: m_out += "event"; return;
    case PathRoot::State: m_out += "state"; return;
    case PathRoot::Group: m_out += "group"; return;
    case PathRoot::Window: m_out += "window"; return;
    case PathRoot::Local:
        m_out += path.local == "args" ? path.local : quoteIdentifier(path.local);
        return;
    case PathRoot::Meta:
        if (path.segments.empty()) {
            m_out += '$';
        } else if (path.segments[0].form == PathSegment::Form::Field) {
            m_out += '$';
            m_out += quoteIdentifier(path.segments[0].field);
            first = 1;
        } else {
            m_out += "($)";
        }
        return;
    case PathRoot::Expression: break;
    }
    const bool plain = path.base->kind == ExprKind::List || path.base->kind == ExprKind::Record ||
                       path.base->kind == ExprKind::Call || path.base->kind == ExprKind::UserCall ||
                       path.base->kind == ExprKind::Aggregate ||
                       path.base->kind == ExprKind::Constant;
    const Value* literal =
        path.base->kind == ExprKind::Constant ? &*as<ConstantExpr>(*path.base).value : nullptr;
    const bool bare = plain && (literal == nullptr || literal->isArray() || literal->isRecord());
    if (!bare)
        m_out += '(';
    print(*path.base, kComplex);
    if (!bare)
        m_out += ')';
}

void Printer::printPath(const PathExpr& path) {
    std::size_t first = 0;
    printRoot(path, first);
    for (std::size_t i = first; i < path.segments.size(); ++i) {
        const PathSegment& segment = path.segments[i];
        if (segment.form == PathSegment::Form::Field) {
            m_out += '.';
            m_out += quoteIdentifier(segment.field);
            continue;
        }
        m_out += '[';
        print(*segment.index, kComplex);
        if (segment.form == PathSegment::Form::Range) {
            m_out += ':';
            print(*segment.end, kComplex);
        }
        m_out += ']';
    }
}

void Printer::printUnary(const UnaryExpr& expr) {
    switch (expr.op) {
    case UnaryOp::Plus: m_out += '+'; break;
    case UnaryOp::Minus: m_out += '-'; break;
    case UnaryOp::BitNot: m_out += '!'; break;
    case UnaryOp::Not: m_out += "not "; break;
    }
    // `-5` would be one literal.
    const auto* literal = tryAs<LiteralExpr>(expr.operand.get());
    const bool number = literal != nullptr && literal->value->isNumber() &&
                        expr.op == UnaryOp::Minus && levelOf(*expr.operand) == kPrimary;
    print(*expr.operand, number ? kPrimary + 1 : levelOf(expr));
}

void Printer::printBinary(const BinaryExpr& expr) {
    const OperatorText op = operatorText(expr.op);
    print(*expr.left, op.level);
    m_out += fmt::format(" {} ", op.text);
    print(*expr.right, op.level + 1);
}

void Printer::printArm(const Expr& body, bool broken) {
    m_out += " =>";
    const bool lines = broken && breaks(body);
    m_indent += 1;
    line(lines, " ");
    print(body, kComplex);
    m_indent -= 1;
}

void Printer::printMatch(const MatchExpr& match) {
    const bool broken = breaks(match);
    m_out += "match ";
    print(*match.target, kComplex);
    m_out += " of";
    ++m_indent;
    for (const Case& arm : match.cases) {
        line(broken, " ");
        m_out += "case ";
        printPattern(*arm.pattern);
        if (arm.guard != nullptr) {
            m_out += " when ";
            print(*arm.guard, kComplex);
        }
        printArm(*arm.body, broken);
    }
    --m_indent;
    line(broken, " ");
    m_out += "end";
}

/// The definition over several lines. The cases of a function were turned into a match over its
/// parameters, in which a pattern that takes its parameter apart has a name and an assignment
/// before the result: here they are turned back.
void Printer::printFunction(const UserFunction& function) {
    m_out += "fn ";
    const std::size_t module = function.name.rfind("::");
    m_out += quoteIdentifier(module == std::string::npos
                                 ? std::string_view(function.name)
                                 : std::string_view(function.name).substr(module + 2));
    m_out += '(';
    for (std::size_t i = 0; i < function.parameters.size(); ++i)
        m_out += (i == 0 ? "" : ", ") + quoteIdentifier(function.parameters[i]);
    if (function.open)
        m_out += function.parameters.empty() ? "..." : ", ...";
    m_out += function.byCases ? ") of" : ") with";
    ++m_indent;
    if (function.byCases) {
        for (const Case& arm : as<MatchExpr>(*function.body).cases)
            printParameterCase(arm);
    } else {
        line(true, "");
        print(*function.body, kComplex);
    }
    --m_indent;
    line(true, "");
    m_out += "end";
}

void Printer::printParameterCase(const Case& arm) {
    line(true, "");
    m_out += "case ";
    const bool named = arm.pattern->kind == Pattern::Kind::Assign;
    const Pattern& pattern = named ? *arm.pattern->inner : *arm.pattern;
    if (pattern.kind == Pattern::Kind::Any)
        m_out += '_';
    else
        printItems(pattern, "(", ")");
    if (arm.guard != nullptr) {
        m_out += " when ";
        print(*arm.guard, kComplex);
    }
    printArm(named ? *as<BlockExpr>(*arm.body).statements.back() : *arm.body, true);
}

void Printer::printFor(const ForExpr& loop) {
    const bool broken = breaks(loop);
    const auto name = [](const std::string& text) {
        return text == "_" ? text : quoteIdentifier(text);
    };
    m_out += "for ";
    print(*loop.target, kComplex);
    m_out += " of";
    ++m_indent;
    for (const auto& arm : loop.cases) {
        line(broken, " ");
        m_out += fmt::format("case ({}, {})", name(arm.keyName), name(arm.itemName));
        if (arm.guard != nullptr) {
            m_out += " when ";
            print(*arm.guard, kComplex);
        }
        printArm(*arm.body, broken);
    }
    --m_indent;
    line(broken, " ");
    if (loop.initial != nullptr) {
        m_out += "into ";
        print(*loop.initial, kComplex);
        if (loop.foldGiven)
            m_out += fmt::format(" use {}", operatorText(loop.fold).text);
        line(broken, " ");
    }
    m_out += "end";
}

void Printer::printPatch(const PatchExpr& patch) {
    const bool broken = breaks(patch);
    m_out += "patch ";
    print(*patch.target, kComplex);
    m_out += " of";
    ++m_indent;
    for (std::size_t i = 0; i < patch.operations.size(); ++i) {
        const auto& operation = patch.operations[i];
        line(broken, " ");
        m_out += patchWord(operation.kind);
        if (operation.key != nullptr) {
            m_out += ' ';
            print(*operation.key, kPrimary);
        }
        if (operation.value != nullptr) {
            m_out += " => ";
            print(*operation.value, kComplex);
        }
        if (i + 1 < patch.operations.size())
            m_out += ';';
    }
    --m_indent;
    line(broken, " ");
    m_out += "end";
}

// --- patterns ----------------------------------------------------------------------------------

void Printer::printExtractor(const Extractor& extractor) {
    m_out += quoteIdentifier(extractor.name());
    m_out += '|';
    for (const char c : extractor.pattern()) {
        if (c == '\\' || c == '|')
            m_out += '\\';
        m_out += c;
    }
    m_out += '|';
}

void Printer::printField(const Pattern::FieldTest& test) {
    using Form = Pattern::FieldTest::Form;
    if (test.form == Form::Present || test.form == Form::Absent)
        m_out += test.form == Form::Present ? "present " : "absent ";
    m_out += quoteIdentifier(test.key);
    switch (test.form) {
    case Form::Present:
    case Form::Absent: return;
    case Form::Compare:
        m_out += fmt::format(" {} ", operatorText(test.compare).text);
        return print(*test.value, kComplex);
    case Form::Extract: m_out += " ~= "; return printExtractor(*test.extractor);
    case Form::Nested: m_out += " ~= "; return printPattern(*test.nested);
    }
}

void Printer::printItems(const Pattern& pattern, std::string_view open, std::string_view close) {
    m_out += open;
    bool first = true;
    for (const auto& field : pattern.fields) {
        if (!std::exchange(first, false))
            m_out += ", ";
        printField(field);
    }
    for (const PatternPtr& item : pattern.items) {
        if (!std::exchange(first, false))
            m_out += ", ";
        printPattern(*item);
    }
    if (pattern.open)
        m_out += first ? "..." : ", ...";
    m_out += close;
}

void Printer::printPattern(const Pattern& pattern) {
    switch (pattern.kind) {
    case Pattern::Kind::Any: m_out += '_'; return;
    case Pattern::Kind::Expression: return print(*pattern.value, kComplex);
    case Pattern::Kind::Extract: m_out += "~ "; return printExtractor(*pattern.extractor);
    case Pattern::Kind::Record: return printItems(pattern, "%{", "}");
    case Pattern::Kind::Array: return printItems(pattern, "%[", "]");
    case Pattern::Kind::Tuple: return printItems(pattern, "%(", ")");
    case Pattern::Kind::Assign:
        m_out += quoteIdentifier(pattern.name);
        m_out += " = ";
        return printPattern(*pattern.inner);
    }
}

} // namespace

std::string printExpr(const Expr& expr) {
    Printer printer;
    printer.print(expr, kComplex);
    return printer.take();
}

std::string printExprPretty(const Expr& expr, int indent, int width) {
    Printer printer(std::max(width, 1), indent);
    printer.print(expr, kComplex);
    return printer.take();
}

std::string printFunction(const UserFunction& function) {
    Printer printer(80);
    printer.printFunction(function);
    return printer.take();
}

std::string printGroupBy(const GroupBy& by) {
    if (by.kind == GroupBy::Kind::Each)
        return "each(" + printExpr(*by.expression) + ")";
    if (by.kind == GroupBy::Kind::Expression) {
        Printer printer;
        printer.print(*by.expression, kSimple);
        return printer.take();
    }
    std::string text = "set(";
    for (std::size_t i = 0; i < by.items.size(); ++i)
        text += (i == 0 ? "" : ", ") + printGroupBy(*by.items[i]);
    return text + ")";
}

} // namespace fuseboard
