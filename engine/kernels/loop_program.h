// SPDX-License-Identifier: Apache-2.0
// The typed program of a fused group: one loop over rows, what it reads, evaluates and does. Made
// by loop_lowering.h from a plan's stage, turned into machine code by a GroupCompiler.
//
// A row is handled in two steps. First all conditions and values are evaluated; anything that is
// not as guessed (a kind, a missing key, an overflow) ends that and hands the whole row to the
// generic entry, which has the same meaning and the right error. Then the effects follow in their
// order, and none of them can fail. So nothing ever has to be undone.
#pragma once

#include "engine/formats/column_decoder.h"
#include "engine/script/aggregates/layout.h"
#include "engine/script/ast.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fuseboard {

using IrNodeIndex = std::uint32_t;
inline constexpr IrNodeIndex kNoIrNode = 0xFFFFFFFFU;

/// The form in which a value is held while a row is handled.
enum class IrType : std::uint8_t {
    Bool,
    Int,    ///< 64 bits signed: every integer but those of 2^63 and above
    Float,  ///< 64 bits
    Number, ///< an integer as Int, or a float, with a bit that says which
    Text,   ///< a string: address, size, and whether JSON prints it as it stands
    Any,    ///< 16 bytes, as Cell
};

enum class IrOp : std::uint8_t {
    Constant, ///< `constant`
    Column,   ///< Any: the cell of column `index`; guard: it is there
    Expect,   ///< `a`, an Any, as `type`; guard: it is that
    Present,  ///< Bool: whether column `index` is there
    Part,     ///< what stands at `keys` of the event; only paths below it are read
    Seen,     ///< Bool: true; guard: `a` can be evaluated (a Part: column `index` shows it)
    Field,    ///< Any: the field `text` of `a`, an Any; guard: a record that has it
    At,       ///< Any: what `a`, an Any, has at `b`, a key or an index; guard: it has that
    IsKind,   ///< Bool: whether `a`, an Any, is of the kinds `index`, bit 1 << Kind
    Element,  ///< Any: the element, or the field's value, at which Each `index` is
    Key,      ///< Text: the key of the field at which Each `index` is
    Record,   ///< Any: keys `keys` with values `arguments`; never made where it is only printed
    With,     ///< Any: the record `a` with `b` as its field `text`; guard: it is a record
    Negate,
    Not,
    Binary, ///< `binary` of `a` and `b`; guards: overflow, division by zero, shift counts
    And,    ///< `b` is evaluated only if `a` holds
    Or,     ///< `b` is evaluated only if `a` does not hold
    Choose, ///< `b` if `a` holds, else `c`; only one of them is evaluated
    Call,   ///< Any: native function of `origin` on `arguments`; guard: it succeeds
    /// Any: `origin` by the interpreter over the event `a`; guard: it succeeds. `arguments` are the
    /// keys that it sees as `group`, and with a `text` also their text.
    Evaluate,
    Event, ///< Any: the row's data as a value
    Meta,  ///< Any: the row's meta as a value
    Fail,  ///< guard that never holds
};

struct IrNode {
    IrOp op = IrOp::Constant;
    IrType type = IrType::Any;
    BinaryOp binary = BinaryOp::Add;
    IrNodeIndex a = kNoIrNode, b = kNoIrNode, c = kNoIrNode;
    std::uint32_t index = 0;
    OwnedValue constant;
    std::string text;
    std::vector<std::string> keys; ///< of a Record, distinct; of a Part, the path
    std::vector<IrNodeIndex> arguments;
    const Expr* origin = nullptr; ///< kept by LoopProgram::expressions
    std::uint32_t member = 0;     ///< that it belongs to
};

/// In a LoopEffect::path: how many rows the Each with this number had sent before.
inline constexpr std::uint64_t kEachNumber = std::uint64_t{1} << 63U;

/// What is done once a row has been evaluated.
struct LoopEffect {
    enum class Kind : std::uint8_t {
        Leave,      ///< a row leaves on output `target`
        Generic,    ///< member `target` gets the row through its generic entry
        Accumulate, ///< the row is added to the keyed windows of member `target`
    };
    Kind kind = Kind::Leave;
    std::uint32_t member = 0; ///< that does it
    std::uint32_t target = 0;
    std::uint32_t input = 0;       ///< Generic: port of the member
    IrNodeIndex data = kNoIrNode;  ///< kNoIrNode: the row's own, or
    ColumnPath part;               ///< what stands there in it; not of what is printed
    std::vector<IrNodeIndex> keys; ///< Accumulate: of the group
    struct Slot {
        std::vector<IrNodeIndex> arguments;
        aggregates::StateLayout layout = aggregates::StateLayout::Opaque;
        std::uint32_t offset = 0; ///< of its state within the group's
    };
    std::vector<Slot> slots; ///< Accumulate: of the aggregates
    /// Accumulate: how many groups the codes of `keyColumns` tell apart, so that a group once found
    /// is known by them; 0: it is looked up for each row.
    std::uint32_t directGroups = 0;
    std::vector<std::uint32_t> keyColumns; ///< the first one counts most
    std::vector<std::uint64_t> path; ///< branch numbers from the loop's entry to here; kEachNumber
};

