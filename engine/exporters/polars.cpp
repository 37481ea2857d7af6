// SPDX-License-Identifier: Apache-2.0
// A graph as one Python script over Polars' lazy frames: a name for each step, a file for each
// output.
#include "engine/exporters/polars_text.h"
#include "engine/exporters/relational_plan.h"
#include "engine/exporters/table_expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::string_view kTarget = "a Polars script";

constexpr std::string_view kAbout =
    R"(Each frame is one step and names the node that it comes from. A row for which a value cannot be
computed is dropped, as the pipeline drops failed rows. A field that is null is a value, a missing one
is not: _raw, the text of the input row, tells them apart. Where the pipeline writes a record without a
field, this script writes the field as null. Rows are taken to follow the schema that is pinned to an
input.
)";

constexpr std::string_view kHas = R"(
def has(*path):
    """Whether the input row has the field at this path, be it null."""
    places = [part for part in path if isinstance(part, pl.Expr)]

    def test(row):
        text, *indexes = row.values()
        if text is None:
            return False
        value = json.loads(text)
        for part in path:
            part = indexes.pop(0) if isinstance(part, pl.Expr) else part
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return False
        return True

    return pl.struct("_raw", *places).map_elements(test, return_dtype=pl.Boolean)


)";

class PolarsWriter {
public:
    PolarsWriter(const ExportedGraph& exported, const TablePlan& plan)
        : m_exported(exported), m_plan(plan) {}

    Result<std::string> write() {
        std::string parameters, body;
        for (const TableStep& step : m_plan.steps) {
            if (step.kind == TableStep::Kind::Source || step.kind == TableStep::Kind::Sink)
                parameters += fmt::format("{}_path = {}\n", step.name, pythonText(step.path));
            FB_TRY_ASSIGN(const std::string text, write(step));
            body += fmt::format("\n# {}\n{}", step.comment, text);
        }
        return fmt::format(
                   "\"\"\"Pipeline {} ({}).\n\nPlan {}\n\n{}\"\"\"\n\n{}import polars as pl\n\n{}"
                   "# Parameters: where data comes from and goes to.\n",
                   m_exported.graph().name(), m_exported.kind(), m_exported.planHash(), kAbout,
                   m_plan.raw ? "import json\n\n" : "", m_plan.raw ? kHas : std::string_view()) +
               parameters + body;
    }

private:
    const TableStep& inputOf(const TableStep& step, std::size_t i = 0) const {
        return *std::find_if(m_plan.steps.begin(), m_plan.steps.end(), [&](const TableStep& other) {
            return other.name == step.inputs[i].step;
        });
    }

    std::string carried(const TableStep& step) const {
        std::string text;
        for (int i = 0; i < step.ordinals; ++i)
            text += fmt::format("    \"_o{}\",\n", i);
        for (const std::string& name : textColumnsOf(m_plan, step))
            text += fmt::format("    \"{}\",\n", name);
        return text + (step.timed ? "    \"_time\",\n" : "");
    }

    Result<std::string> translate(const TableStep& step, const Expr& expr, bool aggregates = false,
                                  bool afterwards = false) const {
        TableScope scope;
        scope.scalar = afterwards ? step.scalar : step.inputScalar;
        scope.keys = step.keys;
        scope.windowName = step.windowName;
        scope.aggregates = aggregates;
        scope.presence = afterwards ? step.resultPresence : step.presence;
        auto text = polarsExpression(expr, scope);
        if (!text)
            return fail(refusal(m_exported.graph().node(step.node), kTarget, text.error().message));
        return text;
    }

    Result<std::string> write(const TableStep& step) const {
        switch (step.kind) {
        case TableStep::Kind::Source: return source(step);
        case TableStep::Kind::Merge: return merge(step);
        case TableStep::Kind::Filter: return filter(step);
        case TableStep::Kind::Map: return map(step);
        case TableStep::Kind::Explode: return explode(step);
        case TableStep::Kind::Limit:
            return fmt::format("{} = {}.head({})\n", step.name, step.inputs[0].step, step.count);
        case TableStep::Kind::Sample:
            return fmt::format("{} = {}.gather_every({})\n", step.name, step.inputs[0].step,
                               step.count);
        case TableStep::Kind::Group: return group(step);
        case TableStep::Kind::Sink: break;
        }
        return sink(step);
    }

