// SPDX-License-Identifier: Apache-2.0
// A graph as one SQL script for DuckDB: a view for each step, a COPY for each output.
#include "engine/exporters/relational_plan.h"
#include "engine/exporters/sql_text.h"
#include "engine/exporters/table_expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::string_view kTarget = "DuckDB SQL";

std::vector<std::string> ordinalsOf(const TableStep& step) {
    std::vector<std::string> names;
    for (int i = 0; i < step.ordinals; ++i)
        names.push_back(fmt::format("_o{}", i));
    return names;
}

class SqlWriter {
public:
    SqlWriter(const ExportedGraph& exported, const TablePlan& plan)
        : m_exported(exported), m_plan(plan) {}

    Result<std::string> write() {
        m_out = fmt::format("-- Pipeline {} ({}).\n-- Plan {}\n--\n", m_exported.graph().name(),
                            m_exported.kind(), m_exported.planHash());
        m_out +=
            "-- Each view is one step and names the node that it comes from. A row for which a "
            "value cannot\n"
            "-- be computed is dropped, as the pipeline drops failed rows. A field that is "
            "null is a value,\n"
            "-- a missing one is not: _raw, the text of the input row, tells them apart. Where "
            "the pipeline\n"
            "-- writes a record without a field, this script writes the field as null. Rows "
            "are taken to\n"
            "-- follow the schema that is pinned to an input.\n\n"
            "-- Parameters: where data comes from and goes to.\n";
        for (const TableStep& step : m_plan.steps)
            if (step.kind == TableStep::Kind::Source || step.kind == TableStep::Kind::Sink)
                m_out +=
                    fmt::format("SET VARIABLE {} = {};\n", variableOf(step), sqlText(step.path));
        for (const TableStep& step : m_plan.steps) {
            FB_TRY(write(step));
        }
        return std::move(m_out);
    }

private:
    static std::string variableOf(const TableStep& step) { return step.name + "_path"; }

    const TableStep& inputOf(const TableStep& step, std::size_t i = 0) const {
        return *std::find_if(m_plan.steps.begin(), m_plan.steps.end(), [&](const TableStep& other) {
            return other.name == step.inputs[i].step;
        });
    }

    std::string carried(const TableStep& step) const {
        std::string text;
        for (const std::string& name : ordinalsOf(step))
            text += ", e." + name;
        for (const std::string& name : textColumnsOf(m_plan, step))
            text += ", e." + name;
        return text + (step.timed ? ", e._time" : "");
    }

