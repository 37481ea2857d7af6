-- SPDX-License-Identifier: Apache-2.0
-- Bids with the number of their channel: four channels have fixed ones, others name theirs in the
-- page. Bids without a number are left out. Equal: the same rows. An expression that does not match
-- gives null in the pipeline and in the original, an empty text in DuckDB.
SELECT
    auction,
    bidder,
    price,
    channel,
    CASE
        WHEN lower(channel) = 'apple' THEN '0'
        WHEN lower(channel) = 'google' THEN '1'
        WHEN lower(channel) = 'facebook' THEN '2'
        WHEN lower(channel) = 'baidu' THEN '3'
        ELSE regexp_extract(url, '(&|^)channel_id=([^&]*)', 2)
    END AS channel_id
FROM bid
WHERE regexp_matches(url, '(&|^)channel_id=([^&]*)') OR lower(channel) IN ('apple', 'google', 'facebook', 'baidu');
