-- SPDX-License-Identifier: Apache-2.0
-- The bids among the events, as the queries see them. Variable `events`: the file (NDJSON).
-- Only what the queries read has a type, so that nothing else is converted.
CREATE OR REPLACE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.dateTime, bid.extra
FROM read_json(
    getvariable('events'),
    format = 'newline_delimited',
    columns = {
        event_type: 'INTEGER',
        bid: 'STRUCT(auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, dateTime BIGINT, extra VARCHAR)'
    }
)
WHERE event_type = 2;