/// What an Each goes over.
struct LoopEach {
    std::uint32_t number = 0; ///< among those of the program, counted from 0
    bool fields = false;      ///< of a record, else the elements of a list
    bool needsSome = false;   ///< guard: there is one at least
    /// Each time is one of the groups that one row falls into: they are taken first to last, and a
    /// failure ends them. Otherwise each time may be a row of its own.
    bool groups = false;
    std::uint32_t most = 0;          ///< guard: there are no more
    IrNodeIndex element = kNoIrNode; ///< its Element and Key, if they are read
    IrNodeIndex key = kNoIrNode;
};

/// A step of evaluation. `Test` decides whether `inside` or `otherwise` is evaluated and done;
/// `Evaluate` makes sure that a value can be made, also where no effect needs it; `Each` does
/// `inside` for each element of a list or record; `Number` is where the Each sends one more row.
struct LoopStep {
    enum class Kind : std::uint8_t { Test, Evaluate, Effect, Each, Number };
    Kind kind = Kind::Effect;
    IrNodeIndex condition = kNoIrNode; ///< Test; a Bool
    IrNodeIndex data = kNoIrNode;      ///< Evaluate; of an Each: an Any, guard: a list or record
    /// Test: counts rows that go `inside`, the next one the others. Each: how often it goes there.
    std::uint32_t counter = 0;
    std::uint32_t member = 0;
    LoopEach each; ///< Each; Number: its number
    std::vector<LoopStep> inside, otherwise;
    LoopEffect effect;
};

/// Rows in and out of one member, as sums of counters. Counter 0 counts all rows of the loop.
struct MemberCounters {
    std::vector<std::uint32_t> rowsIn, rowsOut;
};

struct LoopMember {
    std::string id;    ///< of the node
    std::string label; ///< for listings
    MemberCounters counters;
};

/// An expression over one column of codes: evaluated for each entry of its dictionary ahead of the
/// rows, of which each then takes the entry at its code. If one of them cannot be evaluated as
/// guessed, the program cannot be used.
struct DictionaryTable {
    IrNodeIndex node = kNoIrNode;
    std::uint32_t column = 0;
};

struct LoopOutput {
    bool encoded = false; ///< rows are printed as NDJSON, else they are made as values
};

struct LoopProgram {
    std::string name; ///< stable: of the stage
    std::vector<ColumnPath> columns;
    std::vector<std::uint16_t> kinds; ///< by column: those seen in the sample, bit 1 << CellKind
    /// Rows come as a ColumnBlock; else as rows whose data and meta are columns 0 and 1.
    bool fromColumns = false;
    /// By column, its form, and the size of its dictionary or 0; empty: all are cells.
    std::vector<ColumnForm> forms;
    std::vector<std::uint32_t> dictionarySizes;
    std::vector<DictionaryTable> tables; ///< each node once
    std::vector<IrNode> nodes;
    std::vector<LoopStep> steps; ///< evaluated in this order
    bool reversed = false; ///< effects are done last first; rows of one port leave first to last
    std::vector<LoopMember> members;
    std::vector<LoopOutput> outputs;
    std::uint32_t counterCount = 1;
    std::uint32_t eachCount = 0;
    std::vector<ExprPtr> expressions; ///< what `origin` of nodes points into
    bool usesScratch = false;         ///< evaluation may place values in the scratch arena
};

/// Effects among `steps` and within them.
[[nodiscard]] std::size_t countEffects(const std::vector<LoopStep>& steps);

/// One line of a program as text and the member that it belongs to; kNoMember: to none.
struct ProgramLine {
    static constexpr std::uint32_t kNoMember = 0xFFFFFFFFU;
    std::uint32_t member = kNoMember;
    std::string text;
};
[[nodiscard]] std::vector<ProgramLine> loopLines(const LoopProgram& program);

/// The program as text, for people and golden tests.
[[nodiscard]] std::string printLoop(const LoopProgram& program);

} // namespace fuseboard
