-- SPDX-License-Identifier: Apache-2.0
-- Passes all bids on. Equal: the same rows.
SELECT auction, bidder, price, dateTime, extra
FROM bid;
