-- What entries are grouped by. print.document is in a form of internal/dedupe's own, of
-- which nothing of the words can be read back; print_key finds the entries that one may be
-- a copy of. held entries stay with the lead of their story.
-- merged_into is the story that a story has become part of; its id redirects there.
-- family is the least id of stories that have entries in common and are kept apart.

-- +goose Up
CREATE TABLE print (
    entry_id INTEGER PRIMARY KEY REFERENCES entry (id),
    held     INTEGER NOT NULL DEFAULT FALSE,
    document BLOB NOT NULL
) STRICT;

CREATE TABLE print_key (
    key      INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (key, entry_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE story ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE story ADD COLUMN family TEXT NOT NULL DEFAULT '';
CREATE INDEX story_family ON story (family) WHERE family <> '';
DROP TABLE story_key;

-- +goose Down
CREATE TABLE story_key (
    key      TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES story (id)
) STRICT, WITHOUT ROWID;
DROP INDEX story_family;
ALTER TABLE story DROP COLUMN family;
ALTER TABLE story DROP COLUMN merged_into;
DROP TABLE print_key;
DROP TABLE print;
