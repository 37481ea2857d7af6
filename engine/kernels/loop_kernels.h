// SPDX-License-Identifier: Apache-2.0
// What generated code calls. C linkage and plain types, because calls are made by address; a
// function that returns false (0) found something that the generic entry must handle.
#pragma once

#include "engine/kernels/loop_context.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace fuseboard {

struct IrNode;

/// A text as generated code holds it.
struct LoopText {
    const char* data;
    std::uint64_t size;
};

extern "C" {
/// The value of a NumberText or a number: its bits, with the kind in `*kind`.
std::uint64_t fbk_number(const Cell* cell, std::uint8_t* kind);
/// Finds column `column` of row `row` of a loop over rows; the cell goes to `*out`.
void fbk_cell(LoopContext* context, std::uint32_t row, std::uint32_t column, Cell* out);
/// The field `key` of `*record`. 0: no record, or no such field.
std::uint32_t fbk_field(LoopContext* context, const Cell* record, const IrNode* node, Cell* out);
/// What `*from` has at a key or index. 0: nothing, or it is neither list nor record.
std::uint32_t fbk_at(LoopContext* context, const Cell* from, const Cell* at, Cell* out);
/// The text of a String or EscapedText cell. 0: it is neither.
std::uint32_t fbk_text(LoopContext* context, const Cell* cell, LoopText* out);
/// Makes a cell a value: converts a number or string that still is text. 0: nothing is there.
std::uint32_t fbk_value(LoopContext* context, const Cell* cell, Cell* out);
/// `binary` of the node on values.
std::uint32_t fbk_binary(LoopContext* context, const IrNode* node, const Cell* a, const Cell* b,
                         Cell* out);
/// The native function of the node on its arguments.
std::uint32_t fbk_call(LoopContext* context, const IrNode* node, const Cell* arguments, Cell* out);
/// The interpreter on the node's expression, with `keys` as `group`.
std::uint32_t fbk_evaluate(LoopContext* context, std::uint32_t row, const IrNode* node,
                           const Cell* event, const Cell* keys, Cell* out);
void fbk_record(LoopContext* context, const IrNode* node, const Cell* arguments, Cell* out);
/// The record with a value as the node's field. 0: it is none.
std::uint32_t fbk_with(LoopContext* context, const IrNode* node, const Cell* record,
                       const Cell* value, Cell* out);
void fbk_event(LoopContext* context, std::uint32_t row, Cell* out);
void fbk_meta(LoopContext* context, std::uint32_t row, Cell* out);
/// Below zero, zero or above zero, as the bytes of a stand to those of b.
std::int32_t fbk_compare(const char* a, std::uint64_t aSize, const char* b, std::uint64_t bSize);

/// Makes room for `size` bytes at `at`; the place to write at.
char* fbk_reserve(LoopBytes* out, std::uint64_t size);
/// Print at `at` (room: 24 and 32 bytes; six a byte and two for a text); the place behind.
char* fbk_put_int(char* at, std::int64_t value);
char* fbk_put_float(char* at, double value, LoopBytes* out);
char* fbk_put_text(char* at, const char* text, std::uint64_t size);
/// Prints any value, with room of its own.
void fbk_put_value(LoopBytes* out, const Cell* value);

void fbk_generic_row(LoopContext* context, std::uint32_t row);
void fbk_leave(LoopContext* context, std::uint32_t row, std::uint32_t effect, const Cell* data);
void fbk_generic(LoopContext* context, std::uint32_t row, std::uint32_t effect, const Cell* data);
/// LoopHost::touch(), know(), add() and accumulate() on keys and arguments that are values.
std::byte* fbk_touch(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                     const Cell* keys);
std::uint32_t fbk_know(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                       const Cell* keys, std::uint32_t group);
std::byte* fbk_touch_hashed(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                            const Cell* keys, std::uint64_t hash);
std::uint32_t fbk_add(LoopContext* context, std::uint32_t effect, std::uint32_t slot,
                      std::byte* states, const Cell* arguments);
void fbk_add_failed(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                    const Cell* data);
std::uint32_t fbk_accumulate(LoopContext* context, std::uint32_t row, std::uint32_t effect,
                             const Cell* keys, const Cell* arguments, const Cell* data);
/// The hash of a key that is a value.
std::uint64_t fbk_hash(const Cell* key);
void fbk_begin_rows(LoopContext* context, std::uint32_t row);
void fbk_end_rows(LoopContext* context);
void fbk_begin_groups(LoopContext* context, std::uint32_t row, std::uint32_t effect);
void fbk_end_groups(LoopContext* context);
/// Makes room for `words` in the log.
void fbk_log(LoopContext* context, std::uint64_t words);
/// Gives memory of earlier rows back.
void fbk_recycle(LoopContext* context);

// The rare part of kernels that are inlined.
std::uint32_t fbk_unescape(LoopContext* context, const Cell* cell, LoopText* out);
void fbk_convert(LoopContext* context, const Cell* cell, Cell* out);
char* fbk_grow(LoopBytes* out, std::uint64_t size);
void fbk_reset_scratch(LoopContext* context);
}

/// A kernel by the name under which generated code calls it.
struct Kernel {
    std::string_view name;
    void* address;
};
[[nodiscard]] std::span<const Kernel> loopKernels();

} // namespace fuseboard