    Result<std::string> source(const TableStep& step) const {
        const std::string path = step.name + "_path";
        std::string text;
        if (step.format == "lines")
            text = fmt::format(
                "{} = (\n    pl.scan_lines({}, name=\"event\")\n    .filter(pl.col(\"event\") != "
                "\"\")\n)\n",
                step.name, path);
        else if (step.format == "csv")
            text =
                fmt::format("{} = pl.scan_csv({}, infer_schema_length=None, ignore_errors=True)\n",
                            step.name, path);
        else
            text = fmt::format(
                "{} = pl.scan_ndjson({}, infer_schema_length=None, ignore_errors=True)\n",
                step.name, path);
        if (m_plan.raw && step.raw)
            text += fmt::format("{0} = pl.concat(\n    [\n        {0},\n        pl.scan_lines({1}, "
                                "name=\"_raw\").filter(pl.col(\"_raw\").str.strip_chars() != "
                                "\"\"),\n    ],\n    how=\"horizontal\",\n)\n",
                                step.name, path);
        if (m_plan.ordered)
            text += fmt::format("{0} = {0}.with_row_index(\"_o0\")\n", step.name);
        if (!m_plan.timed)
            return text;
        std::string time = "pl.int_range(pl.len())";
        if (m_plan.time != nullptr) {
            TableScope scope;
            scope.scalar = step.scalar;
            auto clock = polarsExpression(*m_plan.time, scope);
            if (!clock)
                return fail(ErrorCode::Unsupported,
                            fmt::format("the clock cannot be written as {}: {}", kTarget,
                                        clock.error().message));
            time = fmt::format("({} * {})", *clock, m_plan.timeUnitNs);
        }
        // Event time never runs back: it is the greatest time seen so far.
        return text +
               fmt::format("{0} = {0}.filter({1}.is_not_null()).with_columns({1}.cum_max().alias("
                           "\"_time\"))\n",
                           step.name, time);
    }

