-- SPDX-License-Identifier: Apache-2.0
-- How many numbers of the outputs were no finite ones and were written as null.

ALTER TABLE runs ADD COLUMN non_finite INTEGER NOT NULL DEFAULT 0;
