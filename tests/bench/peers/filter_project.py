# SPDX-License-Identifier: Apache-2.0
"""Workload filter-project: a filter on a nested number, then four fields, one of them computed."""


def duckdb(connection, files):
    # Only what the query needs is declared, so that nothing else is converted. `e0` makes the
    # constants doubles, as they are on the other sides; plain ones would be decimals.
    connection.execute(f"""
        COPY (
            SELECT id, device, reading.celsius AS celsius,
                   reading.celsius * 1.8e0 + 32.0e0 AS fahrenheit
            FROM read_ndjson('{files.input}', columns = {{
                id: 'UBIGINT', device: 'VARCHAR', reading: 'STRUCT(celsius DOUBLE)'}})
            WHERE reading.celsius > 20.0e0
        ) TO '{files.output}' (FORMAT json)
    """)


def polars(pl, files):
    celsius = pl.col("reading").struct.field("celsius")
    schema = {
        "id": pl.UInt64,
        "device": pl.String,
        "reading": pl.Struct({"celsius": pl.Float64}),
    }
    (
        pl.scan_ndjson(files.input, schema=schema)
        .filter(celsius > 20.0)
        .select("id", "device", celsius.alias("celsius"),
                (celsius * 1.8 + 32.0).alias("fahrenheit"))
        .sink_ndjson(files.output)
    )