    Result<std::string> merge(const TableStep& step) const {
        std::string text = fmt::format("{} = pl.concat(\n    [\n", step.name);
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            const auto& input = step.inputs[i];
            text += "        " + input.step;
            if (input.branch >= 0)
                text += fmt::format(".with_columns(pl.lit({}).alias(\"_o{}\"))", input.branch,
                                    inputOf(step, i).ordinals);
            text += ",\n";
        }
        text += "    ],\n    how=\"diagonal_relaxed\",\n)\n";
        if (step.ordinals > 0) {
            std::string order;
            for (int i = 0; i < step.ordinals; ++i)
                order += fmt::format("{}\"_o{}\"", order.empty() ? "" : ", ", i);
            text += fmt::format("{0} = {0}.sort({1}, nulls_last=False, maintain_order=True)\n",
                                step.name, order);
        }
        return text;
    }

    Result<std::string> filter(const TableStep& step) const {
        std::string text = fmt::format("{} = {}", step.name, step.inputs[0].step);
        for (const auto& [condition, wanted] : step.conditions) {
            FB_TRY_ASSIGN(const std::string one, translate(step, *condition));
            text += fmt::format(".filter({}{})", wanted ? "" : "~", one);
        }
        for (const ExprPtr& guard : step.guards) {
            FB_TRY_ASSIGN(const std::string one, translate(step, *guard));
            text += fmt::format(".filter({})", one);
        }
        return text + "\n";
    }

    // One filter a guard; what stands there already is not said again.
    Result<std::string> guardsOf(const TableStep& step) const {
        std::string text;
        for (const ExprPtr& guard : step.guards) {
            FB_TRY_ASSIGN(const std::string one, translate(step, *guard));
            const std::string line = fmt::format("    .filter({})\n", one);
            if (text.find(line) == std::string::npos)
                text += line;
        }
        return text;
    }

    Result<std::string> map(const TableStep& step) const {
        std::string fields;
        for (const auto& [name, tree] : step.fields) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *tree));
            fields += fmt::format("        {}.alias({}),\n", text, pythonText(name));
        }
        FB_TRY_ASSIGN(std::string body, guardsOf(step));
        if (!step.keepsOthers) {
            std::string rest = carried(step);
            for (std::size_t at = 0; (at = rest.find("    \"", at)) != std::string::npos; at += 9)
                rest.insert(at, "    ");
            body += "    .select(\n" + fields + rest + "    )\n";
        } else if (!fields.empty()) {
            body += "    .with_columns(\n" + fields + "    )\n";
        }
        if (!step.erased.empty()) {
            std::string names;
            for (const std::string& name : step.erased)
                names += (names.empty() ? "" : ", ") + pythonText(name);
            body += fmt::format("    .drop({}, strict=False)\n", names);
        }
        FB_TRY(addHaving(step, body));
        return fmt::format("{} = (\n    {}\n{})\n", step.name, step.inputs[0].step, body);
    }

    Status addHaving(const TableStep& step, std::string& body) const {
        if (step.having == nullptr)
            return {};
        FB_TRY_ASSIGN(const std::string having, translate(step, *step.having, false, true));
        body += fmt::format("    .filter({})\n", having);
        return {};
    }

    Result<std::string> explode(const TableStep& step) const {
        FB_TRY_ASSIGN(const std::string array, translate(step, *step.array));
        const std::string column = step.as.empty() ? "_element" : step.as;
        std::string columns = pythonText(column);
        std::string text = fmt::format("{} = (\n    {}\n    .filter({}.list.len() > 0)\n",
                                       step.name, step.inputs[0].step, array);
        text += fmt::format("    .with_columns({}.alias({})", array, pythonText(column));
        if (step.ordinals > 0) {
            const std::string ordinal = fmt::format("\"_o{}\"", step.ordinals - 1);
            text += fmt::format(", pl.int_ranges({}.list.len()).alias({})", array, ordinal);
            columns += ", " + ordinal;
        }
        if (m_plan.raw && step.raw) {
            const std::string place = fmt::format("\"_x{}\"", step.place);
            text += fmt::format(", pl.int_ranges({}.list.len()).alias({})", array, place);
            columns += ", " + place;
        }
        text += fmt::format(")\n    .explode({})\n", columns);
        if (!step.as.empty())
            return text + ")\n";
        // The element, a record, becomes the event.
        std::string kept = "\"_element\"";
        for (int i = 0; i < step.ordinals; ++i)
            kept += fmt::format(", \"_o{}\"", i);
        for (const std::string& name : textColumnsOf(m_plan, step))
            kept += fmt::format(", \"{}\"", name);
        kept += step.timed ? ", \"_time\"" : "";
        return text + fmt::format("    .select({})\n    .unnest(\"_element\")\n)\n", kept);
    }

    Result<std::string> group(const TableStep& step) const {
        FB_TRY_ASSIGN(const std::string guard, guardsOf(step));
        std::string keys, names, fields;
        for (std::size_t i = 0; i < step.keys.size(); ++i) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *step.keys[i]));
            keys += fmt::format("{}.alias(\"_key{}\"), ", text, i);
            names += fmt::format("\"_key{}\", ", i);
        }
        for (const auto& [name, tree] : step.fields) {
            FB_TRY_ASSIGN(const std::string text, translate(step, *tree, true));
            fields += fmt::format("        {}.alias({}),\n", text, pythonText("_f_" + name));
        }
        std::string window = fmt::format("(pl.col(\"_time\") // {})", step.windowAmount);
        if (step.windowBySize) // windows of so many rows of each group, in the order of rows
            window = step.keys.empty()
                         ? fmt::format("(pl.int_range(pl.len()) // {})", step.windowAmount)
                         : fmt::format("(pl.int_range(pl.len()).over({}) // {})",
                                       names.substr(0, names.size() - 2), step.windowAmount);
        std::string text = fmt::format("{} = (\n    {}\n{}", step.name, step.inputs[0].step, guard);
        if (!keys.empty())
            text += fmt::format("    .with_columns({})\n", keys.substr(0, keys.size() - 2));
        text += fmt::format("    .with_columns({}.alias(\"_window\"))\n", window);
        text +=
            fmt::format("    .group_by({}\"_window\", maintain_order=True)\n    .agg(\n{}    )\n",
                        names, fields);
        text += fmt::format("    .select({})\n", selected(step));
        FB_TRY(addHaving(step, text));
        return text + ")\n";
    }

    // A field may be named like a key, so aggregates get names of their own first.
    static std::string selected(const TableStep& step) {
        std::string text;
        for (const auto& [name, tree] : step.fields)
            text += fmt::format("{}pl.col({}).alias({})", text.empty() ? "" : ", ",
                                pythonText("_f_" + name), pythonText(name));
        return text;
    }

    Result<std::string> sink(const TableStep& step) const {
        std::string hidden;
        for (int i = 0; i < step.ordinals; ++i)
            hidden += fmt::format("{}\"_o{}\"", hidden.empty() ? "" : ", ", i);
        for (const std::string& name : textColumnsOf(m_plan, step))
            hidden += fmt::format("{}\"{}\"", hidden.empty() ? "" : ", ", name);
        if (step.timed)
            hidden += hidden.empty() ? "\"_time\"" : ", \"_time\"";
        const std::string frame = hidden.empty()
                                      ? step.inputs[0].step
                                      : fmt::format("{}.drop({})", step.inputs[0].step, hidden);
        return fmt::format("{}.collect().{}({}_path)\n", frame,
                           step.format == "csv" ? "write_csv" : "write_ndjson", step.name);
    }

    const ExportedGraph& m_exported;
    const TablePlan& m_plan;
};

} // namespace

ExportTarget polarsTarget() {
    return {"polars",
            "Polars script",
            ".py",
            "One Python script of lazy frames for Polars.",
            false,
            false,
            [](const ExportRequest& request) -> Result<std::string> {
                const ExportedGraph exported(request);
                FB_TRY_ASSIGN(const TablePlan plan, tablePlanOf(exported, kTarget));
                return PolarsWriter(exported, plan).write();
            }};
}

} // namespace fuseboard
