// SPDX-License-Identifier: Apache-2.0
// std::size: binary units of bytes.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/value_ops.h"

namespace fuseboard {

namespace {

using namespace native;

template <unsigned Shift> bool times(Arguments a, FunctionContext& c, Value& r) {
    const Value unit = Value::u64(1ULL << Shift);
    const OpFailure failure = applyBinary(BinaryOp::Multiply, a[0], unit, c.arena, r);
    return failure == OpFailure::None ||
           failed(c, errorCodeOf(failure), "{}",
                  describeFailure(failure, BinaryOp::Multiply, a[0], unit));
}
constexpr FunctionSpec make(std::string_view name, std::string_view summary,
                            std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(count: number) -> number",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .resultKinds = kNumber,
            .costNs = 5,
            .body = body};
}

constexpr FunctionSpec kFunctions[] = {
    make("std::size::kiB", "Kibibytes in bytes.", "std::size::kiB(1) == 1024", times<10>),
    make("std::size::MiB", "Mebibytes in bytes.", "std::size::MiB(1) == 1048576", times<20>),
    make("std::size::GiB", "Gibibytes in bytes.", "std::size::GiB(1) == 1073741824", times<30>),
    make("std::size::TiB", "Tebibytes in bytes.", "std::size::TiB(1) == 1099511627776", times<40>),
    make("std::size::PiB", "Pebibytes in bytes.", "std::size::PiB(1) == 1125899906842624",
         times<50>),
    make("std::size::EiB", "Exbibytes in bytes.", "std::size::EiB(1) == 1152921504606846976",
         times<60>),
};

} // namespace

std::span<const FunctionSpec> stdSizeFunctions() {
    return kFunctions;
}

} // namespace fuseboard
