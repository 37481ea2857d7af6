# SPDX-License-Identifier: Apache-2.0
"""The input of the workload columns: read from CSV with declared types, or put into memory first."""

NAMES = ["l_orderkey", "l_partkey", "l_suppkey", "l_linenumber", "l_quantity", "l_extendedprice",
         "l_discount", "l_tax", "l_returnflag", "l_linestatus", "l_shipdate", "l_shipmode"]
DOUBLES = {"l_extendedprice", "l_discount", "l_tax"}
TEXTS = {"l_returnflag", "l_linestatus", "l_shipmode"}


def duckdb_source(files):
    """What stands behind FROM."""
    if hasattr(files, "table"):
        return files.table

    def kind(name):
        if name == "l_shipdate":
            return "DATE"
        return "DOUBLE" if name in DOUBLES else "VARCHAR" if name in TEXTS else "INTEGER"

    columns = ", ".join(f"{name}: '{kind(name)}'" for name in NAMES)
    return (f"read_csv('{files.input}', header = true, auto_detect = false, delim = ',', "
            f"columns = {{{columns}}})")


def duckdb_load(connection, files):
    connection.execute(f"CREATE TABLE lineitem AS SELECT * FROM {duckdb_source(files)}")
    files.table = "lineitem"


def polars_source(pl, files):
    """A lazy frame."""
    if hasattr(files, "frame"):
        return files.frame.lazy()

    def kind(name):
        if name == "l_shipdate":
            return pl.Date
        return pl.Float64 if name in DOUBLES else pl.String if name in TEXTS else pl.Int32

    return pl.scan_csv(files.input, schema={name: kind(name) for name in NAMES})


def polars_load(pl, files):
    files.frame = polars_source(pl, files).collect()
