-- SPDX-License-Identifier: Apache-2.0
-- The folders of a page, each in a column. Equal: the same rows. All pages have three
-- folders: one that is missing would be null in the pipeline and an empty text in DuckDB.
SELECT
    auction,
    bidder,
    price,
    channel,
    split_part(url, '/', 4) AS dir1,
    split_part(url, '/', 5) AS dir2,
    split_part(url, '/', 6) AS dir3
FROM bid;
