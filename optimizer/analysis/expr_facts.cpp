// SPDX-License-Identifier: Apache-2.0
#include "optimizer/analysis/expr_facts.h"

#include "engine/script/field_use.h"
#include "engine/script/function.h"
#include "engine/script/parser.h"

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

constexpr KindMask kBool = maskOf(Kind::Bool);
constexpr KindMask kFloat = maskOf(Kind::F64);
constexpr KindMask kString = maskOf(Kind::String);
constexpr KindMask kRecord = maskOf(Kind::Record);
constexpr KindMask kArray = maskOf(Kind::Array);
/// Pieces of text of which even the largest events cannot make a text over the limit.
constexpr int kSafeTextParts = 3;

ExprFacts known(Shape shape) {
    return {std::move(shape), false, {}};
}
ExprFacts unsure(Shape shape, std::string missing) {
    return {std::move(shape), true, std::move(missing)};
}

class Finder {
public:
    explicit Finder(const FactScope& scope) : m_scope(scope) {}

    ExprFacts find(const Expr& expr) {
        switch (expr.kind) {
        case ExprKind::Literal: return known(Shape::ofValue(*as<LiteralExpr>(expr).value));
        case ExprKind::Constant: return known(Shape::ofValue(*as<ConstantExpr>(expr).value));
        case ExprKind::List: return all(expr, Shape::ofKinds(kArray));
        case ExprKind::Record: return record(as<RecordExpr>(expr));
        case ExprKind::Interpolate: return interpolate(as<InterpolateExpr>(expr));
        case ExprKind::Path: return path(as<PathExpr>(expr));
        case ExprKind::Presence: return presence(as<PresenceExpr>(expr));
        case ExprKind::Unary: return unary(as<UnaryExpr>(expr));
        case ExprKind::Binary: return binary(as<BinaryExpr>(expr));
        case ExprKind::Call: return call(as<CallExpr>(expr));
        case ExprKind::Match: return match(as<MatchExpr>(expr));
        case ExprKind::Block: return block(as<BlockExpr>(expr));
        case ExprKind::Patch: return unsure(Shape::ofKinds(kRecord), cannotFail(expr));
        default: return unsure({}, cannotFail(expr));
        }
    }

private:
    static std::string cannotFail(const Expr& expr) {
        constexpr std::size_t kShown = 60;
        std::string text = printExpr(expr);
        if (text.size() > kShown)
            text = text.substr(0, kShown) + "…";
        return text + " cannot fail";
    }

    // Facts of an expression that fails only where a child does.
    ExprFacts all(const Expr& expr, Shape shape) {
        ExprFacts facts = known(std::move(shape));
        forEachChild(expr, [&](const ExprPtr& child) { addFailure(facts, find(*child)); });
        return facts;
    }

    static void addFailure(ExprFacts& facts, const ExprFacts& part) {
        if (!part.mayRaise || facts.mayRaise)
            return;
        facts.mayRaise = true;
        facts.missing = part.missing;
    }

    static void demand(ExprFacts& facts, const Expr& expr, const ExprFacts& part, KindMask kinds) {
        addFailure(facts, part);
        if (facts.mayRaise || part.shape.is(kinds))
            return;
        facts.mayRaise = true;
        facts.missing = fmt::format("{} is {}", printExpr(expr), kindsText(kinds));
    }

    ExprFacts record(const RecordExpr& expr) {
        ExprFacts facts;
        std::vector<ShapeField> fields;
        bool named = true;
        for (const auto& [key, value] : expr.entries) {
            addFailure(facts, find(*key));
            const ExprFacts part = find(*value);
            addFailure(facts, part);
            const auto* name = tryAs<LiteralExpr>(key.get());
            named = named && name != nullptr;
            if (!named)
                continue;
            const auto there = std::ranges::find(fields, name->value->asString(), &ShapeField::key);
            if (there != fields.end())
                there->shape = part.shape;
            else
                fields.push_back({std::string(name->value->asString()), part.shape, true});
        }
        facts.shape = named ? Shape::ofRecord(std::move(fields), true) : Shape::ofKinds(kRecord);
        return facts;
    }

