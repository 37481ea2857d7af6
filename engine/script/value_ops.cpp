// SPDX-License-Identifier: Apache-2.0
#include "engine/script/value_ops.h"

#include "engine/formats/json_text.h"
#include "engine/script/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fuseboard {

namespace {

bool fitsI64(const Value& v) {
    return v.kind() == Kind::I64 || (v.kind() == Kind::U64 && v.asI64() >= 0);
}

OpFailure made(Value value, Value& result) {
    result = value;
    return OpFailure::None;
}

OpFailure subtractUnsigned(std::uint64_t a, std::uint64_t b, Value& result) {
    if (a >= b)
        return made(Value::u64(a - b), result);
    const std::uint64_t below = b - a;
    if (below > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return OpFailure::Overflow;
    return made(Value::i64(-static_cast<std::int64_t>(below)), result);
}

OpFailure unsignedOp(BinaryOp op, std::uint64_t a, std::uint64_t b, Value& result) {
    switch (op) {
    case BinaryOp::BitAnd: return made(Value::u64(a & b), result);
    case BinaryOp::BitXor: return made(Value::u64(a ^ b), result);
    case BinaryOp::Greater: return made(Value::boolean(a > b), result);
    case BinaryOp::GreaterEqual: return made(Value::boolean(a >= b), result);
    case BinaryOp::Less: return made(Value::boolean(a < b), result);
    case BinaryOp::LessEqual: return made(Value::boolean(a <= b), result);
    case BinaryOp::Add: {
        std::uint64_t sum = 0;
        if (__builtin_add_overflow(a, b, &sum))
            return OpFailure::Overflow;
        return made(Value::u64(sum), result);
    }
    case BinaryOp::Subtract: return subtractUnsigned(a, b, result);
    case BinaryOp::Multiply: {
        std::uint64_t product = 0;
        if (__builtin_mul_overflow(a, b, &product))
            return OpFailure::Overflow;
        return made(Value::u64(product), result);
    }
    case BinaryOp::Divide:
        if (b == 0)
            return OpFailure::DivisionByZero;
        return made(Value::f64(static_cast<double>(a) / static_cast<double>(b)), result);
    case BinaryOp::Modulo:
        if (b == 0)
            return OpFailure::DivisionByZero;
        return made(Value::u64(a % b), result);
    case BinaryOp::ShiftRight:
    case BinaryOp::ShiftRightUnsigned:
        if (b > 63)
            return OpFailure::BadShift;
        return made(Value::u64(a >> b), result);
    case BinaryOp::ShiftLeft:
        if (b > 63)
            return OpFailure::BadShift;
        return made(Value::u64(a << b), result);
    default: return OpFailure::WrongType;
    }
}

OpFailure signedOp(BinaryOp op, std::int64_t a, std::int64_t b, Value& result) {
    std::int64_t whole = 0;
    switch (op) {
    case BinaryOp::BitAnd: return made(Value::i64(a & b), result);
    case BinaryOp::BitXor: return made(Value::i64(a ^ b), result);
    case BinaryOp::Greater: return made(Value::boolean(a > b), result);
    case BinaryOp::GreaterEqual: return made(Value::boolean(a >= b), result);
    case BinaryOp::Less: return made(Value::boolean(a < b), result);
    case BinaryOp::LessEqual: return made(Value::boolean(a <= b), result);
    case BinaryOp::Add:
        if (__builtin_add_overflow(a, b, &whole))
            return OpFailure::Overflow;
        return made(Value::i64(whole), result);
    case BinaryOp::Subtract:
        if (__builtin_sub_overflow(a, b, &whole))
            return OpFailure::Overflow;
        return made(Value::i64(whole), result);
    case BinaryOp::Multiply:
        if (__builtin_mul_overflow(a, b, &whole))
            return OpFailure::Overflow;
        return made(Value::i64(whole), result);
    case BinaryOp::Divide:
        if (b == 0)
            return OpFailure::DivisionByZero;
        return made(Value::f64(static_cast<double>(a) / static_cast<double>(b)), result);
    case BinaryOp::Modulo:
        if (b == 0)
            return OpFailure::DivisionByZero;
        return made(Value::i64(b == -1 ? 0 : a % b), result); // the machine traps on min % -1
    case BinaryOp::ShiftRight:
        if (b < 0 || b > 63)
            return OpFailure::BadShift;
        return made(Value::i64(a >> b), result);
    case BinaryOp::ShiftRightUnsigned:
        if (b < 0 || b > 63)
            return OpFailure::BadShift;
        return made(Value::i64(static_cast<std::int64_t>(static_cast<std::uint64_t>(a) >> b)),
                    result);
    case BinaryOp::ShiftLeft:
        if (b < 0 || b > 63)
            return OpFailure::BadShift;
        return made(Value::i64(static_cast<std::int64_t>(static_cast<std::uint64_t>(a) << b)),
                    result);
    default: return OpFailure::WrongType;
    }
}

OpFailure floatOp(BinaryOp op, double a, double b, Value& result) {
    switch (op) {
    case BinaryOp::Greater: return made(Value::boolean(a > b), result);
    case BinaryOp::GreaterEqual: return made(Value::boolean(a >= b), result);
    case BinaryOp::Less: return made(Value::boolean(a < b), result);
    case BinaryOp::LessEqual: return made(Value::boolean(a <= b), result);
    case BinaryOp::Add: return made(Value::f64(a + b), result);
    case BinaryOp::Subtract: return made(Value::f64(a - b), result);
    case BinaryOp::Multiply: return made(Value::f64(a * b), result);
    case BinaryOp::Divide: return made(Value::f64(a / b), result);
    default: return OpFailure::WrongType;
    }
}

OpFailure numberOp(BinaryOp op, const Value& left, const Value& right, Value& result) {
    if (left.kind() == Kind::U64 && right.kind() == Kind::U64) [[likely]]
        return unsignedOp(op, left.asU64(), right.asU64(), result);
    if (fitsI64(left) && fitsI64(right))
        return signedOp(op, left.asI64(), right.asI64(), result);
    return floatOp(op, left.toDouble(), right.toDouble(), result);
}

OpFailure textOp(BinaryOp op, const Value& left, const Value& right, Arena& arena, Value& result) {
    const std::string_view a = left.asString(), b = right.asString();
    switch (op) {
    case BinaryOp::Greater: return made(Value::boolean(a > b), result);
    case BinaryOp::GreaterEqual: return made(Value::boolean(a >= b), result);
    case BinaryOp::Less: return made(Value::boolean(a < b), result);
    case BinaryOp::LessEqual: return made(Value::boolean(a <= b), result);
    case BinaryOp::Add: {
        if (!left.isString() || !right.isString())
            return OpFailure::WrongType;
        if (a.size() + b.size() > kMaxValueBytes)
            return OpFailure::TooLarge;
        if (a.empty() || b.empty())
            return made(a.empty() ? right : left, result);
        char* joined = arena.allocateArray<char>(a.size() + b.size());
        std::memcpy(joined, a.data(), a.size());
        std::memcpy(joined + a.size(), b.data(), b.size());
        return made(Value::string({joined, a.size() + b.size()}), result);
    }
    default: return OpFailure::WrongType;
    }
}

OpFailure joinArrays(const Value& left, const Value& right, Arena& arena, Value& result) {
    const auto a = left.items(), b = right.items();
    if ((a.size() + b.size()) * sizeof(Value) > kMaxValueBytes)
        return OpFailure::TooLarge;
    Value* all = arena.allocateArray<Value>(a.size() + b.size());
    std::copy(a.begin(), a.end(), all);
    std::copy(b.begin(), b.end(), all + a.size());
    return made(Value::array({all, a.size() + b.size()}), result);
}

OpFailure joinRecords(const Value& left, const Value& right, Arena& arena, Value& result) {
    if (recordBytes(left.size() + right.size()) > kMaxValueBytes)
        return OpFailure::TooLarge;
    Field* all = arena.allocateArray<Field>(left.size() + right.size());
    std::size_t count = 0;
    for (const Field& field : left.fields()) {
        const Value* newer = right.find(field.key);
        all[count++] = {field.key, newer == nullptr ? field.value : *newer};
    }
    for (const Field& field : right.fields())
        if (left.find(field.key) == nullptr)
            all[count++] = field;
    return made(makeRecord(arena, {all, count}), result);
}

bool isText(const Value& v) {
    return v.isString() || v.isBytes();
}

OpFailure boolOp(BinaryOp op, bool a, bool b, Value& result) {
    switch (op) {
    case BinaryOp::BitAnd:
    case BinaryOp::And: return made(Value::boolean(a && b), result);
    case BinaryOp::Or: return made(Value::boolean(a || b), result);
    case BinaryOp::BitXor:
    case BinaryOp::Xor: return made(Value::boolean(a != b), result);
    default: return OpFailure::WrongType;
    }
}

} // namespace

OpFailure applyBinary(BinaryOp op, const Value& left, const Value& right, Arena& arena,
                      Value& result) {
    if (op == BinaryOp::Equal)
        return made(Value::boolean(looselyEqual(left, right)), result);
    if (op == BinaryOp::NotEqual)
        return made(Value::boolean(!looselyEqual(left, right)), result);
    if (left.isNumber() && right.isNumber()) [[likely]]
        return numberOp(op, left, right, result);
    if (isText(left) && isText(right))
        return textOp(op, left, right, arena, result);
    if (left.isBool() && right.isBool())
        return boolOp(op, left.asBool(), right.asBool(), result);
    if (op == BinaryOp::Add && left.isArray() && right.isArray())
        return joinArrays(left, right, arena, result);
    if (op == BinaryOp::Add && left.isRecord() && right.isRecord())
        return joinRecords(left, right, arena, result);
    return OpFailure::WrongType;
}

OpFailure applyUnary(UnaryOp op, const Value& operand, Value& result) {
    constexpr std::uint64_t kMinMagnitude = 1ULL << 63U;
    switch (operand.kind()) {
    case Kind::F64:
        if (op == UnaryOp::Minus)
            return made(Value::f64(-operand.asF64()), result);
        return op == UnaryOp::Plus ? made(operand, result) : OpFailure::WrongType;
    case Kind::U64:
        if (op == UnaryOp::Minus) {
            if (operand.asU64() > kMinMagnitude)
                return OpFailure::Overflow;
            return made(Value::i64(static_cast<std::int64_t>(0 - operand.asU64())), result);
        }
        if (op == UnaryOp::BitNot)
            return made(Value::u64(~operand.asU64()), result);
        return op == UnaryOp::Plus ? made(operand, result) : OpFailure::WrongType;
    case Kind::I64:
        if (op == UnaryOp::Minus) {
            if (operand.asU64() == kMinMagnitude)
                return OpFailure::Overflow;
            return made(Value::i64(-operand.asI64()), result);
        }
        if (op == UnaryOp::BitNot)
            return made(Value::i64(~operand.asI64()), result);
        return op == UnaryOp::Plus ? made(operand, result) : OpFailure::WrongType;
    case Kind::Bool:
        if (op == UnaryOp::Not || op == UnaryOp::BitNot)
            return made(Value::boolean(!operand.asBool()), result);
        return OpFailure::WrongType;
    default: return OpFailure::WrongType;
    }
}

std::string_view operatorText(BinaryOp op) {
    switch (op) {
    case BinaryOp::Or: return "or";
    case BinaryOp::Xor: return "xor";
    case BinaryOp::And: return "and";
    case BinaryOp::BitXor: return "^";
    case BinaryOp::BitAnd: return "&";
    case BinaryOp::Equal: return "==";
    case BinaryOp::NotEqual: return "!=";
    case BinaryOp::GreaterEqual: return ">=";
    case BinaryOp::Greater: return ">";
    case BinaryOp::LessEqual: return "<=";
    case BinaryOp::Less: return "<";
    case BinaryOp::ShiftRight: return ">>";
    case BinaryOp::ShiftRightUnsigned: return ">>>";
    case BinaryOp::ShiftLeft: return "<<";
    case BinaryOp::Add: return "+";
    case BinaryOp::Subtract: return "-";
    case BinaryOp::Multiply: return "*";
    case BinaryOp::Divide: return "/";
    case BinaryOp::Modulo: return "%";
    }
    return "?";
}

std::string_view operatorText(UnaryOp op) {
    switch (op) {
    case UnaryOp::Plus: return "+";
    case UnaryOp::Minus: return "-";
    case UnaryOp::BitNot: return "!";
    case UnaryOp::Not: return "not";
    }
    return "?";
}

ErrorCode errorCodeOf(OpFailure failure) {
    switch (failure) {
    case OpFailure::Overflow:
    case OpFailure::DivisionByZero: return ErrorCode::ArithmeticOverflow;
    case OpFailure::BadShift: return ErrorCode::InvalidArgument;
    case OpFailure::TooLarge: return ErrorCode::LimitExceeded;
    default: return ErrorCode::WrongType;
    }
}

std::string showValue(const Value& value) {
    constexpr std::size_t kShown = 40;
    if (value.isArray())
        return fmt::format("a list of {}", value.size());
    if (value.isRecord())
        return fmt::format("a record of {}", value.size());
    if ((value.isString() || value.isBytes()) && value.size() > kShown) {
        std::size_t end = kShown;
        while (end > 0 && (static_cast<unsigned char>(value.asString()[end]) & 0xC0U) == 0x80U)
            --end;
        return printJson(Value::string(value.asString().substr(0, end))) + "…";
    }
    return printJson(value);
}

std::string describeFailure(OpFailure failure, BinaryOp op, const Value& left, const Value& right) {
    const auto sign = operatorText(op);
    switch (failure) {
    case OpFailure::Overflow:
        return fmt::format("{} {} {} fits no 64-bit integer", showValue(left), sign,
                           showValue(right));
    case OpFailure::DivisionByZero:
        return fmt::format("{} {} 0: division by zero", showValue(left), sign);
    case OpFailure::BadShift:
        return fmt::format("the shift count of {} is {}; it must be 0 to 63", sign,
                           showValue(right));
    case OpFailure::TooLarge:
        return fmt::format("the result of {} is larger than {} MiB", sign, kMaxValueBytes >> 20U);
    default:
        return fmt::format("{} is not defined for {} ({}) and {} ({})", sign, kindName(left.kind()),
                           showValue(left), kindName(right.kind()), showValue(right));
    }
}

std::string describeFailure(OpFailure failure, UnaryOp op, const Value& operand) {
    if (failure == OpFailure::Overflow)
        return fmt::format("{}({}) fits no 64-bit integer", operatorText(op), showValue(operand));
    return fmt::format("{} is not defined for {} ({})", operatorText(op), kindName(operand.kind()),
                       showValue(operand));
}

namespace {

int rankOf(const Value& v) {
    switch (v.kind()) {
    case Kind::Record: return 0;
    case Kind::Array: return 1;
    case Kind::String:
    case Kind::Bytes: return 2;
    case Kind::I64:
    case Kind::U64:
    case Kind::F64: return 3;
    case Kind::Bool: return 4;
    case Kind::Null: return 5;
    }
    return 6;
}

template <class T> int order(const T& a, const T& b) {
    return a < b ? -1 : (b < a ? 1 : 0);
}

// Exact even where a double cannot hold the integer: `f` is split at its integer part.
int compareIntegerFloat(const Value& integer, double f) {
    if (std::isnan(f))
        return -1;
    if (f >= 18446744073709551616.0)
        return -1;
    if (f < -9223372036854775808.0)
        return 1;
    const double whole = std::trunc(f);
    const Value asInteger = whole < 0 ? Value::i64(static_cast<std::int64_t>(whole))
                                      : Value::u64(static_cast<std::uint64_t>(whole));
    const int by = compareTotal(integer, asInteger);
    return by != 0 ? by : order(whole, f);
}

int compareNumbers(const Value& a, const Value& b) {
    if (a.isFloat() && b.isFloat()) {
        const bool nanA = std::isnan(a.asF64()), nanB = std::isnan(b.asF64());
        return nanA || nanB ? order(nanA, nanB) : order(a.asF64(), b.asF64());
    }
    if (a.isFloat())
        return -compareIntegerFloat(b, a.asF64());
    if (b.isFloat())
        return compareIntegerFloat(a, b.asF64());
    if (a.kind() != b.kind())
        return a.kind() == Kind::I64 ? -1 : 1;
    return a.kind() == Kind::U64 ? order(a.asU64(), b.asU64()) : order(a.asI64(), b.asI64());
}

std::vector<const Field*> sortedFields(const Value& record) {
    std::vector<const Field*> all;
    all.reserve(record.size());
    for (const Field& field : record.fields())
        all.push_back(&field);
    std::sort(all.begin(), all.end(),
              [](const Field* a, const Field* b) { return a->key < b->key; });
    return all;
}

int compareRecords(const Value& a, const Value& b) {
    const auto left = sortedFields(a), right = sortedFields(b);
    for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
        if (const int byKey = order(left[i]->key, right[i]->key); byKey != 0)
            return byKey;
        if (const int by = compareTotal(left[i]->value, right[i]->value); by != 0)
            return by;
    }
    return order(left.size(), right.size());
}

} // namespace

int compareTotal(const Value& left, const Value& right) {
    if (const int byRank = order(rankOf(left), rankOf(right)); byRank != 0)
        return byRank;
    switch (left.kind()) {
    case Kind::Null: return 0;
    case Kind::Bool: return order(left.asBool(), right.asBool());
    case Kind::I64:
    case Kind::U64:
    case Kind::F64: return compareNumbers(left, right);
    case Kind::String:
    case Kind::Bytes: return order(left.asString(), right.asString());
    case Kind::Array: {
        const auto a = left.items(), b = right.items();
        for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
            if (const int by = compareTotal(a[i], b[i]); by != 0)
                return by;
        return order(a.size(), b.size());
    }
    case Kind::Record: return compareRecords(left, right);
    }
    return 0;
}

} // namespace fuseboard
