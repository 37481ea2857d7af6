-- SPDX-License-Identifier: Apache-2.0
-- Interleaved runs of two plans, and the user's settings.

CREATE TABLE comparisons (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    created_ns       INTEGER NOT NULL,
    finished_ns      INTEGER NOT NULL, -- 0 while it is not finished
    pipeline_name    TEXT NOT NULL,
    pipeline_hash    TEXT NOT NULL,
    identical        INTEGER,
    identical_reason TEXT NOT NULL,
    speedup          REAL,
    ci_low           REAL,
    ci_high          REAL,
    verdict          TEXT NOT NULL CHECK (verdict IN ('none', 'faster', 'slower', 'cannot tell')),
    repetitions      INTEGER NOT NULL,
    warmups          INTEGER NOT NULL
) STRICT;
CREATE INDEX comparisons_by_creation ON comparisons (created_ns);

ALTER TABLE runs ADD COLUMN comparison_id INTEGER REFERENCES comparisons (id) ON DELETE SET NULL;
ALTER TABLE runs ADD COLUMN repetition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN warmup INTEGER NOT NULL DEFAULT 0;
CREATE INDEX runs_by_comparison ON runs (comparison_id) WHERE comparison_id IS NOT NULL;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
