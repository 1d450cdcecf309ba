-- What people decide about stories: which entries are one and which are not, which one
-- leads, which are shown nowhere. None is ever deleted. document is feeds.Ruling as JSON;
-- what is queried stands beside it. Of ruling_entry, other says that the entry is on the
-- other side of a split.
-- entry.taken and story.taken are the ruling by which people withdrew them, 0 for none:
-- no publisher brings back what is taken.

-- +goose Up
CREATE TABLE ruling (
    id         INTEGER PRIMARY KEY,
    action     TEXT NOT NULL CHECK (action IN ('merge', 'split', 'lead', 'withdraw', 'apart')),
    story_id   TEXT NOT NULL,
    office     TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    revoked_ms INTEGER NOT NULL DEFAULT 0,
    revoked_by TEXT NOT NULL DEFAULT '',
    purged_ms  INTEGER NOT NULL DEFAULT 0,
    document   TEXT NOT NULL
) STRICT;
CREATE INDEX ruling_story ON ruling (story_id, id);

CREATE TABLE ruling_entry (
    entry_id  INTEGER NOT NULL,
    ruling_id INTEGER NOT NULL REFERENCES ruling (id),
    other     INTEGER NOT NULL,
    PRIMARY KEY (entry_id, ruling_id)
) STRICT;

ALTER TABLE entry ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE story DROP COLUMN taken;
ALTER TABLE entry DROP COLUMN taken;
DROP TABLE ruling_entry;
DROP TABLE ruling;
