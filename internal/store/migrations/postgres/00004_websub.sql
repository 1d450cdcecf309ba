-- WebSub subscriptions (internal/websub has their states) and what hubs have delivered
-- that is not read yet. token and secret are secrets: whoever has both can speak for
-- the source.

-- +goose Up
CREATE TABLE subscription (
    token            TEXT COLLATE "C" PRIMARY KEY,
    source_id        TEXT COLLATE "C" NOT NULL REFERENCES source (id),
    hub              TEXT NOT NULL,
    topic            TEXT NOT NULL,
    base             TEXT NOT NULL,
    secret           TEXT NOT NULL,
    state            TEXT NOT NULL,
    requested_ms     BIGINT NOT NULL,
    verified_ms      BIGINT NOT NULL,
    lease_end_ms     BIGINT NOT NULL,
    next_ms          BIGINT NOT NULL,
    failures         INTEGER NOT NULL,
    error            TEXT NOT NULL,
    last_delivery_ms BIGINT NOT NULL,
    deliveries       INTEGER NOT NULL,
    missed           INTEGER NOT NULL,
    recent           TEXT NOT NULL,
    window_ms        BIGINT NOT NULL,
    window_count     INTEGER NOT NULL
);
-- A source has one subscription besides those that are being ended.
CREATE UNIQUE INDEX subscription_source ON subscription (source_id) WHERE state <> 'unsubscribing';

CREATE TABLE delivery (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id    TEXT COLLATE "C" NOT NULL REFERENCES source (id),
    topic        TEXT NOT NULL,
    self         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    body         BYTEA NOT NULL,
    received_ms  BIGINT NOT NULL
);
CREATE INDEX delivery_source ON delivery (source_id, id);

-- +goose Down
DROP TABLE delivery;
DROP TABLE subscription;