    ExprFacts interpolate(const InterpolateExpr& expr) {
        ExprFacts facts = known(Shape::ofKinds(kString));
        int large = 0;
        for (const ExprPtr& part : expr.parts) {
            const ExprFacts piece = find(*part);
            addFailure(facts, piece);
            const bool literal = part->kind == ExprKind::Literal;
            large += !literal && !piece.shape.is(kBool | kNumberKinds | maskOf(Kind::Null)) ? 1 : 0;
        }
        if (large > kSafeTextParts && !facts.mayRaise) {
            facts.mayRaise = true;
            facts.missing = "the interpolated text stays small";
        }
        return facts;
    }

    ExprFacts rootOf(const PathExpr& expr) {
        switch (expr.root) {
        case PathRoot::Event: return known(m_scope.event);
        case PathRoot::Window: return known(Shape::ofKinds(kString | maskOf(Kind::Null)));
        case PathRoot::Meta: return known(Shape::ofKinds(kRecord));
        case PathRoot::State:
        case PathRoot::Group: return known({});
        case PathRoot::Expression: return find(*expr.base);
        case PathRoot::Local: break;
        }
        const auto local = m_scope.locals.find(expr.slot);
        return local == m_scope.locals.end() ? unsure({}, expr.local + " has a value")
                                             : known(local->second);
    }

    ExprFacts path(const PathExpr& expr) {
        ExprFacts facts = rootOf(expr);
        Shape at = facts.shape;
        for (const PathSegment& segment : expr.segments) {
            const std::string* key = nullptr;
            std::string room;
            if (segment.form == PathSegment::Form::Field) {
                key = &segment.field;
            } else if (const auto* literal = tryAs<LiteralExpr>(segment.index.get());
                       segment.form == PathSegment::Form::Index && literal != nullptr &&
                       literal->value->isString()) {
                room = std::string(literal->value->asString());
                key = &room;
            }
            const ShapeField* field = key == nullptr ? nullptr : at.find(*key);
            const bool there = at.is(kRecord) && field != nullptr && field->required;
            if (!there && !facts.mayRaise) {
                facts.mayRaise = true;
                facts.missing = fmt::format("{} is always there", printExpr(expr));
            }
            at = field == nullptr ? Shape{} : field->shape;
        }
        facts.shape = std::move(at);
        return facts;
    }

    ExprFacts presence(const PresenceExpr& expr) {
        const auto fixed = constantPath(*expr.path);
        if (fixed && fixed->complete && as<PathExpr>(*expr.path).root != PathRoot::Expression)
            return known(Shape::ofKinds(kBool));
        return unsure(Shape::ofKinds(kBool), cannotFail(expr));
    }

    ExprFacts unary(const UnaryExpr& expr) {
        const ExprFacts operand = find(*expr.operand);
        ExprFacts facts;
        switch (expr.op) {
        case UnaryOp::Not:
            facts.shape = Shape::ofKinds(kBool);
            demand(facts, *expr.operand, operand, kBool);
            break;
        case UnaryOp::BitNot:
            facts.shape = operand.shape;
            demand(facts, *expr.operand, operand, kBool);
            break;
        case UnaryOp::Plus:
            facts.shape = Shape::ofKinds(kNumberKinds);
            demand(facts, *expr.operand, operand, kNumberKinds);
            break;
        case UnaryOp::Minus:
            facts.shape = Shape::ofKinds(kNumberKinds);
            demand(facts, *expr.operand, operand, kFloat);
            break;
        }
        return facts;
    }

    ExprFacts logical(const BinaryExpr& expr) {
        ExprFacts facts = known(Shape::ofKinds(kBool));
        demand(facts, *expr.left, find(*expr.left), kBool);
        if (expr.op != BinaryOp::And) {
            demand(facts, *expr.right, find(*expr.right), kBool);
            return facts;
        }
        // The right side runs only where the left one holds.
        FactScope guarded = m_scope;
        guarded.event = whereTrue(*expr.left, m_scope.event);
        demand(facts, *expr.right, Finder(guarded).find(*expr.right), kBool);
        return facts;
    }

    ExprFacts compare(const BinaryExpr& expr, const ExprFacts& left, const ExprFacts& right) {
        ExprFacts facts = known(Shape::ofKinds(kBool));
        const bool strings = left.shape.is(kString) || right.shape.is(kString);
        const KindMask kinds = strings ? kString : kNumberKinds;
        demand(facts, *expr.left, left, kinds);
        demand(facts, *expr.right, right, kinds);
        return facts;
    }

