-- SPDX-License-Identifier: Apache-2.0
-- Bids, bidders and auctions of a day by rank of price, the different ones counted exactly.
-- The original sends a row again with every bid, each replacing the one of the same day before it.
-- Equal: the same rows, one for each day: the last update, which is what is left when all bids are
-- in. The pipeline sends it when the day has closed: a day is a window, so that nothing is sent twice.
SELECT
    strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d') AS day,
    count(*) AS total_bids,
    count(*) FILTER (WHERE price < 10000) AS rank1_bids,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    count(DISTINCT bidder) AS total_bidders,
    count(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
    count(DISTINCT auction) AS total_auctions,
    count(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
FROM bid
GROUP BY strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d');
