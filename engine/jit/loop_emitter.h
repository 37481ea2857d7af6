// SPDX-License-Identifier: Apache-2.0
// From a loop's program to LLVM IR. Private to engine/jit.
#pragma once

#include "engine/kernels/group_compiler.h"
#include "engine/kernels/loop_context.h"
#include "engine/kernels/loop_program.h"

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard::jit {

/// A value as generated code holds it. Bool: a (i1). Int: a (i64). Float: a (double). Number: a
/// (i64: the bits), b (i1: an integer). Text: a (ptr), b (i64: size), c (i1: verbatim). Any: a and
/// b (i64: the two words of a Cell).
struct Held {
    IrType type = IrType::Any;
    llvm::Value* a = nullptr;
    llvm::Value* b = nullptr;
    llvm::Value* c = nullptr;
    bool isValue = false; ///< Any: no cell that still is text, and none of a missing value
};

/// Writes one function, `void name(LoopContext*, i32 begin, i32 end)`, into a module.
class LoopEmitter {
public:
    /// `probe`: the function adds up what it spends on each member.
    LoopEmitter(const LoopProgram& program, llvm::Module& module, CodeProbe probe);
    llvm::Function* emit(const std::string& name);
    /// Instead of emit(): `i32 name(LoopContext*)`, a TableFunction.
    llvm::Function* emitTables(const std::string& name);

private:
    struct Effect;

    // loop_emitter.cpp: the loop, its steps and counters
    void prepareFunction(const std::string& name);
    void describeLines();
    void loadSurroundings();
    void emitRow();
    void evaluateSteps(const std::vector<LoopStep>& steps);
    void evaluateData(IrNodeIndex data);
    void evaluateTest(const LoopStep& step);
    void reach(std::uint32_t counter);
    void carryOutEffects();
    void finishRow();
    [[nodiscard]] llvm::AllocaInst* slot(llvm::Type* type, const char* name);
    void belongTo(std::uint32_t member);

    // selection_emitter.cpp: rows that the first test selects, 64 at a time
    void planSelection();
    void emitSelectedRows();
    void emitAllRows();
    void evaluateSelected(const LoopStep& step);
    [[nodiscard]] llvm::Value* selected(llvm::Value* base, llvm::Value* count);
    [[nodiscard]] llvm::Value* selectedByRange(std::size_t table, llvm::Value* base);
    [[nodiscard]] llvm::Value* selectedByLookup(std::size_t table, llvm::Value* base,
                                                llvm::Value* count);
    void addToCounter(std::uint32_t counter, llvm::Value* by);
    void emitGenericRow();

    // probe_emitter.cpp: what members cost
    void prepareProbe();
    void chargeMember();
    void restartProbe();
    [[nodiscard]] llvm::Value* cycles();
    [[nodiscard]] std::uint32_t outside() const { ///< in place of a member: none of them
        return static_cast<std::uint32_t>(m_program.members.size());
    }

    // each_emitter.cpp: what is evaluated and done for each element of a list
    void evaluateEach(const LoopStep& step);
    void evaluateNumber(const LoopStep& step);
    [[nodiscard]] bool dependsOn(IrNodeIndex node, std::uint32_t each);
    void hoist(IrNodeIndex node, std::uint32_t each);
    void hoist(const std::vector<LoopStep>& steps, std::uint32_t each);
    void hoistKeys(const LoopEffect& effect, std::uint32_t each);
    void prepareElement(const LoopStep& step, llvm::Value* items, llvm::Value* position);
    void logEffect(Effect& effect);
    void readLogged(Effect& effect, llvm::Value* frame);
    void replay(std::size_t region);
    void replayFrames(std::size_t region, bool forward, llvm::BasicBlock* after);
    [[nodiscard]] llvm::Value* hashOfKeys(Effect& effect);
    [[nodiscard]] llvm::Value* mixed(llvm::Value* a, llvm::Value* b);
    [[nodiscard]] llvm::Value* contextWord(std::size_t offset, llvm::Type* type);
    [[nodiscard]] llvm::AllocaInst* zeroedEachRow(const char* name);

    // node_emitter.cpp: values
    Held generate(IrNodeIndex node);
    Held make(const IrNode& node);
    Held makeConstant(const IrNode& node);
    Held makeExpect(const IrNode& node);
    Held expectFloat(const Held& cell);
    Held expectNumber(const Held& cell);
    Held expectText(const Held& cell);
    Held makeField(const IrNode& node);
    Held makeBinary(const IrNode& node);
    Held makeGenericBinary(const IrNode& node);
    Held makeComparison(const IrNode& node, const Held& left, const Held& right);
    Held compareTexts(BinaryOp op, const Held& left, const Held& right);
    Held makeIntegers(BinaryOp op, llvm::Value* left, llvm::Value* right);
    Held makeNumbers(BinaryOp op, const Held& left, const Held& right);
    Held makeShift(BinaryOp op, llvm::Value* left, llvm::Value* right);
    Held makeLogical(const IrNode& node);
    Held makeChoose(const IrNode& node);
    Held makeCall(const IrNode& node);
    Held makeAt(const IrNode& node);
    Held makeWith(const IrNode& node);
    Held makeIsKind(const IrNode& node);
    Held rawColumn(std::uint32_t column);
    Held boxed(const Held& value);
    Held joined(const Held& yes, llvm::BasicBlock* fromYes, const Held& no,
                llvm::BasicBlock* fromNo);
    llvm::Value* asDouble(const Held& value);
    llvm::Value* isInteger(const Held& value);
    llvm::Value* integerBits(const Held& value);
    llvm::Value* spilled(const Held& value);
    llvm::Value* spilledAll(const std::vector<IrNodeIndex>& nodes);
    Held loadedCell(llvm::Value* at);
    void guard(llvm::Value* holds);
    llvm::Value* call(const char* name, llvm::Type* result,
                      std::initializer_list<llvm::Value*> arguments);
    llvm::Value* address(const void* pointer);
    llvm::Value* text(std::string_view bytes);

    // table_emitter.cpp: what comes from tables of dictionary entries
    void fillTable(std::size_t table);
    void storeEntry(const Held& value, llvm::Value* table);
    [[nodiscard]] std::optional<std::size_t> tableOf(IrNodeIndex node) const;
    [[nodiscard]] Held tableEntry(std::size_t table);
    [[nodiscard]] llvm::Type* codeType(std::uint32_t column);
    [[nodiscard]] llvm::Value* code(std::uint32_t column);
    [[nodiscard]] Held packedColumn(std::uint32_t column);
    [[nodiscard]] ColumnForm formOf(std::uint32_t column) const;

    // effect_emitter.cpp: what is done
    struct Effect {
        const LoopEffect* effect = nullptr;
        std::uint32_t index = 0;
        std::vector<IrNodeIndex> leaves; ///< nodes whose values it needs
        bool inPlace = false;            ///< Accumulate: states are updated by generated code
        std::vector<Held> values;        ///< in place, or
        std::vector<std::array<llvm::AllocaInst*, 3>> saved;
        llvm::AllocaInst* reached = nullptr;
        llvm::Value* hash = nullptr;        ///< Accumulate within an Each: of its keys
        std::vector<std::uint64_t> numbers; ///< of the Each that its path depends on
        std::uint64_t frameWords = 0;       ///< in the log, if it is within an Each
    };
    void collectLeaves(IrNodeIndex data, bool printed, std::vector<IrNodeIndex>& leaves);
    void prepareEffect(const LoopEffect& effect);
    void saveEffect(Effect& effect);
    void restoreEffect(Effect& effect);
    void carryOut(Effect& effect);
    void print(Effect& effect);

    // accumulate_emitter.cpp: rows that are added to keyed windows
    void prepareAccumulate(Effect& effect);
    void accumulate(Effect& effect);
    llvm::Value* lookedUp(Effect& effect, const std::vector<Held>& keys, llvm::BasicBlock* whole);
    llvm::Value* known(Effect& effect, llvm::BasicBlock* whole);
    llvm::Value* spilledKeys(const LoopEffect& effect);
    llvm::Value* rowTime();
    llvm::Value* addToSlot(const LoopEffect::Slot& slot, std::uint32_t index,
                           const std::vector<Held>& arguments, llvm::Value* states, Effect& effect);
    void inBlock(llvm::Value* number, llvm::Value* blockNumber,
                 std::initializer_list<std::pair<llvm::Value*, llvm::Value*>> foldedPartials);
    void updateSum(llvm::Value* state, llvm::Value* value, llvm::Value* block);
    void updateExtreme(llvm::Value* state, llvm::Value* value, bool least);
    void updateVariance(llvm::Value* state, llvm::Value* value, llvm::Value* block);
    void increment(llvm::Value* at);
    [[nodiscard]] llvm::Value* spilledCells(const std::vector<Held>& cells);
    [[nodiscard]] llvm::Value* at(llvm::Value* base, std::size_t offset);
    [[nodiscard]] Held converted(Held value);
    struct Piece {
        std::string literal;
        std::optional<Held> value;
    };
    void collectPieces(IrNodeIndex data, Effect& effect, std::size_t& leaf,
                       std::vector<Piece>& pieces);
    void printSegment(const std::vector<Piece>& pieces, std::size_t begin, std::size_t end,
                      llvm::Value* out);
    llvm::Value* printPiece(const Piece& piece, llvm::Value* at, llvm::Value* out);
    void finishEffects();
    void finishEffect(Effect& effect);
    void carryOutSaved(Effect& effect);
    [[nodiscard]] llvm::Value* dataOf(IrNodeIndex data, Effect& effect, std::size_t& leaf);

    const LoopProgram& m_program;
    llvm::Module& m_module;
    llvm::LLVMContext& m_context;
    llvm::IRBuilder<> m_build;
    llvm::DIBuilder m_lines;
    llvm::DISubprogram* m_scope = nullptr;
    llvm::Function* m_function = nullptr;
    llvm::Type *m_i1, *m_i8, *m_i32, *m_i64, *m_double, *m_ptr;
    llvm::StructType* m_cell;
    // Of the function:
    llvm::BasicBlock *m_entry = nullptr, *m_head = nullptr, *m_generic = nullptr, *m_done = nullptr,
                     *m_next = nullptr, *m_exit = nullptr;
    llvm::Value *m_loopContext = nullptr, *m_begin = nullptr, *m_end = nullptr;
    llvm::Value* m_row = nullptr;
    std::vector<llvm::Value*> m_columns, m_tables;
    bool m_fillsTables = false;
    std::vector<std::size_t> m_selecting; ///< tables that the first test is a conjunction of
    llvm::Value* m_ranges = nullptr;
    std::vector<llvm::AllocaInst*> m_counters, m_flags; ///< by counter
    std::vector<Effect> m_effects;
    std::size_t m_effectCount = 0;
    bool m_single = false; ///< a row has one effect at most: it is done where it stands
    std::vector<std::map<IrNodeIndex, Held>> m_scopes;
    // Of each(…): what is to be done waits in a log, one outermost Each after the other.
    struct Region {
        const LoopStep* step = nullptr;
        std::size_t firstEffect = 0, endEffect = 0;
        llvm::AllocaInst *begin = nullptr, *end = nullptr, *last = nullptr; ///< in words
    };
    std::vector<Region> m_regions;
    std::size_t m_eachDepth = 0;
    llvm::AllocaInst *m_logUsed = nullptr, *m_logLast = nullptr;
    std::map<std::uint32_t, llvm::AllocaInst*> m_counts;  ///< by counter of a place within an Each
    std::map<std::uint32_t, llvm::AllocaInst*> m_emitted; ///< by Each: rows sent so far
    std::map<std::uint64_t, llvm::Value*> m_numbers;      ///< by Each: of the row at hand
    std::map<const LoopEffect*, std::pair<llvm::Value*, std::size_t>> m_hashes; ///< of first keys
    llvm::BasicBlock* m_stop = nullptr; ///< where a failure ends several groups of a row
    // Of the probe:
    bool m_probed = false;
    std::uint32_t m_member = 0; ///< that the code at hand belongs to
    llvm::AllocaInst* m_lastCycles = nullptr;
    llvm::Value *m_cycles = nullptr, *m_readingCost = nullptr;
};

} // namespace fuseboard::jit
