-- SPDX-License-Identifier: Apache-2.0
-- Members hold the rows and the time of the whole run. Before, they held those of the sampled
-- batches, which are scaled here by what their stage and its first member took in.
CREATE TEMPORARY TABLE member_scales AS
    SELECT m.run_id, m.stage, CAST(s.rows_in AS REAL) / m.rows_in AS scale, MIN(m.ordinal)
    FROM members AS m JOIN stages AS s ON s.run_id = m.run_id AND s.ordinal = m.stage
    WHERE m.rows_in > 0
    GROUP BY m.run_id, m.stage;
UPDATE members
    SET rows_in = CAST(members.rows_in * f.scale AS INTEGER),
        rows_out = CAST(members.rows_out * f.scale AS INTEGER),
        sampled_ns = CAST(members.sampled_ns * f.scale AS INTEGER)
    FROM member_scales AS f
    WHERE f.run_id = members.run_id AND f.stage = members.stage;
DROP TABLE member_scales;