    // One condition a guard; what stands there already is not said again.
    Status addGuards(const TableStep& step, std::string& where) const {
        for (const ExprPtr& guard : step.guards) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *guard));
            if (where.find(text) == std::string::npos)
                where += (where.empty() ? "" : "\n  AND ") + text;
        }
        return {};
    }

    Result<std::string> translate(const TableStep& step, const Expr& expr, bool aggregates = false,
                                  bool afterwards = false) const {
        TableScope scope;
        scope.scalar = afterwards ? step.scalar : step.inputScalar;
        scope.keys = step.keys;
        scope.windowName = step.windowName;
        scope.aggregates = aggregates;
        scope.presence = afterwards ? step.resultPresence : step.presence;
        scope.ordinals = ordinalsOf(inputOf(step));
        for (std::string& name : scope.ordinals)
            name.insert(0, "e.");
        auto text = sqlExpression(expr, scope);
        if (!text)
            return fail(refusal(m_exported.graph().node(step.node), kTarget, text.error().message));
        return text;
    }

    void view(const TableStep& step, const std::string& body) {
        m_out += fmt::format("\n-- {}\nCREATE OR REPLACE TEMP VIEW {} AS\n{};\n", step.comment,
                             step.name, body);
    }

    Status write(const TableStep& step) {
        switch (step.kind) {
        case TableStep::Kind::Source: return source(step);
        case TableStep::Kind::Merge: return merge(step);
        case TableStep::Kind::Filter: return filter(step);
        case TableStep::Kind::Map: return map(step);
        case TableStep::Kind::Explode: return explode(step);
        case TableStep::Kind::Limit:
        case TableStep::Kind::Sample: return counted(step);
        case TableStep::Kind::Group: return group(step);
        case TableStep::Kind::Sink: break;
        }
        return sink(step);
    }

    Status source(const TableStep& step) {
        const std::string path = fmt::format("getvariable('{}')", variableOf(step));
        std::string body;
        if (step.format == "lines")
            body = fmt::format(
                "SELECT row_number() OVER () - 1 AS _o0, event\nFROM (SELECT unnest(string_split("
                "content, chr(10))) AS event FROM read_text({}))\nWHERE event <> ''",
                path);
        else if (step.format == "csv")
            body = fmt::format(
                "SELECT row_number() OVER () - 1 AS _o0, *\nFROM read_csv({}, header = true, "
                "sample_size = -1, ignore_errors = true)",
                path);
        else
            body = fmt::format(
                "SELECT row_number() OVER () - 1 AS _o0, *\nFROM read_json({}, format = "
                "'newline_delimited', sample_size = -1, ignore_errors = true)",
                path);
        if (m_plan.raw && step.raw) // a malformed line is a row of nulls there, without a text
            body =
                fmt::format("SELECT row_number() OVER () - 1 AS _o0, r.*, t.json AS _raw\n"
                            "FROM read_json({0}, format = 'newline_delimited', sample_size = -1, "
                            "ignore_errors = true) r\nPOSITIONAL JOIN read_json_objects({0}, "
                            "format = 'newline_delimited', ignore_errors = true) t",
                            path);
        if (m_plan.timed) {
            TableScope scope;
            scope.scalar = step.scalar;
            std::string time = "e._o0";
            if (m_plan.time != nullptr) {
                auto text = sqlExpression(*m_plan.time, scope);
                if (!text)
                    return fail(ErrorCode::Unsupported,
                                fmt::format("the clock cannot be written as {}: {}", kTarget,
                                            text.error().message));
                time = fmt::format("{} * {}", *text, m_plan.timeUnitNs);
            }
            // Event time never runs back: it is the greatest time seen so far.
            body = fmt::format("SELECT e.*, max({}) OVER (ORDER BY e._o0) AS _time\nFROM ({}) e\n"
                               "WHERE {} IS NOT NULL",
                               time, body, time);
        }
        if (!m_plan.ordered)
            body = fmt::format("SELECT * EXCLUDE (_o0) FROM ({})", body);
        view(step, body);
        return {};
    }

    Status merge(const TableStep& step) {
        std::string body;
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            const auto& input = step.inputs[i];
            body += fmt::format("{}SELECT *", i == 0 ? "" : "\nUNION ALL BY NAME\n");
            if (input.branch >= 0)
                body += fmt::format(", {} AS _o{}", input.branch, inputOf(step, i).ordinals);
            body += " FROM " + input.step;
        }
        view(step, body);
        return {};
    }

    Status filter(const TableStep& step) {
        std::string where;
        for (const auto& [condition, wanted] : step.conditions) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *condition));
            where +=
                fmt::format("{}{}{}", where.empty() ? "" : "\n  AND ", wanted ? "" : "NOT ", text);
        }
        FB_TRY(addGuards(step, where));
        view(step, fmt::format("SELECT * FROM {} e\nWHERE {}", step.inputs[0].step, where));
        return {};
    }

    // Fields, one a line.
    Result<std::string> fieldsOf(const TableStep& step, bool aggregates) const {
        std::string fields;
        for (const auto& [name, tree] : step.fields) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *tree, aggregates));
            fields +=
                fmt::format("{}\n    {} AS {}", fields.empty() ? "" : ",", text, sqlName(name));
        }
        return fields;
    }

    Status map(const TableStep& step) {
        FB_TRY_ASSIGN(const std::string fields, fieldsOf(step, false));
        std::string guard;
        FB_TRY(addGuards(step, guard));
        std::string body;
        if (step.keepsOthers) {
            std::string gone;
            for (const auto& [name, tree] : step.fields)
                gone += (gone.empty() ? "" : ", ") + sqlText(name);
            for (const std::string& name : step.erased)
                gone += (gone.empty() ? "" : ", ") + sqlText(name);
            body = gone.empty() ? "SELECT *"
                                : fmt::format("SELECT COLUMNS(lambda c: c NOT IN ({}))", gone);
            body += (fields.empty() ? "" : ",") + fields;
        } else {
            body = "SELECT" + fields + carried(step);
        }
        body += fmt::format("\nFROM {} e", step.inputs[0].step);
        body += guard.empty() ? "" : "\nWHERE " + guard;
        FB_TRY_ASSIGN(body, withHaving(step, std::move(body)));
        view(step, body);
        return {};
    }

    Result<std::string> withHaving(const TableStep& step, std::string body) const {
        if (step.having == nullptr)
            return body;
        FB_TRY_ASSIGN(const std::string having, translate(step, *step.having, false, true));
        return fmt::format("SELECT * FROM (\n{}\n) e\nWHERE {}", body, having);
    }

    Status explode(const TableStep& step) {
        FB_TRY_ASSIGN(const std::string array, translate(step, *step.array));
        const TableStep& from = inputOf(step);
        std::string ordinal =
            step.ordinals > 0
                ? fmt::format(", generate_subscripts({}, 1) AS _o{}", array, step.ordinals - 1)
                : "";
        if (m_plan.raw && step.raw)
            ordinal += fmt::format(", generate_subscripts({}, 1) - 1 AS _x{}", array, step.place);
        std::string body;
        if (step.as.empty()) {
            // `element` is a record, which becomes the event.
            std::string kept;
            for (int i = 0; i < from.ordinals; ++i)
                kept += fmt::format(", e._o{}", i);
            for (const std::string& name : textColumnsOf(m_plan, from))
                kept += ", e." + name;
            kept += step.timed ? ", e._time" : "";
            std::string outer = "x.element.*";
            for (int i = 0; i < step.ordinals; ++i)
                outer += fmt::format(", x._o{}", i);
            for (const std::string& name : textColumnsOf(m_plan, step))
                outer += ", x." + name;
            outer += step.timed ? ", x._time" : "";
            body = fmt::format("SELECT {}\nFROM (SELECT unnest({}) AS element{}{} FROM {} e) x",
                               outer, array, kept, ordinal, step.inputs[0].step);
        } else {
            body = fmt::format(
                "SELECT COLUMNS(lambda c: c NOT IN ({})), unnest({}) AS {}{}\nFROM {} e",
                sqlText(step.as), array, sqlName(step.as), ordinal, step.inputs[0].step);
        }
        view(step, body);
        return {};
    }

    static std::string orderBy(const TableStep& step) {
        std::string text;
        for (const std::string& name : ordinalsOf(step))
            text += fmt::format("{}e.{} NULLS FIRST", text.empty() ? "ORDER BY " : ", ", name);
        return text;
    }

    Status counted(const TableStep& step) {
        if (step.kind == TableStep::Kind::Limit)
            view(step, fmt::format("SELECT * FROM {} e\n{}\nLIMIT {}", step.inputs[0].step,
                                   orderBy(step), step.count));
        else
            view(step,
                 fmt::format("SELECT * FROM {} e\nQUALIFY (row_number() OVER ({}) - 1) % {} = 0",
                             step.inputs[0].step, orderBy(step), step.count));
        return {};
    }

    Status group(const TableStep& step) {
        std::string keys, by, guard, input = step.inputs[0].step;
        FB_TRY(addGuards(step, guard));
        for (const ExprPtr& key : step.keys) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *key));
            keys += (keys.empty() ? "" : ", ") + text;
        }
        if (step.windowBySize) {
            // Windows of so many rows of each group, in the order of rows.
            input = fmt::format(
                "(SELECT *, (row_number() OVER ({}{} {}) - 1) // {} AS _window FROM {} e{}{})",
                keys.empty() ? "" : "PARTITION BY ", keys, orderBy(inputOf(step)),
                step.windowAmount, input, guard.empty() ? "" : " WHERE ", guard);
            guard.clear();
            by = "e._window";
        } else {
            by = fmt::format("e._time // {}", step.windowAmount);
        }
        by = keys.empty() ? by : keys + ", " + by;
        FB_TRY_ASSIGN(const std::string fields, fieldsOf(step, true));
        std::string body = fmt::format("SELECT{}\nFROM {} e{}{}\nGROUP BY {}", fields, input,
                                       guard.empty() ? "" : "\nWHERE ", guard, by);
        FB_TRY_ASSIGN(body, withHaving(step, std::move(body)));
        view(step, body);
        return {};
    }

    Status sink(const TableStep& step) {
        std::string hidden;
        for (const std::string& name : ordinalsOf(step))
            hidden += (hidden.empty() ? "" : ", ") + sqlText(name);
        for (const std::string& name : textColumnsOf(m_plan, step))
            hidden += (hidden.empty() ? "" : ", ") + sqlText(name);
        if (step.timed)
            hidden += (hidden.empty() ? "" : ", ") + std::string("'_time'");
        const std::string columns =
            hidden.empty() ? "*" : fmt::format("COLUMNS(lambda c: c NOT IN ({}))", hidden);
        m_out += fmt::format(
            "\n-- {}\nCOPY (\n    SELECT {} FROM {} e{}\n) TO (getvariable('{}')) ({});\n",
            step.comment, columns, step.inputs[0].step,
            step.ordinals > 0 ? " " + orderBy(step) : "", variableOf(step),
            step.format == "csv" ? "FORMAT csv, HEADER" : "FORMAT json");
        return {};
    }

    const ExportedGraph& m_exported;
    const TablePlan& m_plan;
    std::string m_out;
};

} // namespace

ExportTarget duckdbSqlTarget() {
    return {"duckdb-sql",
            "DuckDB SQL script",
            ".sql",
            "One script of named steps for DuckDB.",
            false,
            false,
            [](const ExportRequest& request) -> Result<std::string> {
                const ExportedGraph exported(request);
                FB_TRY_ASSIGN(const TablePlan plan, tablePlanOf(exported, kTarget));
                return SqlWriter(exported, plan).write();
            }};
}

} // namespace fuseboard
