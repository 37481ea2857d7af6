// SPDX-License-Identifier: Apache-2.0
// Operators on values: one meaning for the interpreter, constant folding and compiled code.
#pragma once

#include "engine/base/error.h"
#include "engine/script/ast.h"
#include "engine/value/value.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace fuseboard {

/// Why an operator has no result.
enum class OpFailure : std::uint8_t {
    None,
    WrongType,      ///< the operator is not defined for these kinds
    Overflow,       ///< the integer result fits neither u64 nor i64
    DivisionByZero, ///< integer `/` or `%` by zero
    BadShift,       ///< shift count outside 0–63
    TooLarge,       ///< the result would exceed kMaxValueBytes
};

/// `left op right` for every operator but `and` and `or`, which do not always evaluate their right
/// side. Integers are u64 where both operands are, else i64 where both fit, else floats.
[[nodiscard]] OpFailure applyBinary(BinaryOp op, const Value& left, const Value& right,
                                    Arena& arena, Value& result);
[[nodiscard]] OpFailure applyUnary(UnaryOp op, const Value& operand, Value& result);

/// "+", ">=", …; "and", "or" and "xor" as words.
[[nodiscard]] std::string_view operatorText(BinaryOp op);
[[nodiscard]] std::string_view operatorText(UnaryOp op);

[[nodiscard]] ErrorCode errorCodeOf(OpFailure failure);
/// What the user is told, with the values or their kinds.
[[nodiscard]] std::string describeFailure(OpFailure failure, BinaryOp op, const Value& left,
                                          const Value& right);
[[nodiscard]] std::string describeFailure(OpFailure failure, UnaryOp op, const Value& operand);
/// A value in a message: scalars as JSON (cut at 40 bytes), containers by kind and size.
[[nodiscard]] std::string showValue(const Value& value);

/// The total order of sorting: records < lists < strings and bytes < numbers < bools < null.
/// Integers and floats compare by value, NaN after all other numbers; records by sorted keys.
[[nodiscard]] int compareTotal(const Value& left, const Value& right);

} // namespace fuseboard
