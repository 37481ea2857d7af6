-- SPDX-License-Identifier: Apache-2.0
-- How often a bidder bids in ten seconds. The original takes the time of processing, which no two
-- runs share; here it is the time of the events, in windows that end at whole ten seconds.
-- Equal: the same rows, one for each bidder and window that has bids, each when its window has
-- closed; the input must be in the order of its time, or late bids would count in later windows.
SELECT
    bidder,
    count(*) AS bid_count,
    dateTime - dateTime % 10000 AS starttime,
    dateTime - dateTime % 10000 + 10000 AS endtime
FROM bid
GROUP BY bidder, dateTime - dateTime % 10000;
