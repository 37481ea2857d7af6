// SPDX-License-Identifier: Apache-2.0
// A graph as steps over tables: what SQL and data-frame targets share. Each output port that is
// read becomes one named step; everything that such a target cannot express is refused here, by
// node and reason, so that the writers only spell.
//
// Rules: a column stands for a field of the event, and null for a field that is null, missing, or
// cannot be computed. A null is a value here and the other two fail the row, so each step has
// guards that tell them apart, where need be by the text of the input row. Where the order of rows
// counts (sample, limit, windows by size, first, last), steps carry ordinal columns: the row's
// place in its source, then one for each fan-out and explode.
#pragma once

#include "engine/exporters/exported_graph.h"
#include "engine/exporters/field_presence.h"
#include "engine/script/ast.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fuseboard {

struct TableStep {
    enum class Kind : std::uint8_t {
        Source,
        Merge,
        Filter,
        Map,
        Explode,
        Limit,
        Sample,
        Group,
        Sink
    };
    Kind kind = Kind::Source;
    std::string name;    ///< an identifier of letters, digits and _
    std::string comment; ///< the node it comes from
    NodeIndex node = kNone;

    struct Input {
        std::string step;
        int branch =
            -1; ///< ordinal among the edges of its origin; -1: the only one, or order is of no use
    };
    std::vector<Input> inputs; ///< one, except for Merge
    bool scalar = false;       ///< rows are one value, in the column `event`
    bool inputScalar = false;

    // Filter: all must hold; `false` means: must be false.
    std::vector<std::pair<ExprPtr, bool>> conditions;
    /// Filter, Map, Group: what must hold for a row not to fail; each stands alone.
    std::vector<ExprPtr> guards;
    PresenceOf presence;       ///< of fields of the event that comes in
    PresenceOf resultPresence; ///< of fields of the new event, for `having`
    // Map, Group: fields of the new event in order; a scalar has one field named "event".
    std::vector<std::pair<std::string, ExprPtr>> fields;
    bool keepsOthers = false;        ///< Map: columns not named stay (patch, merge)
    std::vector<std::string> erased; ///< Map with keepsOthers
    std::vector<ExprPtr> keys;       ///< what group[0], group[1] … stand for
    ExprPtr having;                  ///< over the new event
    // Group
    std::string windowName;
    std::uint64_t windowAmount = 0;
    bool windowBySize = false; ///< else aligned, in nanoseconds of event time
    // Explode
    ExprPtr array;
    std::string as; ///< empty: the element becomes the event
    int place = 0;  ///< the element's place in its array goes to _xN
    // Limit, Sample
    std::uint64_t count = 0;

    int ordinals = 0;   ///< ordinal columns of the result: _o0 … (0: order is of no use)
    bool timed = false; ///< the result has the column _time
    bool raw = false;   ///< the result may have _raw, and _x0 … up to `places`
    int places = 0;
    std::string port;   ///< Source, Sink
    std::string format; ///< Source: ndjson, csv, lines; Sink
    std::string path;   ///< Source, Sink: as bound, or a guess from the port's name
};

struct TablePlan {
    std::vector<TableStep> steps;
    bool ordered = false; ///< steps carry ordinal columns
    bool raw = false;     ///< steps carry the text of the input row: _raw
    bool timed = false;   ///< sources add _time: event time so far in nanoseconds
    std::string timePath; ///< "event.timestamp" of the clock; empty: the place in the source
    std::uint64_t timeUnitNs = 1;
    ExprPtr time; ///< the tree of timePath
};

/// `target` is named in refusals: "DuckDB SQL".
[[nodiscard]] Result<TablePlan> tablePlanOf(const ExportedGraph& exported, std::string_view target);

/// Columns of a step's result that carry the text of the input row and the places of exploded
/// elements in it: _raw, _x0 …; none where no step looks into the text.
[[nodiscard]] std::vector<std::string> textColumnsOf(const TablePlan& plan, const TableStep& step);

} // namespace fuseboard
