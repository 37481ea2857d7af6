# SPDX-License-Identifier: Apache-2.0
"""Workload columns, TPC-H query 6: one sum over what five comparisons leave."""

from datetime import date

import lineitem
from lineitem import duckdb_load, polars_load  # noqa: F401 (found here by peer.py)


def duckdb(connection, files):
    connection.execute(f"""
        COPY (
            SELECT sum(l_extendedprice * l_discount) AS revenue
            FROM {lineitem.duckdb_source(files)}
            WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
              AND l_discount >= 0.05e0 AND l_discount <= 0.07e0 AND l_quantity < 24
        ) TO '{files.output}' (FORMAT json)
    """)


def polars(pl, files):
    day, discount = pl.col("l_shipdate"), pl.col("l_discount")
    (
        lineitem.polars_source(pl, files)
        .filter((day >= date(1994, 1, 1)) & (day < date(1995, 1, 1)) & (discount >= 0.05)
                & (discount <= 0.07) & (pl.col("l_quantity") < 24))
        .select((pl.col("l_extendedprice") * discount).sum().alias("revenue"))
        .sink_ndjson(files.output)
    )
