-- SPDX-License-Identifier: Apache-2.0
-- Bids for an auction by day, with the least, greatest, mean and total price.
-- Equal: the same rows, the last update of each auction and day (see q15); prices, which are floats
-- in the pipeline, within a relative 1e-9. The original cuts the mean to a whole number; pipeline and
-- query keep its fraction.
SELECT
    auction,
    strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d') AS day,
    count(*) AS total_bids,
    count(*) FILTER (WHERE price < 10000) AS rank1_bids,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    min(price) AS min_price,
    max(price) AS max_price,
    avg(price) AS avg_price,
    sum(price)::DOUBLE AS sum_price
FROM bid
GROUP BY auction, strftime(make_timestamp(dateTime * 1000), '%Y-%m-%d');
