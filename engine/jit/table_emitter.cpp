// SPDX-License-Identifier: Apache-2.0
// Columns that are not cells: those of 8 bytes a row, and codes of dictionaries together with the
// function that evaluates expressions over all entries of a dictionary ahead of the rows.
#include "engine/jit/loop_emitter.h"

#include "engine/base/check.h"
#include "engine/kernels/dictionary_tables.h"

#include <llvm/IR/Verifier.h>

#include <cstddef>

namespace fuseboard::jit {

ColumnForm LoopEmitter::formOf(std::uint32_t column) const {
    return m_program.forms.empty() ? ColumnForm::Cells : m_program.forms[column];
}

std::optional<std::size_t> LoopEmitter::tableOf(IrNodeIndex node) const {
    if (m_fillsTables)
        return std::nullopt;
    for (std::size_t i = 0; i < m_program.tables.size(); ++i)
        if (m_program.tables[i].node == node)
            return i;
    return std::nullopt;
}

llvm::Type* LoopEmitter::codeType(std::uint32_t column) {
    return formOf(column) == ColumnForm::Codes8 ? m_i8 : m_build.getInt16Ty();
}

// The row's position in the column's dictionary.
llvm::Value* LoopEmitter::code(std::uint32_t column) {
    llvm::Type* const type = codeType(column);
    llvm::Value* const place =
        m_build.CreateInBoundsGEP(type, m_columns[column], m_build.CreateZExt(m_row, m_i64));
    return m_build.CreateZExt(m_build.CreateLoad(type, place), m_i64);
}

Held LoopEmitter::tableEntry(std::size_t table) {
    const DictionaryTable& of = m_program.tables[table];
    const IrType type = m_program.nodes[of.node].type;
    const auto entry = [&](llvm::Type* as) {
        return m_build.CreateInBoundsGEP(as, m_tables[table], code(of.column));
    };
    switch (type) {
    case IrType::Bool:
        return {type,
                m_build.CreateICmpNE(m_build.CreateLoad(m_i8, entry(m_i8)), m_build.getInt8(0))};
    case IrType::Int: return {type, m_build.CreateLoad(m_i64, entry(m_i64))};
    case IrType::Float: return {type, m_build.CreateLoad(m_double, entry(m_double))};
    default: break;
    }
    Held cell = loadedCell(entry(m_cell));
    cell.isValue = true;
    llvm::Value* const kind = m_build.CreateAnd(cell.a, 0xFF);
    if (type == IrType::Number)
        return {type, cell.b,
                m_build.CreateICmpNE(kind,
                                     m_build.getInt64(static_cast<std::uint64_t>(CellKind::F64)))};
    if (type == IrType::Text)
        return {type, m_build.CreateIntToPtr(cell.b, m_ptr), m_build.CreateLShr(cell.a, 32),
                m_build.CreateTrunc(m_build.CreateLShr(cell.a, 8), m_i1)};
    return cell;
}

// As a cell, of which no more remains than what is used.
Held LoopEmitter::packedColumn(std::uint32_t column) {
    const ColumnForm form = formOf(column);
    FB_CHECK(form == ColumnForm::Ints || form == ColumnForm::Floats); // codes come from tables
    llvm::Value* const word =
        m_build.CreateLoad(m_i64, m_build.CreateInBoundsGEP(m_i64, m_columns[column],
                                                            m_build.CreateZExt(m_row, m_i64)));
    if (form == ColumnForm::Ints)
        return boxed({IrType::Int, word});
    return boxed({IrType::Float, m_build.CreateBitCast(word, m_double)});
}

// --- the function that fills tables --------------------------------------------------------------

llvm::Function* LoopEmitter::emitTables(const std::string& name) {
    m_fillsTables = true;
    auto* const type = llvm::FunctionType::get(m_i32, {m_ptr}, false);
    m_function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, m_module);
    m_loopContext = m_function->getArg(0);
    m_entry = llvm::BasicBlock::Create(m_context, "entry", m_function);
    m_generic = llvm::BasicBlock::Create(m_context, "unlike", m_function);
    m_build.SetInsertPoint(m_generic);
    m_build.CreateRet(m_build.getInt32(0));
    m_build.SetInsertPoint(m_entry);
    const auto surrounding = [&](std::size_t offset) {
        return m_build.CreateLoad(m_ptr, at(m_loopContext, offset));
    };
    llvm::Value *const dictionaries = surrounding(offsetof(LoopContext, dictionaries)),
                       *const tables = surrounding(offsetof(LoopContext, tables));
    const auto element = [&](llvm::Value* array, std::size_t index) {
        return m_build.CreateLoad(m_ptr, m_build.CreateConstInBoundsGEP1_64(m_ptr, array, index));
    };
    for (std::size_t i = 0; i < m_program.columns.size(); ++i)
        m_columns.push_back(element(dictionaries, i));
    for (std::size_t i = 0; i < m_program.tables.size(); ++i)
        m_tables.push_back(element(tables, i));
    for (std::size_t i = 0; i < m_program.tables.size(); ++i)
        fillTable(i);
    m_build.CreateRet(m_build.getInt32(1));
    FB_CHECK(!llvm::verifyFunction(*m_function, &llvm::errs()));
    return m_function;
}

void LoopEmitter::fillTable(std::size_t table) {
    const DictionaryTable& of = m_program.tables[table];
    llvm::BasicBlock *const before = m_build.GetInsertBlock(),
                            *const entry = llvm::BasicBlock::Create(m_context, "of", m_function),
                            *const after = llvm::BasicBlock::Create(m_context, "", m_function);
    m_build.CreateBr(entry); // dictionaries of a program have entries
    m_build.SetInsertPoint(entry);
    llvm::PHINode* const row = m_build.CreatePHI(m_i32, 2, "e");
    row->addIncoming(m_build.getInt32(0), before);
    m_row = row;
    m_scopes.emplace_back();
    storeEntry(converted(generate(of.node)), m_tables[table]);
    m_scopes.pop_back();
    llvm::Value* const next = m_build.CreateAdd(row, m_build.getInt32(1));
    row->addIncoming(next, m_build.GetInsertBlock());
    m_build.CreateCondBr(
        m_build.CreateICmpULT(next, m_build.getInt32(m_program.dictionarySizes[of.column])), entry,
        after);
    m_build.SetInsertPoint(after);
}

void LoopEmitter::storeEntry(const Held& value, llvm::Value* table) {
    llvm::Value* const row = m_build.CreateZExt(m_row, m_i64);
    const auto place = [&](llvm::Type* type) {
        return m_build.CreateInBoundsGEP(type, table, row);
    };
    switch (value.type) {
    case IrType::Bool: m_build.CreateStore(m_build.CreateZExt(value.a, m_i8), place(m_i8)); return;
    case IrType::Int: m_build.CreateStore(value.a, place(m_i64)); return;
    case IrType::Float: m_build.CreateStore(value.a, place(m_double)); return;
    default: break;
    }
    const Held cell = boxed(value);
    llvm::Value* const at = place(m_cell);
    m_build.CreateStore(cell.a, at);
    m_build.CreateStore(cell.b, m_build.CreateConstInBoundsGEP1_64(m_i64, at, 1));
}

} // namespace fuseboard::jit
