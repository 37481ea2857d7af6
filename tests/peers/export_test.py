#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs exported scripts in DuckDB and Polars and compares their rows with the engine's.

Usage: build/peers/bin/python tests/peers/export_test.py build/release/bin/fuseboard-cli [TEMPLATE...]

Rows are compared as multisets: fields that are null count as missing, numbers agree within a relative
1e-9. Both the graph as drawn and the optimised one are exported.
"""

import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
CLI = "fuseboard-cli"
TEMPLATES = {
    # name: shape, format, rows, output ports
    "filter-and-route": ("nested", "ndjson", 5000, ["out", "large"]),
    "log-lines": ("logs", "lines", 20000, ["out"]),
    "orders-by-key": ("orders", "ndjson", 20000, ["out", "express"]),
}


def cli(*arguments):
    done = subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"fuseboard-cli {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def rows_of(path):
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plain(value):
    """Without nulls, keys sorted; numbers as floats, so that 13 and 13.0 agree."""
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value) if value[key] is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def rough(value):
    """A key under which rows that agree within the tolerance sort alike."""
    if isinstance(value, dict):
        return tuple((key, rough(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(rough(item) for item in value)
    if isinstance(value, float):
        return f"{value:.6e}"
    return str(value)


def agree(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(agree(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(agree, left, right))
    return left == right


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

    def compare(self, expected, actual, what):
        expected = sorted(map(plain, expected), key=rough)
        actual = sorted(map(plain, actual), key=rough)
        self.assertEqual(len(expected), len(actual), f"{what}: number of rows")
        self.assertGreater(len(expected), 0, f"{what}: the template gives no rows")
        for left, right in zip(expected, actual):
            self.assertTrue(agree(left, right), f"{what}:\n  engine {left}\n  script {right}")

    def check(self, template, folder):
        shape, form, rows, ports = TEMPLATES[template]
        pipeline = SAMPLES / f"{template}.fuse.json"
        data = folder / f"{template}.data"
        cli("generate", shape, "--rows", rows, "--seed", 7, "--format", form, "-o", data)
        outputs = [argument for port in ports for argument in ("--out", f"{port}={folder / port}.engine")]
        cli("run", pipeline, "--in", data, "--format", form, "--plan", "naive", *outputs)
        for graph in ("naive", "optimized"):
            for target, runner in (("duckdb-sql", run_duckdb), ("polars", run_polars)):
                what = f"{template}, {graph}, {target}"
                with self.subTest(what):
                    script = cli("export", pipeline, "--to", target, "--graph", graph)
                    results = {port: folder / f"{port}.{graph}.{target}" for port in ports}
                    runner(script, {"source_in": data, **{f"output_{port}": path for port, path in results.items()}})
                    for port, path in results.items():
                        self.compare(rows_of(folder / f"{port}.engine"), rows_of(path), f"{what}, port {port}")

    def test_templates(self):
        for template in self.chosen:
            with tempfile.TemporaryDirectory() as folder:
                self.check(template, pathlib.Path(folder))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    CLI = sys.argv[1]
    if len(sys.argv) > 2:
        ExportTest.chosen = sys.argv[2:]
    unittest.main(argv=sys.argv[:1])
