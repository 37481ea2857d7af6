#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs exported scripts in DuckDB and Polars and compares their rows with the engine's.

Usage: build/peers/bin/python tests/peers/export_test.py build/release/bin/fuseboard-cli [TEMPLATE...]

Rows are compared as multisets: fields that are null count as missing, numbers agree within a relative
1e-9. Both the graph as drawn and the optimised one are exported.
"""

import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from row_agreement import difference, rows_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
CLI = "fuseboard-cli"
TEMPLATES = {
    # name: shape, format, rows, output ports
    "filter-and-route": ("nested", "ndjson", 5000, ["out", "large"]),
    "log-lines": ("logs", "lines", 20000, ["out"]),
    "orders-by-key": ("orders", "ndjson", 20000, ["out", "express"]),
}


# A pipeline in which null and missing decide: rows, and what it does with them. Its input is written
# by nulls_data().
NULLS = """
create stream kept;
select event from in where event.kind != "skip" or event.kind == null into kept;
select {
  "id": event.id,
  "kind": event.kind,
  "inner": event.inner.value,
  "has": present event.note,
  "text": "#{event.kind}",
  "size": match event.size of case 1 => "one" case null => "none" case _ => event.kind end,
  "is": event.kind == "a" and event.size == 1
} from kept into out;
"""


def nulls_data():
    """Every combination of a value, null and no field at all."""
    choices = {
        "kind": ['"a"', '"skip"', "null", None],
        "inner": ['{"value":1}', '{"value":null}', "{}", "null", None],
        "note": ['"n"', "null", None],
        "size": ["1", "2", "null", None],
    }
    rows = []
    for number, values in enumerate(itertools.product(*choices.values())):
        fields = [f'"{name}":{value}' for name, value in zip(choices, values) if value is not None]
        rows.append("{" + ",".join([f'"id":{number}', *fields]) + "}")
    return "\n".join(rows) + "\n"


# Null group keys make groups, missing ones fail; the same for fields of exploded elements.
EXPLODED = {
    "fuseboard": 1,
    "name": "exploded",
    "properties": {"event_order": "natural", "at_end": "flush", "on_error": "to_err", "clock": "index"},
    "inputs": [{"name": "in"}],
    "outputs": [{"name": "out"}, {"name": "groups"}],
    "nodes": [
        {"id": "explode/1", "operator": "explode", "config": {"array": {"expression": "event.items"}, "as": "item"}},
        {
            "id": "select/1",
            "operator": "select",
            "config": {"target": {"expression": '{"id": event.id, "sku": event.item.sku, "dest": event.dest}'}},
        },
        {
            "id": "select/2",
            "operator": "select",
            "config": {
                "target": {"windowed": ['{"sku": group[0], "dest": group[1], "rows": aggr::stats::count()}']},
                "group_by": {"group_by": "set(event.item.sku, event.dest)"},
                "windows": {"windows": [{"name": "w", "interval_ns": 1000000, "aligned": True}]},
            },
        },
    ],
    "edges": [
        {"from_input": "in", "to": "explode/1"},
        {"from": "explode/1", "to": "select/1"},
        {"from": "explode/1", "to": "select/2"},
        {"from": "select/1", "to_output": "out"},
        {"from": "select/2", "to_output": "groups"},
    ],
}
EXPLODED_DATA = """{"id":1,"items":[{"sku":"a"},{"sku":null},{"n":1}],"dest":"x"}
{"id":2,"items":[{"sku":"a"},{"sku":"b"}],"dest":null}
{"id":3,"items":[{"sku":"a"}]}
{"id":4,"items":[],"dest":"x"}
{"id":5,"items":[{"sku":null},{"sku":null}],"dest":"x"}
"""


def cli(*arguments):
    done = subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"fuseboard-cli {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def run_duckdb(script, paths):
    import duckdb

    for name, path in paths.items():
        script, count = re.subn(
            rf"^SET VARIABLE {name}_path = .*;$", lambda _: f"SET VARIABLE {name}_path = '{path}';", script, flags=re.M
        )
        assert count == 1, name
    duckdb.connect().execute(script)


def run_polars(script, paths):
    for name, path in paths.items():
        script, count = re.subn(rf"^{name}_path = .*$", lambda _: f"{name}_path = {str(path)!r}", script, flags=re.M)
        assert count == 1, name
    exec(compile(script, "exported.py", "exec"), {"__name__": "__main__"})


class ExportTest(unittest.TestCase):
    chosen = list(TEMPLATES)

    def compare(self, expected, actual, what, nulls=False):
        self.assertGreater(len(expected), 0, f"{what}: the template gives no rows")
        self.assertIsNone(difference(expected, actual, nulls), what)

    def check(self, name, pipeline, data, form, ports, folder, nulls=False):
        outputs = [argument for port in ports for argument in ("--out", f"{port}={folder / port}.engine")]
        cli("run", pipeline, "--in", data, "--format", form, "--plan", "naive", *outputs)
        for graph in ("naive", "optimized"):
            for target, runner in (("duckdb-sql", run_duckdb), ("polars", run_polars)):
                what = f"{name}, {graph}, {target}"
                with self.subTest(what):
                    script = cli("export", pipeline, "--to", target, "--graph", graph)
                    results = {port: folder / f"{port}.{graph}.{target}" for port in ports}
                    runner(script, {"source_in": data, **{f"output_{port}": path for port, path in results.items()}})
                    for port, path in results.items():
                        self.compare(rows_of(folder / f"{port}.engine"), rows_of(path), f"{what}, port {port}", nulls)

    def template(self, name, folder):
        shape, form, rows, ports = TEMPLATES[name]
        data = folder / f"{name}.data"
        cli("generate", shape, "--rows", rows, "--seed", 7, "--format", form, "-o", data)
        return SAMPLES / f"{name}.fuse.json", data, form, ports

    def test_null_and_missing_differ(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            pipeline, data = folder / "nulls.trickle", folder / "nulls.ndjson"
            pipeline.write_text(NULLS)
            data.write_text(nulls_data())
            self.check("nulls", pipeline, data, "ndjson", ["out"], folder, nulls=True)

    def test_null_keys_and_elements(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            pipeline, data = folder / "exploded.fuse.json", folder / "exploded.ndjson"
            pipeline.write_text(json.dumps(EXPLODED))
            data.write_text(EXPLODED_DATA)
            self.check("exploded", pipeline, data, "ndjson", ["out", "groups"], folder, nulls=True)

    def test_orders_with_nulls(self):
        """Some carriers, countries and orders are null, some are missing."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            pipeline, data, form, ports = self.template("orders-by-key", folder)
            lines = data.read_text().splitlines()
            for number, key in ((3, "country"), (5, "order_id"), (7, "carrier")):
                for at in range(number, len(lines), number * 7):
                    row = json.loads(lines[at])
                    if at % 2:
                        row[key] = None
                    else:
                        row.pop(key, None)
                    lines[at] = json.dumps(row)
            data.write_text("\n".join(lines) + "\n")
            self.check("orders with nulls", pipeline, data, form, ports, folder, nulls=True)

    def test_templates(self):
        for template in self.chosen:
            with tempfile.TemporaryDirectory() as folder:
                self.check(template, *self.template(template, pathlib.Path(folder)), pathlib.Path(folder))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    CLI = sys.argv[1]
    if len(sys.argv) > 2:
        ExportTest.chosen = sys.argv[2:]
    unittest.main(argv=sys.argv[:1])
