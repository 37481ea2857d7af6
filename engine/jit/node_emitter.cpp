// SPDX-License-Identifier: Apache-2.0
// Values: each node of the program where it is needed first.
#include "engine/jit/loop_emitter.h"

#include "engine/base/check.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/MDBuilder.h>

#include <cfloat>
#include <cstring>

namespace fuseboard::jit {

namespace {

constexpr auto kind(CellKind of) {
    return static_cast<std::uint64_t>(of);
}

} // namespace

// --- pieces --------------------------------------------------------------------------------------

llvm::Value* LoopEmitter::call(const char* name, llvm::Type* result,
                               std::initializer_list<llvm::Value*> arguments) {
    std::vector<llvm::Type*> types;
    for (llvm::Value* argument : arguments)
        types.push_back(argument->getType());
    llvm::FunctionCallee callee =
        m_module.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
    if (auto* function = llvm::dyn_cast<llvm::Function>(callee.getCallee()))
        function->setDoesNotThrow();
    return m_build.CreateCall(callee,
                              llvm::ArrayRef<llvm::Value*>(arguments.begin(), arguments.end()));
}

llvm::Value* LoopEmitter::address(const void* pointer) {
    return m_build.CreateIntToPtr(m_build.getInt64(reinterpret_cast<std::uint64_t>(pointer)),
                                  m_ptr);
}

llvm::Value* LoopEmitter::text(std::string_view bytes) {
    return m_build.CreateGlobalStringPtr(llvm::StringRef(bytes.data(), bytes.size()), "text", 0,
                                         &m_module);
}

// The row goes the generic way where this does not hold.
void LoopEmitter::guard(llvm::Value* holds) {
    llvm::BasicBlock* const on = llvm::BasicBlock::Create(m_context, "", m_function);
    llvm::MDBuilder weights(m_context);
    m_build.CreateCondBr(holds, on, m_generic, weights.createBranchWeights(1000, 1));
    m_build.SetInsertPoint(on);
}

Held LoopEmitter::loadedCell(llvm::Value* at) {
    Held held;
    held.a = m_build.CreateLoad(m_i64, at);
    held.b = m_build.CreateLoad(m_i64, m_build.CreateConstInBoundsGEP1_64(m_i64, at, 1));
    return held;
}

llvm::Value* LoopEmitter::spilled(const Held& value) {
    const Held cell = boxed(value);
    llvm::Value* const at = slot(m_cell, "cell");
    m_build.CreateStore(cell.a, at);
    m_build.CreateStore(cell.b, m_build.CreateConstInBoundsGEP1_64(m_i64, at, 1));
    return at;
}

llvm::Value* LoopEmitter::spilledAll(const std::vector<IrNodeIndex>& nodes) {
    std::vector<Held> cells;
    for (const IrNodeIndex node : nodes)
        cells.push_back(generate(node));
    return spilledCells(cells);
}

// As the two words of a Cell.
Held LoopEmitter::boxed(const Held& value) {
    Held cell;
    switch (value.type) {
    case IrType::Any: return value;
    case IrType::Bool:
        cell.a = m_build.getInt64(kind(CellKind::Bool));
        cell.b = m_build.CreateZExt(value.a, m_i64);
        break;
    case IrType::Int:
    case IrType::Number: {
        llvm::Value* const integer = m_build.CreateSelect(
            m_build.CreateICmpSLT(value.a, m_build.getInt64(0)),
            m_build.getInt64(kind(CellKind::I64)), m_build.getInt64(kind(CellKind::U64)));
        cell.a =
            value.type == IrType::Int
                ? integer
                : m_build.CreateSelect(value.b, integer, m_build.getInt64(kind(CellKind::F64)));
        cell.b = value.a;
        break;
    }
    case IrType::Float:
        cell.a = m_build.getInt64(kind(CellKind::F64));
        cell.b = m_build.CreateBitCast(value.a, m_i64);
        break;
    case IrType::Text: {
        llvm::Value* const verbatim = m_build.CreateShl(m_build.CreateZExt(value.c, m_i64), 8);
        llvm::Value* const size = m_build.CreateShl(value.b, 32);
        cell.a = m_build.CreateOr(m_build.CreateOr(size, verbatim),
                                  m_build.getInt64(kind(CellKind::String)));
        cell.b = m_build.CreatePtrToInt(value.a, m_i64);
        break;
    }
    }
    return cell;
}

llvm::Value* LoopEmitter::isInteger(const Held& value) {
    return value.type == IrType::Number ? value.b : m_build.getInt1(value.type == IrType::Int);
}

llvm::Value* LoopEmitter::integerBits(const Held& value) {
    return value.type == IrType::Float ? m_build.CreateBitCast(value.a, m_i64) : value.a;
}

llvm::Value* LoopEmitter::asDouble(const Held& value) {
    switch (value.type) {
    case IrType::Float: return value.a;
    case IrType::Int: return m_build.CreateSIToFP(value.a, m_double);
    default:
        return m_build.CreateSelect(value.b, m_build.CreateSIToFP(value.a, m_double),
                                    m_build.CreateBitCast(value.a, m_double));
    }
}

// One value from two ways; of different forms as a cell.
Held LoopEmitter::joined(const Held& yes, llvm::BasicBlock* fromYes, const Held& no,
                         llvm::BasicBlock* fromNo) {
    FB_CHECK_EQ(static_cast<int>(yes.type), static_cast<int>(no.type));
    const auto join = [&](llvm::Value* one, llvm::Value* other) -> llvm::Value* {
        if (one == nullptr)
            return nullptr;
        llvm::PHINode* const phi = m_build.CreatePHI(one->getType(), 2);
        phi->addIncoming(one, fromYes);
        phi->addIncoming(other, fromNo);
        return phi;
    };
    return {yes.type, join(yes.a, no.a), join(yes.b, no.b), join(yes.c, no.c)};
}

// --- nodes ---------------------------------------------------------------------------------------

Held LoopEmitter::generate(IrNodeIndex node) {
    for (auto scope = m_scopes.rbegin(); scope != m_scopes.rend(); ++scope)
        if (const auto found = scope->find(node); found != scope->end())
            return found->second;
    if (const std::optional<std::size_t> table = tableOf(node))
        return m_scopes.back().emplace(node, tableEntry(*table)).first->second;
    const llvm::DebugLoc before = m_build.getCurrentDebugLocation();
    const std::uint32_t outer = m_member;
    belongTo(m_program.nodes[node].member);
    const Held held = make(m_program.nodes[node]);
    belongTo(outer);
    m_build.SetCurrentDebugLocation(before);
    m_scopes.back().emplace(node, held);
    return held;
}

Held LoopEmitter::make(const IrNode& node) {
    switch (node.op) {
    case IrOp::Constant: return makeConstant(node);
    case IrOp::Column: {
        const Held cell = rawColumn(node.index);
        guard(m_build.CreateICmpULE(m_build.CreateAnd(cell.a, 0xFF),
                                    m_build.getInt64(kind(CellKind::EscapedText))));
        return cell;
    }
    case IrOp::Expect: return makeExpect(node);
    case IrOp::Present: {
        const Held cell = rawColumn(node.index);
        return {IrType::Bool, m_build.CreateICmpULE(m_build.CreateAnd(cell.a, 0xFF),
                                                    m_build.getInt64(kind(CellKind::EscapedText)))};
    }
    case IrOp::Seen: {
        const IrNode& of = m_program.nodes[node.a];
        if (of.op != IrOp::Part) {
            (void)generate(node.a);
        } else {
            const bool own = m_program.columns[node.index].size() == of.keys.size();
            const auto most = own ? CellKind::EscapedText : CellKind::Absent;
            guard(m_build.CreateICmpULE(m_build.CreateAnd(rawColumn(node.index).a, 0xFF),
                                        m_build.getInt64(kind(most))));
        }
        return {IrType::Bool, m_build.getTrue()};
    }
    case IrOp::Part: break; // only what stands below it is read
    case IrOp::Field: return makeField(node);
    case IrOp::At: return makeAt(node);
    case IrOp::With: return makeWith(node);
    case IrOp::IsKind: return makeIsKind(node);
    case IrOp::Element:
    case IrOp::Key: break; // the Each that they belong to has made them
    case IrOp::Record: {
        llvm::Value* const arguments = spilledAll(node.arguments);
        llvm::Value* const out = slot(m_cell, "record");
        call("fbk_record", m_build.getVoidTy(), {m_loopContext, address(&node), arguments, out});
        return loadedCell(out);
    }
    case IrOp::Negate: {
        const Held operand = generate(node.a);
        if (operand.type == IrType::Float)
            return {IrType::Float, m_build.CreateFNeg(operand.a)};
        return makeIntegers(BinaryOp::Subtract, m_build.getInt64(0), operand.a);
    }
    case IrOp::Not: return {IrType::Bool, m_build.CreateNot(generate(node.a).a)};
    case IrOp::Binary: return makeBinary(node);
    case IrOp::And:
    case IrOp::Or: return makeLogical(node);
    case IrOp::Choose: return makeChoose(node);
    case IrOp::Call:
    case IrOp::Evaluate: return makeCall(node);
    case IrOp::Event:
    case IrOp::Meta: {
        llvm::Value* const out = slot(m_cell, "whole");
        call(node.op == IrOp::Event ? "fbk_event" : "fbk_meta", m_build.getVoidTy(),
             {m_loopContext, m_row, out});
        return loadedCell(out);
    }
    case IrOp::Fail: {
        guard(m_build.getFalse());
        Held held;
        held.a = held.b = m_build.getInt64(0);
        return held;
    }
    }
    FB_CHECK(false);
    return {};
}

Held LoopEmitter::makeConstant(const IrNode& node) {
    const Value& value = *node.constant;
    switch (node.type) {
    case IrType::Bool: return {IrType::Bool, m_build.getInt1(value.asBool())};
    case IrType::Int: return {IrType::Int, m_build.getInt64(value.asU64())};
    case IrType::Float: return {IrType::Float, llvm::ConstantFP::get(m_double, value.asF64())};
    case IrType::Text:
        return {IrType::Text, text(value.asString()), m_build.getInt64(value.size()),
                m_build.getFalse()};
    default: break;
    }
    const Cell cell = Cell::of(value);
    std::uint64_t words[2];
    std::memcpy(words, &cell, sizeof words);
    return {IrType::Any, m_build.getInt64(words[0]), m_build.getInt64(words[1]), nullptr, true};
}

Held LoopEmitter::rawColumn(std::uint32_t column) {
    if (!m_fillsTables && formOf(column) != ColumnForm::Cells)
        return packedColumn(column);
    if (m_program.fromColumns)
        return loadedCell(
            m_build.CreateInBoundsGEP(m_cell, m_columns[column], m_build.CreateZExt(m_row, m_i64)));
    llvm::Value* const out = slot(m_cell, "column");
    call("fbk_cell", m_build.getVoidTy(), {m_loopContext, m_row, m_build.getInt32(column), out});
    return loadedCell(out);
}

Held LoopEmitter::makeExpect(const IrNode& node) {
    const IrNode& from = m_program.nodes[node.a];
    const Held cell = from.op == IrOp::Column ? rawColumn(from.index) : generate(node.a);
    llvm::Value* const is = m_build.CreateAnd(cell.a, 0xFF);
    switch (node.type) {
    case IrType::Bool:
        guard(m_build.CreateICmpEQ(is, m_build.getInt64(kind(CellKind::Bool))));
        return {IrType::Bool, m_build.CreateICmpNE(cell.b, m_build.getInt64(0))};
    case IrType::Int: {
        // A non-negative integer without the top bit, or a negative one, which has it.
        llvm::Value* const negative = m_build.CreateICmpSLT(cell.b, m_build.getInt64(0));
        guard(m_build.CreateICmpEQ(
            is, m_build.CreateSelect(negative, m_build.getInt64(kind(CellKind::I64)),
                                     m_build.getInt64(kind(CellKind::U64)))));
        return {IrType::Int, cell.b};
    }
    case IrType::Float: return expectFloat(cell);
    case IrType::Number: return expectNumber(cell);
    case IrType::Text: return expectText(cell);
    case IrType::Any: break;
    }
    return cell;
}

Held LoopEmitter::expectFloat(const Held& cell) {
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const textual = block(), *const other = block(), *const after = block();
    llvm::Value* const is = m_build.CreateAnd(cell.a, 0xFF);
    m_build.CreateCondBr(m_build.CreateICmpEQ(is, m_build.getInt64(kind(CellKind::NumberText))),
                         textual, other);
    m_build.SetInsertPoint(textual);
    llvm::Value* const found = slot(m_i8, "kind");
    llvm::Value* const bits = call("fbk_number", m_i64, {spilled(cell), found});
    guard(m_build.CreateICmpEQ(m_build.CreateLoad(m_i8, found),
                               m_build.getInt8(static_cast<std::uint8_t>(CellKind::F64))));
    llvm::BasicBlock* const fromText = m_build.GetInsertBlock();
    m_build.CreateBr(after);
    m_build.SetInsertPoint(other);
    guard(m_build.CreateICmpEQ(is, m_build.getInt64(kind(CellKind::F64))));
    llvm::BasicBlock* const fromOther = m_build.GetInsertBlock();
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const joinedBits = m_build.CreatePHI(m_i64, 2);
    joinedBits->addIncoming(bits, fromText);
    joinedBits->addIncoming(cell.b, fromOther);
    return {IrType::Float, m_build.CreateBitCast(joinedBits, m_double)};
}

Held LoopEmitter::expectNumber(const Held& cell) {
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const textual = block(), *const other = block(), *const after = block();
    llvm::Value* const is = m_build.CreateAnd(cell.a, 0xFF);
    m_build.CreateCondBr(m_build.CreateICmpEQ(is, m_build.getInt64(kind(CellKind::NumberText))),
                         textual, other);
    m_build.SetInsertPoint(textual);
    llvm::Value* const found = slot(m_i8, "kind");
    llvm::Value* const bits = call("fbk_number", m_i64, {spilled(cell), found});
    llvm::Value* const textKind = m_build.CreateZExt(m_build.CreateLoad(m_i8, found), m_i64);
    m_build.CreateBr(after);
    m_build.SetInsertPoint(other);
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const number = m_build.CreatePHI(m_i64, 2);
    number->addIncoming(bits, textual);
    number->addIncoming(cell.b, other);
    llvm::PHINode* const numberKind = m_build.CreatePHI(m_i64, 2);
    numberKind->addIncoming(textKind, textual);
    numberKind->addIncoming(is, other);
    llvm::Value* const negative = m_build.CreateICmpSLT(number, m_build.getInt64(0));
    llvm::Value* const integer = m_build.CreateICmpEQ(
        numberKind, m_build.CreateSelect(negative, m_build.getInt64(kind(CellKind::I64)),
                                         m_build.getInt64(kind(CellKind::U64))));
    guard(m_build.CreateOr(
        integer, m_build.CreateICmpEQ(numberKind, m_build.getInt64(kind(CellKind::F64)))));
    return {IrType::Number, number, integer};
}

Held LoopEmitter::expectText(const Held& cell) {
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const plain = block(), *const other = block(), *const after = block();
    llvm::Value* const is = m_build.CreateAnd(cell.a, 0xFF);
    m_build.CreateCondBr(m_build.CreateICmpEQ(is, m_build.getInt64(kind(CellKind::String))), plain,
                         other);
    m_build.SetInsertPoint(plain);
    Held view{IrType::Text, m_build.CreateIntToPtr(cell.b, m_ptr), m_build.CreateLShr(cell.a, 32),
              m_build.CreateTrunc(m_build.CreateLShr(cell.a, 8), m_i1)};
    m_build.CreateBr(after);
    m_build.SetInsertPoint(other);
    llvm::Value* const out = slot(m_cell, "text");
    guard(m_build.CreateICmpNE(call("fbk_text", m_i32, {m_loopContext, spilled(cell), out}),
                               m_build.getInt32(0)));
    Held made{IrType::Text, m_build.CreateLoad(m_ptr, out),
              m_build.CreateLoad(m_i64, m_build.CreateConstInBoundsGEP1_64(m_i64, out, 1)),
              m_build.getFalse()};
    llvm::BasicBlock* const fromOther = m_build.GetInsertBlock();
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    return joined(view, plain, made, fromOther);
}

Held LoopEmitter::makeField(const IrNode& node) {
    llvm::Value* const out = slot(m_cell, "field");
    guard(m_build.CreateICmpNE(
        call("fbk_field", m_i32, {m_loopContext, spilled(generate(node.a)), address(&node), out}),
        m_build.getInt32(0)));
    return loadedCell(out);
}

Held LoopEmitter::makeAt(const IrNode& node) {
    llvm::Value* const out = slot(m_cell, "element");
    llvm::Value *const from = spilled(generate(node.a)), *const at = spilled(generate(node.b));
    guard(m_build.CreateICmpNE(call("fbk_at", m_i32, {m_loopContext, from, at, out}),
                               m_build.getInt32(0)));
    return loadedCell(out);
}

Held LoopEmitter::makeWith(const IrNode& node) {
    llvm::Value* const out = slot(m_cell, "record");
    llvm::Value *const from = spilled(generate(node.a)), *const value = spilled(generate(node.b));
    guard(m_build.CreateICmpNE(
        call("fbk_with", m_i32, {m_loopContext, address(&node), from, value, out}),
        m_build.getInt32(0)));
    return loadedCell(out);
}

Held LoopEmitter::makeIsKind(const IrNode& node) {
    const auto has = [&](Kind of) { return (node.index >> static_cast<unsigned>(of) & 1U) != 0; };
    Held value = generate(node.a);
    switch (value.type) {
    case IrType::Bool: return {IrType::Bool, m_build.getInt1(has(Kind::Bool))};
    case IrType::Int: return {IrType::Bool, m_build.getInt1(has(Kind::U64))};
    case IrType::Float: return {IrType::Bool, m_build.getInt1(has(Kind::F64))};
    case IrType::Text: return {IrType::Bool, m_build.getInt1(has(Kind::String))};
    case IrType::Number:
        return {IrType::Bool, m_build.CreateSelect(value.b, m_build.getInt1(has(Kind::U64)),
                                                   m_build.getInt1(has(Kind::F64)))};
    case IrType::Any: break;
    }
    std::uint64_t kinds = node.index;
    if (has(Kind::String))
        kinds |= std::uint64_t{1} << kind(CellKind::EscapedText);
    if (has(Kind::U64) == has(Kind::F64))
        kinds |= std::uint64_t{has(Kind::U64)} << kind(CellKind::NumberText);
    else
        value = converted(value); // which of the two it is shows only then
    llvm::Value* const is = m_build.CreateAnd(value.a, 0xFF);
    return {IrType::Bool,
            m_build.CreateTrunc(m_build.CreateLShr(m_build.getInt64(kinds), is), m_i1)};
}

Held LoopEmitter::makeCall(const IrNode& node) {
    llvm::Value* const out = slot(m_cell, "result");
    llvm::Value* made = nullptr;
    if (node.op == IrOp::Call) {
        llvm::Value* const arguments = spilledAll(node.arguments);
        made = call("fbk_call", m_i32, {m_loopContext, address(&node), arguments, out});
    } else {
        llvm::Value* const event = spilled(generate(node.a));
        llvm::Value* const keys = spilledAll(node.arguments);
        made =
            call("fbk_evaluate", m_i32, {m_loopContext, m_row, address(&node), event, keys, out});
    }
    guard(m_build.CreateICmpNE(made, m_build.getInt32(0)));
    return loadedCell(out);
}

// --- operators -----------------------------------------------------------------------------------

Held LoopEmitter::makeBinary(const IrNode& node) {
    if (node.index != 0)
        return makeGenericBinary(node);
    const Held left = generate(node.a), right = generate(node.b);
    if (node.type == IrType::Bool)
        return makeComparison(node, left, right);
    if (left.type == IrType::Int && right.type == IrType::Int)
        return makeIntegers(node.binary, left.a, right.a);
    return makeNumbers(node.binary, left, right);
}

Held LoopEmitter::makeGenericBinary(const IrNode& node) {
    llvm::Value* const left = spilled(generate(node.a));
    llvm::Value* const right = spilled(generate(node.b));
    llvm::Value* const out = slot(m_cell, "result");
    guard(m_build.CreateICmpNE(
        call("fbk_binary", m_i32, {m_loopContext, address(&node), left, right, out}),
        m_build.getInt32(0)));
    const Held made = loadedCell(out);
    if (node.type == IrType::Bool)
        return {IrType::Bool, m_build.CreateICmpNE(made.b, m_build.getInt64(0))};
    return made;
}

Held LoopEmitter::makeComparison(const IrNode& node, const Held& left, const Held& right) {
    if (left.type == IrType::Text)
        return compareTexts(node.binary, left, right);
    const BinaryOp op = node.binary;
    if (left.type == IrType::Bool) {
        llvm::Value* const differ = m_build.CreateXor(left.a, right.a);
        return {IrType::Bool, op == BinaryOp::Equal ? m_build.CreateNot(differ) : differ};
    }
    llvm::Value* integers = nullptr;
    llvm::Value* floats = nullptr;
    if (left.type != IrType::Float && right.type != IrType::Float) {
        const llvm::CmpInst::Predicate predicate =
            op == BinaryOp::Equal          ? llvm::CmpInst::ICMP_EQ
            : op == BinaryOp::NotEqual     ? llvm::CmpInst::ICMP_NE
            : op == BinaryOp::GreaterEqual ? llvm::CmpInst::ICMP_SGE
            : op == BinaryOp::Greater      ? llvm::CmpInst::ICMP_SGT
            : op == BinaryOp::LessEqual    ? llvm::CmpInst::ICMP_SLE
                                           : llvm::CmpInst::ICMP_SLT;
        integers = m_build.CreateICmp(predicate, left.a, right.a);
        if (left.type == IrType::Int && right.type == IrType::Int)
            return {IrType::Bool, integers};
    }
    llvm::Value *const a = asDouble(left), *const b = asDouble(right);
    switch (op) {
    case BinaryOp::GreaterEqual: floats = m_build.CreateFCmpOGE(a, b); break;
    case BinaryOp::Greater: floats = m_build.CreateFCmpOGT(a, b); break;
    case BinaryOp::LessEqual: floats = m_build.CreateFCmpOLE(a, b); break;
    case BinaryOp::Less: floats = m_build.CreateFCmpOLT(a, b); break;
    default: {
        llvm::Value* const distance =
            m_build.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, m_build.CreateFSub(a, b));
        floats = m_build.CreateFCmpOLT(distance, llvm::ConstantFP::get(m_double, DBL_EPSILON));
        floats = op == BinaryOp::Equal ? floats : m_build.CreateNot(floats);
    }
    }
    if (integers == nullptr)
        return {IrType::Bool, floats};
    return {IrType::Bool, m_build.CreateSelect(m_build.CreateAnd(isInteger(left), isInteger(right)),
                                               integers, floats)};
}

