-- What entries are grouped by. print.document is in a form of internal/dedupe's own, of
-- which nothing of the words can be read back; print_key finds the entries that one may be
-- a copy of. held entries stay with the lead of their story.
-- merged_into is the story that a story has become part of; its id redirects there.
-- family is the least id of stories that have entries in common and are kept apart.

-- +goose Up
CREATE TABLE print (
    entry_id BIGINT PRIMARY KEY REFERENCES entry (id),
    held     BOOLEAN NOT NULL DEFAULT FALSE,
    document BYTEA NOT NULL
);

CREATE TABLE print_key (
    key      BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    PRIMARY KEY (key, entry_id)
);

ALTER TABLE story ADD COLUMN merged_into TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE story ADD COLUMN family TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX story_family ON story (family) WHERE family <> '';
DROP TABLE story_key;

-- +goose Down
CREATE TABLE story_key (
    key      TEXT COLLATE "C" PRIMARY KEY,
    story_id TEXT COLLATE "C" NOT NULL REFERENCES story (id)
);
DROP INDEX story_family;
ALTER TABLE story DROP COLUMN family;
ALTER TABLE story DROP COLUMN merged_into;
DROP TABLE print_key;
DROP TABLE print;
