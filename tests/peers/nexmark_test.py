#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the Nexmark queries of tests/bench/workloads/nexmark and compares their rows with DuckDB's.

Usage: build/peers/bin/python tests/peers/nexmark_test.py build/release/bin/fuseboard-cli [QUERY...]

Each query runs in every way of running that the build has, as drawn and optimised, on events of a few
minutes, in which windows of seconds hold many bids, and of several days. The .sql file beside each
pipeline says what makes both sides equal.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from row_agreement import difference, rows_of

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "bench" / "peers"))
from nexmark.query import QUERIES, see_bids, statement  # noqa: E402

CLI = "fuseboard-cli"
EVENTS = {"minutes": 20, "days": 0.02}  # events a second
ROWS = 6000
EXECS = ("reference", "interpret", "compile")


def cli(*arguments):
    return subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True)


def duckdb_rows(query, events):
    import duckdb

    connection = duckdb.connect()
    see_bids(connection, events)
    result = connection.execute(statement(query))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


class NexmarkTest(unittest.TestCase):
    chosen = sorted(path.name.removesuffix(".fuse.json") for path in QUERIES.glob("q*.fuse.json"))

    def run_pipeline(self, query, events, way, plan, out):
        """False: the build has no such way of running."""
        done = cli(
            "run", QUERIES / f"{query}.fuse.json", "--in", events, "--exec", way, "--plan", plan,
            "--no-record", "--out", f"out={out}", "--out", f"err={out}.err",
        )  # fmt: skip
        if done.returncode != 0 and way == "compile" and "has no compiler" in done.stderr:
            return False
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(rows_of(pathlib.Path(f"{out}.err")), [], "rows that failed")
        return True

    def check(self, query, events, folder):
        expected = duckdb_rows(query, events)
        self.assertGreater(len(expected), 0, f"{query} gives no rows")
        for way in EXECS:
            for plan in ("naive", "optimized"):
                with self.subTest(query=query, events=events.stem, exec=way, plan=plan):
                    out = folder / f"{query}.{way}.{plan}.ndjson"
                    if self.run_pipeline(query, events, way, plan, out):
                        self.assertIsNone(difference(expected, rows_of(out), nulls=True))

    def test_queries(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for length, rate in EVENTS.items():
                events = folder / f"{length}.ndjson"
                made = cli("generate", "nexmark", "--rows", ROWS, "--seed", 7, "--rate", rate, "-o", events)
                self.assertEqual(made.returncode, 0, made.stderr)
                for query in self.chosen:
                    self.check(query, events, folder)

    def test_every_query_says_what_is_equal(self):
        for query in self.chosen:
            self.assertIn("Equal:", statement(query), query)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    CLI = sys.argv[1]
    if len(sys.argv) > 2:
        NexmarkTest.chosen = sys.argv[2:]
    unittest.main(argv=sys.argv[:1])
