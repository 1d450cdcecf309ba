-- Subscriptions of others to our feeds, at our own WebSub hub (internal/hub has their
-- states), and what an external hub has been told. callback and secret are secrets:
-- whoever has both can speak to the subscriber in our name. They cannot be kept as
-- hashes: the one is called, the other is the key of a signature.

-- +goose Up
CREATE TABLE hub_subscriber (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL UNIQUE, -- SHA-256 of topic and callback
    topic        TEXT COLLATE "C" NOT NULL,
    callback     TEXT NOT NULL,
    host         TEXT COLLATE "C" NOT NULL,
    secret       TEXT NOT NULL,
    state        TEXT NOT NULL,
    verified_ms  BIGINT NOT NULL,
    lease_end_ms BIGINT NOT NULL,
    ask          TEXT NOT NULL,
    ask_topic    TEXT NOT NULL,
    ask_secret   TEXT NOT NULL,
    ask_lease_ms BIGINT NOT NULL,
    asked_ms     BIGINT NOT NULL,
    challenge    TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    ask_next_ms  BIGINT NOT NULL,
    want         TEXT NOT NULL,
    sent         TEXT NOT NULL,
    due_ms       BIGINT NOT NULL,
    failures     INTEGER NOT NULL,
    failing_ms   BIGINT NOT NULL,
    last_ms      BIGINT NOT NULL,
    last_status  INTEGER NOT NULL,
    last_error   TEXT NOT NULL,
    deliveries   INTEGER NOT NULL
);
CREATE INDEX hub_subscriber_topic ON hub_subscriber (topic);
CREATE INDEX hub_subscriber_host ON hub_subscriber (host);
CREATE INDEX hub_subscriber_due ON hub_subscriber (due_ms) WHERE due_ms <> 0;
CREATE INDEX hub_subscriber_ask ON hub_subscriber (ask_next_ms) WHERE ask_next_ms <> 0;

-- What an external hub is told of, by topic.
CREATE TABLE hub_ping (
    topic    TEXT COLLATE "C" PRIMARY KEY,
    want     TEXT NOT NULL,
    sent     TEXT NOT NULL,
    due_ms   BIGINT NOT NULL,
    failures INTEGER NOT NULL
);
CREATE INDEX hub_ping_due ON hub_ping (due_ms) WHERE due_ms <> 0;

-- Counts requests to the hub; its row is held while one is taken, so that bounds hold.
INSERT INTO meta (name, value) VALUES ('hub', 0);

-- +goose Down
DELETE FROM meta WHERE name = 'hub';
DROP TABLE hub_ping;
DROP TABLE hub_subscriber;