Held LoopEmitter::compareTexts(BinaryOp op, const Held& left, const Held& right) {
    if (op != BinaryOp::Equal && op != BinaryOp::NotEqual) {
        llvm::Value* const order = call("fbk_compare", m_i32, {left.a, left.b, right.a, right.b});
        llvm::Value* const zero = m_build.getInt32(0);
        return {IrType::Bool, op == BinaryOp::GreaterEqual ? m_build.CreateICmpSGE(order, zero)
                              : op == BinaryOp::Greater    ? m_build.CreateICmpSGT(order, zero)
                              : op == BinaryOp::LessEqual  ? m_build.CreateICmpSLE(order, zero)
                                                           : m_build.CreateICmpSLT(order, zero)};
    }
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const sameSize = block(), *const after = block();
    llvm::BasicBlock* const before = m_build.GetInsertBlock();
    m_build.CreateCondBr(m_build.CreateICmpEQ(left.b, right.b), sameSize, after);
    m_build.SetInsertPoint(sameSize);
    // A constant size lets the comparison be done in place.
    llvm::Value* const size = llvm::isa<llvm::Constant>(left.b) ? left.b : right.b;
    llvm::Value* const same =
        m_build.CreateICmpEQ(call("memcmp", m_i32, {left.a, right.a, size}), m_build.getInt32(0));
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const equal = m_build.CreatePHI(m_i1, 2);
    equal->addIncoming(m_build.getFalse(), before);
    equal->addIncoming(same, sameSize);
    return {IrType::Bool, op == BinaryOp::Equal ? equal : m_build.CreateNot(equal)};
}

