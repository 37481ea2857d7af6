// SPDX-License-Identifier: Apache-2.0
// How an operator runs: the generic entry, row by row over Values, that every way of running
// shares. The reference executor, naive stages and fused stages all drive these same bodies.
#pragma once

#include "engine/graph/contract.h"
#include "engine/graph/graph.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace fuseboard {

class LoopBuilder; // engine/operators/loop_builder.h

/// One event on its way through the graph. Values are views: they live at least until the source
/// event at hand has been processed; what outlives it is copied into the body's own memory.
struct Row {
    Value data;
    Value meta;                 ///< `$`: a record
    std::uint64_t sequence = 0; ///< source sequence number
    std::uint64_t ingestNs = 0;
    bool isBatch = false;
};

/// Where a body puts its results. Calls are in emission order.
class Emitter {
public:
    virtual ~Emitter() = default;
    /// `port` is the position in Contract::outputs; kAnyPort: use emitTo().
    virtual void emit(std::uint32_t port, const Row& row) = 0;
    /// To a port by name (scripts); a port without readers swallows the row.
    virtual void emitTo(std::string_view port, const Row& row) = 0;
    /// The row at hand failed. `row` is what leaves on `err` under OnError::ToErr.
    virtual void fail(ErrorCode code, std::string message, const Expr* where, const Row& row) = 0;
    /// Rows emitted since the last keep() may point into `memory`; it lives as long as they do.
    virtual void keep(std::shared_ptr<const void> memory) = 0;
};

/// What a body may use while it works on one row or tick.
struct BodyContext {
    Arena& arena; ///< results that leave may live here; dies after the source event or batch
    Emitter& out;
};

class KeyedWindows; // engine/operators/keyed_windows.h

inline constexpr std::uint64_t kNeverDue = ~std::uint64_t{0};

/// One running use of an operator. A body with StateKind::None may be instantiated once a worker
/// and sees rows in any order; every other body is single and sees all its rows in order.
/// Never called from two threads at once.
class OperatorBody {
public:
    virtual ~OperatorBody() = default;
    /// `input` is the position in Contract::inputs.
    virtual void onRow(std::uint32_t input, const Row& row, BodyContext& context) = 0;
    /// The smallest time at which a tick would make this body do something; kNeverDue: none.
    [[nodiscard]] virtual std::uint64_t nextDue() const { return kNeverDue; }
    /// A tick at `nowNs`. Rows made carry `nowNs` as ingest time and `sequence`.
    virtual void onTick(std::uint64_t /*nowNs*/, std::uint64_t /*sequence*/, BodyContext&) {}
    /// All inputs have ended and the pipeline flushes.
    virtual void onEnd(std::uint64_t /*nowNs*/, std::uint64_t /*sequence*/, BodyContext&) {}
    [[nodiscard]] virtual std::size_t stateBytes() const { return 0; }
    [[nodiscard]] virtual std::size_t groupCount() const { return 0; }
    /// The state of a windowed select, for those who evaluate its keys and arguments by themselves
    /// (generated code); nullptr for every other body. The same state that onRow() works on.
    [[nodiscard]] virtual KeyedWindows* keyedWindows() { return nullptr; }
    /// The source sequence number after which no row can have an effect any more (a full limit);
    /// kNeverDue while there is none.
    [[nodiscard]] virtual std::uint64_t exhaustedAt() const { return kNeverDue; }
};

/// An operator that runs here: its description and the maker of its bodies.
struct OperatorSpec : OperatorInfo {
    /// The configuration has passed `check`.
    Result<std::unique_ptr<OperatorBody>> (*makeBody)(const NodeData& node) = nullptr;
    /// Describes to a compiler what the body does to a row, if that depends on the row alone; null:
    /// every row goes through the body.
    void (*lower)(const NodeData& node, LoopBuilder& loop) = nullptr;
};

/// All operators that run here, in palette order. Registration: builtin_operators.cpp.
[[nodiscard]] const Catalogue& builtinCatalogue();
[[nodiscard]] const OperatorSpec* findOperator(std::string_view name);

} // namespace fuseboard
