-- What polling has learnt over time. asked is the source's address that a row is about,
-- so that a poll which ends after its source was given another one leaves no trace.
-- learnt is feeds.Learnt as JSON: nothing is queried by it.

-- +goose Up
ALTER TABLE polling ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE polling ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE polling ADD COLUMN since_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE polling ADD COLUMN learnt TEXT NOT NULL DEFAULT '{}';
UPDATE polling SET asked = (SELECT url FROM source WHERE source.id = polling.source_id);
UPDATE polling SET since_ms = last_run_ms WHERE outcome <> '';

-- +goose Down
ALTER TABLE polling DROP COLUMN learnt;
ALTER TABLE polling DROP COLUMN since_ms;
ALTER TABLE polling DROP COLUMN reason;
ALTER TABLE polling DROP COLUMN asked;