Held LoopEmitter::makeIntegers(BinaryOp op, llvm::Value* left, llvm::Value* right) {
    const auto checked = [&](llvm::Intrinsic::ID intrinsic) {
        llvm::Value* const pair = m_build.CreateBinaryIntrinsic(intrinsic, left, right);
        guard(m_build.CreateNot(m_build.CreateExtractValue(pair, 1)));
        return Held{IrType::Int, m_build.CreateExtractValue(pair, 0)};
    };
    llvm::Value* const zero = m_build.getInt64(0);
    switch (op) {
    case BinaryOp::Add: return checked(llvm::Intrinsic::sadd_with_overflow);
    case BinaryOp::Subtract: return checked(llvm::Intrinsic::ssub_with_overflow);
    case BinaryOp::Multiply: return checked(llvm::Intrinsic::smul_with_overflow);
    case BinaryOp::Divide:
        guard(m_build.CreateICmpNE(right, zero));
        return {IrType::Float, m_build.CreateFDiv(m_build.CreateSIToFP(left, m_double),
                                                  m_build.CreateSIToFP(right, m_double))};
    case BinaryOp::Modulo: {
        guard(m_build.CreateICmpNE(right, zero));
        // Anything modulo -1 is 0, and the machine traps on the least integer modulo -1.
        llvm::Value* const safe = m_build.CreateSelect(
            m_build.CreateICmpEQ(right, m_build.getInt64(~0ULL)), m_build.getInt64(1), right);
        return {IrType::Int, m_build.CreateSRem(left, safe)};
    }
    case BinaryOp::BitAnd: return {IrType::Int, m_build.CreateAnd(left, right)};
    case BinaryOp::BitXor: return {IrType::Int, m_build.CreateXor(left, right)};
    default: return makeShift(op, left, right);
    }
}

