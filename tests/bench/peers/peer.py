# SPDX-License-Identifier: Apache-2.0
"""Runs one workload in DuckDB or Polars and says on standard error how long the query took.

Usage: peer.py duckdb|polars MODULE file|memory THREADS OUTPUT INPUT...

The module MODULE.py holds the query, a function a system. What is reported begins when the system
is imported and connected, and ends when the output is written: start-up does not count. With
`memory`, its functions `duckdb_load` or `polars_load` put the input into memory before that.
"""

import importlib
import json
import os
import sys
import time
from types import SimpleNamespace


def systems():
    return {"duckdb": connect_duckdb, "polars": import_polars}


def connect_duckdb(threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    return connection


def import_polars(threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    assert polars.thread_pool_size() == threads
    return polars


def main():
    system, name, place, threads, output, *inputs = sys.argv[1:]
    engine = systems()[system](int(threads))
    module = importlib.import_module(name)
    files = SimpleNamespace(input=inputs[0], inputs=inputs, output=output)
    if place == "memory":
        getattr(module, system + "_load")(engine, files)
    started = time.perf_counter()
    getattr(module, system)(engine, files)
    print(json.dumps({"seconds": time.perf_counter() - started}), file=sys.stderr)


if __name__ == "__main__":
    main()
