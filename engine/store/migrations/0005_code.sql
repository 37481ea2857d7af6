-- SPDX-License-Identifier: Apache-2.0
-- How each stage ran, and the machine code that a run had made for its stages.

ALTER TABLE stages ADD COLUMN exec TEXT NOT NULL DEFAULT ''; -- 'compiled', 'interpreted' or ''
ALTER TABLE stages ADD COLUMN exec_reason TEXT NOT NULL DEFAULT ''; -- why it was interpreted

CREATE TABLE code (
    run_id  INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, -- keeps the order
    stage   INTEGER NOT NULL,
    form    TEXT NOT NULL, -- of the rows: 'columns' or 'rows'
    tier    TEXT NOT NULL,
    probe   INTEGER NOT NULL, -- 1: the variant that tells what each member costs
    seconds REAL NOT NULL,
    reused  INTEGER NOT NULL, -- 1: it had been made before
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;