    // Integers overflow, so only arithmetic with a float on one side is known to be total.
    ExprFacts arithmetic(const BinaryExpr& expr, const ExprFacts& left, const ExprFacts& right) {
        const bool numbers = left.shape.is(kNumberKinds) && right.shape.is(kNumberKinds);
        const bool floats = left.shape.is(kFloat) || right.shape.is(kFloat);
        KindMask kinds = kAnyKind;
        if (numbers)
            kinds = floats || expr.op == BinaryOp::Divide ? kFloat : kNumberKinds;
        ExprFacts facts = known(Shape::ofKinds(kinds));
        addFailure(facts, left);
        addFailure(facts, right);
        if (!facts.mayRaise && !(numbers && floats)) {
            facts.mayRaise = true;
            facts.missing =
                fmt::format("one side of {} is a float and the other a number", printExpr(expr));
        }
        return facts;
    }

    ExprFacts binary(const BinaryExpr& expr) {
        if (expr.op <= BinaryOp::And)
            return logical(expr);
        const ExprFacts left = find(*expr.left), right = find(*expr.right);
        switch (expr.op) {
        case BinaryOp::Equal:
        case BinaryOp::NotEqual: {
            ExprFacts facts = known(Shape::ofKinds(kBool));
            addFailure(facts, left);
            addFailure(facts, right);
            return facts;
        }
        case BinaryOp::Greater:
        case BinaryOp::GreaterEqual:
        case BinaryOp::Less:
        case BinaryOp::LessEqual: return compare(expr, left, right);
        case BinaryOp::Add:
        case BinaryOp::Subtract:
        case BinaryOp::Multiply:
        case BinaryOp::Divide: return arithmetic(expr, left, right);
        default: return unsure(Shape::ofKinds(kNumberKinds), cannotFail(expr));
        }
    }

    ExprFacts call(const CallExpr& expr) {
        const FunctionSpec& function = *expr.function;
        ExprFacts facts =
            known(Shape::ofKinds(function.resultKinds == 0 ? kAnyKind : function.resultKinds));
        constexpr std::size_t kMasks = std::size(decltype(function.safeKinds){});
        for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
            const ExprFacts argument = find(*expr.arguments[i]);
            const KindMask safe = i < kMasks ? function.safeKinds[i] : KindMask{0};
            if (safe == 0) {
                addFailure(facts, argument);
                if (!facts.mayRaise) {
                    facts.mayRaise = true;
                    facts.missing = cannotFail(expr);
                }
            } else {
                demand(facts, *expr.arguments[i], argument, safe);
            }
        }
        if (expr.arguments.empty() && function.mayRaise)
            return unsure(facts.shape, cannotFail(expr));
        return facts;
    }

    ExprFacts match(const MatchExpr& expr) {
        ExprFacts facts = known({});
        addFailure(facts, find(*expr.target));
        bool complete = false, first = true;
        for (const Case& one : expr.cases) {
            const bool any = one.pattern->kind == Pattern::Kind::Any;
            const bool constant = one.pattern->kind == Pattern::Kind::Expression &&
                                  one.pattern->value->kind == ExprKind::Literal;
            if (!any && !constant)
                return unsure({}, cannotFail(expr));
            FactScope guarded = m_scope;
            if (one.guard != nullptr) {
                demand(facts, *one.guard, find(*one.guard), kBool);
                guarded.event = whereTrue(*one.guard, m_scope.event);
            }
            const ExprFacts body = Finder(guarded).find(*one.body);
            addFailure(facts, body);
            facts.shape = first ? body.shape : join(facts.shape, body.shape);
            first = false;
            complete = complete || (any && one.guard == nullptr);
        }
        if (!complete && !facts.mayRaise)
            return unsure(facts.shape, "a case of the match always holds");
        return facts;
    }

    // What merged selects are made of: locals, then a value.
    ExprFacts block(const BlockExpr& expr) {
        FactScope scope = m_scope;
        ExprFacts facts;
        for (std::size_t i = 0; i + 1 < expr.statements.size(); ++i) {
            const auto* let = tryAs<LetExpr>(expr.statements[i].get());
            const auto* path = let == nullptr ? nullptr : tryAs<PathExpr>(let->path.get());
            if (path == nullptr || path->root != PathRoot::Local || !path->segments.empty())
                return unsure({}, cannotFail(expr));
            const ExprFacts value = Finder(scope).find(*let->value);
            addFailure(facts, value);
            scope.locals[path->slot] = value.shape;
        }
        const ExprFacts value = Finder(scope).find(*expr.statements.back());
        addFailure(facts, value);
        facts.shape = value.shape;
        return facts;
    }

    const FactScope& m_scope;
};

