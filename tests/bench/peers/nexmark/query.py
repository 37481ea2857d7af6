# SPDX-License-Identifier: Apache-2.0
"""The Nexmark queries in DuckDB: what stands beside the pipelines in tests/bench/workloads/nexmark."""

import pathlib

QUERIES = pathlib.Path(__file__).resolve().parents[2] / "workloads" / "nexmark"


def statement(name):
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8").rstrip().removesuffix(";")


def see_bids(connection, events):
    """Makes the view that all queries read."""
    connection.execute(f"SET VARIABLE events = '{events}'")
    connection.execute(statement("bid"))


def in_duckdb(module):
    """The function `duckdb` of a module that is named after its query."""
    name = module.rsplit(".", 1)[-1]

    def run(connection, files):
        see_bids(connection, files.input)
        connection.execute(f"COPY (\n{statement(name)}\n) TO '{files.output}' (FORMAT json)")

    return run
