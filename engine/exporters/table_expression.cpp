// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/table_expression.h"

#include "engine/script/function.h"

#include <algorithm>
#include <array>
#include <optional>

namespace fuseboard {

bool isText(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Literal: return as<LiteralExpr>(expr).value->isString();
    case ExprKind::Constant: return as<ConstantExpr>(expr).value->isString();
    case ExprKind::Interpolate: return true;
    case ExprKind::Call: {
        static constexpr std::array<std::string_view, 10> kTexts{
            "std::string::uppercase",  "std::string::lowercase",  "std::string::trim",
            "std::string::trim_start", "std::string::trim_end",   "std::string::replace",
            "std::string::substr",     "std::string::capitalize", "std::re::replace_all",
            "std::array::join"};
        return std::find(kTexts.begin(), kTexts.end(), as<CallExpr>(expr).function->name) !=
               kTexts.end();
    }
    case ExprKind::Binary: {
        const auto& binary = as<BinaryExpr>(expr);
        return binary.op == BinaryOp::Add && (isText(*binary.left) || isText(*binary.right));
    }
    case ExprKind::Match: {
        const auto& match = as<MatchExpr>(expr);
        return std::any_of(match.cases.begin(), match.cases.end(),
                           [](const Case& one) { return isText(*one.body); });
    }
    default: return false;
    }
}

std::optional<std::size_t> groupIndexOf(const PathExpr& path) {
    if (path.root != PathRoot::Group || path.segments.size() != 1 ||
        path.segments[0].form != PathSegment::Form::Index)
        return std::nullopt;
    const auto* index = tryAs<LiteralExpr>(path.segments[0].index.get());
    if (index == nullptr || index->value->kind() != Kind::U64)
        return std::nullopt;
    return index->value->asU64();
}

bool isNullLiteral(const Expr& expr) {
    return expr.kind == ExprKind::Literal && as<LiteralExpr>(expr).value->isNull();
}

const FunctionSpelling* findSpelling(std::span<const FunctionSpelling> all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const FunctionSpelling& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string fillSpelling(std::string_view text, std::span<const std::string> arguments) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool place = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                           text[i + 1] >= '0' && text[i + 1] <= '9';
        if (!place) {
            out += text[i];
            continue;
        }
        out += arguments[static_cast<std::size_t>(text[i + 1] - '0')];
        i += 2;
    }
    return out;
}

} // namespace fuseboard