Held LoopEmitter::makeShift(BinaryOp op, llvm::Value* left, llvm::Value* right) {
    guard(m_build.CreateICmpULE(right, m_build.getInt64(63)));
    if (op == BinaryOp::ShiftRight)
        return {IrType::Int, m_build.CreateAShr(left, right)};
    if (op == BinaryOp::ShiftRightUnsigned)
        return {IrType::Int, m_build.CreateLShr(left, right)};
    // Of a non-negative integer the result is one too, and may need all 64 bits.
    llvm::Value* const shifted = m_build.CreateShl(left, right);
    llvm::Value* const zero = m_build.getInt64(0);
    guard(
        m_build.CreateOr(m_build.CreateICmpSLT(left, zero), m_build.CreateICmpSGE(shifted, zero)));
    return {IrType::Int, shifted};
}

// At least one of them is, or may be, a float.
Held LoopEmitter::makeNumbers(BinaryOp op, const Held& left, const Held& right) {
    llvm::Value *const a = asDouble(left), *const b = asDouble(right);
    llvm::Value* floats = nullptr;
    llvm::Intrinsic::ID intrinsic = llvm::Intrinsic::sadd_with_overflow;
    switch (op) {
    case BinaryOp::Add: floats = m_build.CreateFAdd(a, b); break;
    case BinaryOp::Subtract:
        floats = m_build.CreateFSub(a, b);
        intrinsic = llvm::Intrinsic::ssub_with_overflow;
        break;
    case BinaryOp::Multiply:
        floats = m_build.CreateFMul(a, b);
        intrinsic = llvm::Intrinsic::smul_with_overflow;
        break;
    default: floats = m_build.CreateFDiv(a, b); break;
    }
    if (left.type == IrType::Float || right.type == IrType::Float)
        return {IrType::Float, floats};
    llvm::Value* const both = m_build.CreateAnd(isInteger(left), isInteger(right));
    llvm::Value* const pair =
        m_build.CreateBinaryIntrinsic(intrinsic, integerBits(left), integerBits(right));
    guard(m_build.CreateNot(m_build.CreateAnd(both, m_build.CreateExtractValue(pair, 1))));
    return {IrType::Number,
            m_build.CreateSelect(both, m_build.CreateExtractValue(pair, 0),
                                 m_build.CreateBitCast(floats, m_i64)),
            both};
}

