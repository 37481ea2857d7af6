// SPDX-License-Identifier: Apache-2.0
// What an operator promises about every use of it, and the catalogue in which operators are looked
// up. Palette, forms, documentation, verifier and optimiser all read this one description.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/config.h"
#include "engine/value/field_tree.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

enum class Cardinality : std::uint8_t {
    One,
    ZeroOrOne,
    ZeroOrMore,
    ManyToFew
}; ///< rows out per row in
enum class StateKind : std::uint8_t {
    None,
    Node,
    Key
}; ///< what a row may depend on besides itself

/// The promises of one node (they may depend on its configuration).
struct Contract {
    std::vector<std::string> inputs{"in"};
    std::vector<std::string> outputs{"out"}; ///< `err` is listed where the node can raise
    bool anyOutput = false;                  ///< scripts: further output ports by name
    Cardinality cardinality = Cardinality::One;
    StateKind state = StateKind::None;
    bool deterministic = true;
    bool sideEffects = false;
    bool mayRaise = true;
    bool usesTime = false;    ///< reads the clock, or acts on ticks
    bool passthrough = false; ///< forwards every row unchanged to every edge of `out`
    bool filterOnly = false;  ///< rows are forwarded unchanged or not at all
    bool breaker = false;     ///< rows out are not made from the row at hand (window, batch)
    bool errorsToErr = false; ///< errors leave on `err` whatever the graph's OnError says (scripts)
    bool fusible = true;
    std::string notFusibleBecause; ///< shown when fusible is false
};

enum class ParameterType : std::uint8_t {
    Expression, ///< reads the event, must give the kind named in `detail`
    Script,
    GroupBy,
    Windows,
    Branches,
    Integer,
    Duration, ///< Duration in nanoseconds, edited with a unit
    Float,
    Text,
    Bool,
    Choice,
    Fields, ///< Fields: list of event paths
};

struct ParameterSpec {
    std::string name;  ///< "where"
    std::string title; ///< "Keep rows where"
    ParameterType type = ParameterType::Text;
    bool required = false;
    OwnedValue fallback; ///< used when not given
    std::string summary;
    std::vector<std::string> choices; ///< of a Choice
    std::string placeholder;          ///< example shown in an empty editor
};

/// One kind of work. Immutable; lives as long as the process.
struct OperatorInfo {
    std::string name;     ///< "filter", "generic::batch"
    std::string title;    ///< "Filter"
    std::string category; ///< palette section: "Transform", "Window & aggregate", "Route"
    std::string icon;     ///< file in resources/icons without ".svg"
    std::string summary;  ///< one sentence
    std::string help;     ///< a paragraph with an example
    std::vector<ParameterSpec> parameters;
    bool inPalette = true;

    Contract (*contract)(const Config& config) = nullptr;
    /// Complains about a configuration that cannot run: missing or wrong parameters.
    Status (*check)(const Config& config) = nullptr;
    /// One line for the node's card: `where event.value > 0`.
    std::string (*detail)(const Config& config) = nullptr;
    /// What the node reads of the rows on its inputs, when its readers need `wanted` of what it
    /// sends.
    FieldTree (*reads)(const Config& config, const FieldTree& wanted) = nullptr;
    /// Rough cost of one row in nanoseconds, for the cost model.
    double (*costNs)(const Config& config) = nullptr;
};

/// Looks operators up by name. The graph only declares it; operators fill it.
class Catalogue {
public:
    virtual ~Catalogue() = default;
    [[nodiscard]] virtual const OperatorInfo* find(std::string_view name) const = 0;
    [[nodiscard]] virtual std::span<const OperatorInfo* const> all() const = 0;
};

} // namespace fuseboard
