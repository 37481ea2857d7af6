// SPDX-License-Identifier: Apache-2.0
// The kernels that are worth inlining. This file is compiled twice: as any other, for code that
// calls kernels, and to LLVM bitcode by clang, for code that has them inlined (kernel_bitcode.h).
// What it calls and does not hold must be one of loopKernels().
#include "engine/formats/json_number.h"
#include "engine/kernels/loop_kernels.h"

#include <charconv>

namespace fuseboard {

namespace {

/// Memory of evaluated rows is given back when so much of it is used.
constexpr std::size_t kScratchBytes = 256U << 10U;

} // namespace

extern "C" {

std::uint64_t fbk_number(const Cell* cell, std::uint8_t* kind) {
    if (cell->kind != CellKind::NumberText) {
        *kind = static_cast<std::uint8_t>(cell->kind);
        return cell->bits;
    }
    const std::string_view text = cell->text();
    Value made;
    (void)json_number::read<true, true>(text.data(), text.data() + text.size(), made);
    *kind = static_cast<std::uint8_t>(made.kind());
    return made.asU64();
}

std::uint32_t fbk_text(LoopContext* context, const Cell* cell, LoopText* out) {
    if (cell->kind == CellKind::String) {
        *out = {cell->text().data(), cell->size};
        return 1;
    }
    return cell->kind == CellKind::EscapedText ? fbk_unescape(context, cell, out) : 0;
}

std::uint32_t fbk_value(LoopContext* context, const Cell* cell, Cell* out) {
    if (cell->kind > CellKind::EscapedText)
        return 0;
    if (cell->isValue())
        *out = Cell::of(cell->value());
    else
        fbk_convert(context, cell, out);
    return 1;
}

std::int32_t fbk_compare(const char* a, std::uint64_t aSize, const char* b, std::uint64_t bSize) {
    return std::string_view(a, aSize).compare({b, bSize});
}

char* fbk_reserve(LoopBytes* out, std::uint64_t size) {
    if (static_cast<std::uint64_t>(out->end - out->at) >= size) [[likely]]
        return out->at;
    return fbk_grow(out, size);
}

char* fbk_put_int(char* at, std::int64_t value) {
    return std::to_chars(at, at + 24, value).ptr;
}

void fbk_recycle(LoopContext* context) {
    if (context->scratch->used() > kScratchBytes)
        fbk_reset_scratch(context);
}

} // extern "C"

} // namespace fuseboard