Held LoopEmitter::makeLogical(const IrNode& node) {
    const bool isAnd = node.op == IrOp::And;
    llvm::Value* const left = generate(node.a).a;
    if (tableOf(node.b)) { // reading it is cheaper than a branch, and cannot fail
        llvm::Value* const other = generate(node.b).a;
        return {IrType::Bool,
                isAnd ? m_build.CreateAnd(left, other) : m_build.CreateOr(left, other)};
    }
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const second = block(), *const after = block();
    llvm::BasicBlock* const fromLeft = m_build.GetInsertBlock();
    m_build.CreateCondBr(left, isAnd ? second : after, isAnd ? after : second);
    m_build.SetInsertPoint(second);
    m_scopes.emplace_back();
    llvm::Value* const right = generate(node.b).a;
    m_scopes.pop_back();
    llvm::BasicBlock* const fromRight = m_build.GetInsertBlock();
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const result = m_build.CreatePHI(m_i1, 2);
    result->addIncoming(m_build.getInt1(!isAnd), fromLeft);
    result->addIncoming(right, fromRight);
    return {IrType::Bool, result};
}

Held LoopEmitter::makeChoose(const IrNode& node) {
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const yes = block(), *const no = block(), *const after = block();
    m_build.CreateCondBr(generate(node.a).a, yes, no);
    const auto arm = [&](llvm::BasicBlock*& into, IrNodeIndex value) {
        m_build.SetInsertPoint(into);
        m_scopes.emplace_back();
        Held held = generate(value);
        if (held.type != node.type) {
            if (m_program.nodes[value].op == IrOp::Fail) {
                held = {node.type, nullptr, nullptr, nullptr};
            } else {
                held = boxed(held);
            }
        }
        m_scopes.pop_back();
        into = m_build.GetInsertBlock();
        m_build.CreateBr(after);
        return held;
    };
    llvm::BasicBlock *fromYes = yes, *fromNo = no;
    const Held first = arm(fromYes, node.b);
    Held second = arm(fromNo, node.c);
    m_build.SetInsertPoint(after);
    if (second.a == nullptr) { // never comes this way
        const auto poison = [](llvm::Value* like) {
            return like == nullptr ? nullptr : llvm::PoisonValue::get(like->getType());
        };
        second = {first.type, poison(first.a), poison(first.b), poison(first.c)};
    }
    return joined(first, fromYes, second, fromNo);
}

} // namespace fuseboard::jit
