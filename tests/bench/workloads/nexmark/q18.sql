-- SPDX-License-Identifier: Apache-2.0
-- The last bid of each bidder for each auction, over all of the input.
-- Equal: the same rows, the last update of each bidder and auction (see q15), sent at the end of the
-- input: the window of the pipeline is a century, in effect none at all. The pipeline takes the last
-- bid that comes in, the query the latest one, so the input must be in the order of its time and no
-- two bids at one time; the generator's are, up to 1000 events a second and without late rows.
SELECT auction, bidder, price, channel, url, dateTime, extra
FROM bid
QUALIFY row_number() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) = 1;
