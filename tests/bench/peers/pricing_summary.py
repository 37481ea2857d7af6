# SPDX-License-Identifier: Apache-2.0
"""Workload columns, TPC-H query 1: sums and means by return flag and line status."""

from datetime import date

import lineitem
from lineitem import duckdb_load, polars_load  # noqa: F401 (found here by peer.py)


def duckdb(connection, files):
    connection.execute(f"""
        COPY (
            SELECT l_returnflag, l_linestatus,
                   sum(l_quantity) AS sum_qty,
                   sum(l_extendedprice) AS sum_base_price,
                   sum(l_extendedprice * (1 - l_discount)) AS sum_disc_price,
                   sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS sum_charge,
                   avg(l_quantity) AS avg_qty,
                   avg(l_extendedprice) AS avg_price,
                   avg(l_discount) AS avg_disc,
                   count(*) AS count_order
            FROM {lineitem.duckdb_source(files)}
            WHERE l_shipdate <= DATE '1998-09-02'
            GROUP BY l_returnflag, l_linestatus
        ) TO '{files.output}' (FORMAT json)
    """)


def polars(pl, files):
    price, discount = pl.col("l_extendedprice"), pl.col("l_discount")
    discounted = price * (1 - discount)
    (
        lineitem.polars_source(pl, files)
        .filter(pl.col("l_shipdate") <= date(1998, 9, 2))
        .group_by("l_returnflag", "l_linestatus")
        .agg(
            pl.col("l_quantity").sum().alias("sum_qty"),
            price.sum().alias("sum_base_price"),
            discounted.sum().alias("sum_disc_price"),
            (discounted * (1 + pl.col("l_tax"))).sum().alias("sum_charge"),
            pl.col("l_quantity").mean().alias("avg_qty"),
            price.mean().alias("avg_price"),
            discount.mean().alias("avg_disc"),
            pl.len().alias("count_order"),
        )
        .sink_ndjson(files.output)
    )
