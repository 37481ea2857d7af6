-- SPDX-License-Identifier: Apache-2.0
-- Prices in euros. Equal: the same rows; prices, which are binary fractions here and decimal ones in
-- the original, within a relative 1e-9.
SELECT auction, bidder, 0.908::DOUBLE * price AS price, dateTime, extra
FROM bid;
