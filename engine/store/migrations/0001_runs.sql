-- SPDX-License-Identifier: Apache-2.0
-- Runs and everything measured in them. Times are nanoseconds, wall times since 1970-01-01 UTC.

PRAGMA application_id = 1178759025;

CREATE TABLE machines (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    cpu          TEXT NOT NULL,
    cores        INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    os           TEXT NOT NULL,
    UNIQUE (name, cpu, cores, memory_bytes, os)
) STRICT;

CREATE TABLE plans (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: people note them down
    plan                TEXT NOT NULL CHECK (plan IN ('naive', 'optimized')),
    pipeline_name       TEXT NOT NULL,
    pipeline_hash       TEXT NOT NULL,
    plan_hash           TEXT REFERENCES plans (hash),
    input_name          TEXT NOT NULL,
    input_hash          TEXT NOT NULL,
    output_hash         TEXT,
    seed                INTEGER,
    exec                TEXT NOT NULL,
    threads             INTEGER NOT NULL,
    status              TEXT NOT NULL
                        CHECK (status IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
    started_ns          INTEGER NOT NULL,
    seconds             REAL NOT NULL,
    cpu_seconds         REAL NOT NULL,
    rows_in             INTEGER NOT NULL,
    rows_out            INTEGER NOT NULL,
    bytes_in            INTEGER NOT NULL,
    bytes_materialized  INTEGER NOT NULL,
    compile_seconds     REAL NOT NULL,
    peak_memory_bytes   INTEGER NOT NULL,
    rejected_rows       INTEGER NOT NULL,
    failed_rows         INTEGER NOT NULL,
    error_text          TEXT NOT NULL,
    settings            TEXT NOT NULL, -- JSON
    machine_id          INTEGER NOT NULL REFERENCES machines (id),
    build_version       TEXT NOT NULL,
    build_compiler      TEXT NOT NULL,
    owner_pid           INTEGER NOT NULL,
    owner_start_time    INTEGER NOT NULL,
    owner_boot_id       TEXT NOT NULL,
    owner_pid_namespace INTEGER NOT NULL,
    heartbeat_ns        INTEGER NOT NULL,
    tag                 TEXT NOT NULL,
    note                TEXT NOT NULL,
    measuring_overhead  REAL
) STRICT;
CREATE INDEX runs_by_pipeline ON runs (pipeline_hash, id);
CREATE INDEX runs_by_plan ON runs (plan_hash);
CREATE INDEX runs_running ON runs (id) WHERE status = 'running';

CREATE TABLE stages (
    run_id             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal            INTEGER NOT NULL,
    stage_id           TEXT NOT NULL,
    nodes              TEXT NOT NULL, -- JSON array of node ids
    label              TEXT NOT NULL,
    rows_in            INTEGER NOT NULL,
    rows_out           INTEGER NOT NULL,
    bytes_in           INTEGER NOT NULL,
    bytes_out          INTEGER NOT NULL,
    bytes_materialized INTEGER NOT NULL,
    busy_seconds       REAL NOT NULL,
    blocked_seconds    REAL NOT NULL,
    idle_seconds       REAL NOT NULL,
    cpu_seconds        REAL NOT NULL,
    batches            INTEGER NOT NULL,
    errors             INTEGER NOT NULL,
    max_queue_bytes    INTEGER NOT NULL,
    state_bytes        INTEGER NOT NULL,
    groups             INTEGER NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    run_id          INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal         INTEGER NOT NULL, -- keeps the order
    stage           INTEGER NOT NULL,
    node            TEXT NOT NULL,
    sampled_batches INTEGER NOT NULL,
    rows_in         INTEGER NOT NULL,
    rows_out        INTEGER NOT NULL,
    sampled_ns      INTEGER NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE edges (
    run_id     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    from_stage INTEGER, -- NULL: the pipeline's boundary
    to_stage   INTEGER,
    from_node  TEXT NOT NULL,
    from_port  TEXT NOT NULL,
    to_node    TEXT NOT NULL,
    to_port    TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;

-- One a stage and kind ('service', 'queue_wait'; owner is the stage's ordinal) and one a sink
-- ('latency'; owner is the sink's position).
CREATE TABLE histograms (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('service', 'queue_wait', 'latency')),
    owner  INTEGER NOT NULL,
    sink   TEXT NOT NULL DEFAULT '',
    counts BLOB NOT NULL, -- Histogram::serialize()
    PRIMARY KEY (run_id, kind, owner)
) STRICT, WITHOUT ROWID;

CREATE TABLE samples (
    run_id      INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    t_ns        INTEGER NOT NULL,
    stage       INTEGER NOT NULL,
    rows_in     INTEGER NOT NULL,
    rows_out    INTEGER NOT NULL,
    busy_ns     INTEGER NOT NULL,
    queue_bytes INTEGER NOT NULL,
    state_bytes INTEGER NOT NULL,
    PRIMARY KEY (run_id, t_ns, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE rewrites (
    run_id                      INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal                     INTEGER NOT NULL,
    pass                        TEXT NOT NULL,
    kind                        TEXT NOT NULL,
    applied                     INTEGER NOT NULL,
    reason                      TEXT NOT NULL,
    before                      TEXT NOT NULL, -- JSON arrays of node ids
    after                       TEXT NOT NULL,
    predicted_saving_ns_per_row REAL,
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;
