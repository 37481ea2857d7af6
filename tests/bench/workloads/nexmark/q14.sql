-- SPDX-License-Identifier: Apache-2.0
-- Bids within a range of prices, with the time of day and the number of c's in the filler.
-- Equal: the same rows; prices within a relative 1e-9.
SELECT
    auction,
    bidder,
    0.908::DOUBLE * price AS price,
    CASE
        WHEN hour(make_timestamp(dateTime * 1000)) >= 8 AND hour(make_timestamp(dateTime * 1000)) <= 18 THEN 'dayTime'
        WHEN hour(make_timestamp(dateTime * 1000)) <= 6 OR hour(make_timestamp(dateTime * 1000)) >= 20 THEN 'nightTime'
        ELSE 'otherTime'
    END AS bidTimeType,
    dateTime,
    extra,
    length(extra) - length(replace(extra, 'c', '')) AS c_counts
FROM bid
WHERE 0.908::DOUBLE * price > 1000000 AND 0.908::DOUBLE * price < 50000000;
