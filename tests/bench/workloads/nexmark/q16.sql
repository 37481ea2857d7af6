-- SPDX-License-Identifier: Apache-2.0
-- The figures of q15 by channel and day, with the minute of the last bid. The original takes the
-- greatest text of hour and minute; in one day that is the text of the greatest time, which both
-- sides make once a group here.
-- Equal: the same rows, the last update of each channel and day (see q15).
SELECT
    channel,
    strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d') AS day,
    strftime(make_timestamp(max(dateTime) * 1000), '%H:%M') AS minute,
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
GROUP BY channel, strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d');