/// Kinds for which a test of std::type gives true; 0: another function.
KindMask testedKinds(std::string_view function) {
    if (function == "std::type::is_number")
        return kNumberKinds;
    if (function == "std::type::is_integer")
        return kIntegerKinds;
    if (function == "std::type::is_float")
        return kFloat;
    if (function == "std::type::is_string")
        return kString;
    if (function == "std::type::is_bool")
        return kBool;
    if (function == "std::type::is_record")
        return kRecord;
    if (function == "std::type::is_array")
        return kArray;
    return 0;
}

Shape learnPath(const Expr& expr, const Shape& event, KindMask kinds) {
    const auto fixed = constantPath(expr);
    if (!fixed || fixed->root != PathRoot::Event || !fixed->complete)
        return event;
    return withPath(event, fixed->keys, kinds);
}

Shape whereEqual(const Expr& path, const Expr& to, const Shape& event) {
    const auto* literal = tryAs<LiteralExpr>(&to);
    if (literal == nullptr)
        return learnPath(path, event, kAnyKind);
    const Value& value = *literal->value;
    KindMask kinds = maskOf(value.kind());
    if (value.isNumber())
        kinds = kNumberKinds;
    else if (value.isString())
        kinds = kString | maskOf(Kind::Bytes);
    return learnPath(path, event, kinds);
}

Repeat worse(Repeat a, Repeat b) {
    return std::max(a, b);
}

Repeat repeatability(const Expr& expr, std::set<const UserFunction*>& seen) {
    Repeat result = Repeat::Constant;
    if (const auto* call = tryAs<CallExpr>(&expr)) {
        if (call->function->purity == Purity::Impure)
            return Repeat::Never;
        if (call->function->purity == Purity::EventTime)
            result = Repeat::PerRow;
    }
    if (const auto* call = tryAs<UserCallExpr>(&expr); call != nullptr &&
                                                       seen.insert(call->function.get()).second &&
                                                       call->function->body != nullptr)
        result = worse(result, repeatability(*call->function->body, seen));
    forEachChild(
        expr, [&](const ExprPtr& child) { result = worse(result, repeatability(*child, seen)); });
    return result;
}

} // namespace

ExprFacts factsOf(const Expr& expr, const FactScope& scope) {
    return Finder(scope).find(expr);
}

Shape whereTrue(const Expr& condition, const Shape& event) {
    if (const auto* presence = tryAs<PresenceExpr>(&condition))
        return presence->present ? learnPath(*presence->path, event, kAnyKind) : event;
    if (const auto* call = tryAs<CallExpr>(&condition)) {
        const KindMask kinds = testedKinds(call->function->name);
        return kinds == 0 ? event : learnPath(*call->arguments.front(), event, kinds);
    }
    const auto* binary = tryAs<BinaryExpr>(&condition);
    if (binary == nullptr)
        return event;
    switch (binary->op) {
    case BinaryOp::And: return whereTrue(*binary->right, whereTrue(*binary->left, event));
    case BinaryOp::Equal:
        return whereEqual(*binary->right, *binary->left,
                          whereEqual(*binary->left, *binary->right, event));
    case BinaryOp::Greater:
    case BinaryOp::GreaterEqual:
    case BinaryOp::Less:
    case BinaryOp::LessEqual: {
        // Evaluated without failing, so what it names is there.
        Shape learnt = learnPath(*binary->left, event, kAnyKind);
        return learnPath(*binary->right, learnt, kAnyKind);
    }
    default: return event;
    }
}

ExprFacts conditionFacts(const Expr& condition, const Shape& event) {
    ExprFacts facts = factsOf(condition, {event, {}});
    if (!facts.mayRaise && !facts.shape.is(kBool)) {
        facts.mayRaise = true;
        facts.missing = fmt::format("{} is true or false", printExpr(condition));
    }
    return facts;
}

Repeat repeatabilityOf(const Expr& expr) {
    std::set<const UserFunction*> seen;
    return repeatability(expr, seen);
}

} // namespace fuseboard
