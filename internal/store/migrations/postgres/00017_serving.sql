-- What serving needs: which stories changed since a version, and which documents readers
-- ask for most, so that a process that starts has them ready.

-- +goose Up
DELETE FROM rendition WHERE key LIKE '%q=%'; -- what readers searched for is kept no more
CREATE INDEX story_version ON story (version);
CREATE TABLE demand (
    key    TEXT COLLATE "C" PRIMARY KEY,
    weight DOUBLE PRECISION NOT NULL,
    at_ms  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE demand;
DROP INDEX story_version;
