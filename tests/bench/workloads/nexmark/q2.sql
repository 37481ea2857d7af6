-- SPDX-License-Identifier: Apache-2.0
-- Bids for chosen auctions. Equal: the same rows.
SELECT auction, price
FROM bid
WHERE auction % 123 = 0;
