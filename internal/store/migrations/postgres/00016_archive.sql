-- Which month's archive a story is in. archive_term has a row for each term that a
-- story was ever selected by (as term has; kind and value '' select everything), with
-- the month, such as 202611, under which feeds of that term archive it. Rows of months
-- that are closed stay as they are. archive_story is the story as the archives of a month
-- show it: dates, labels, and which version of which entries (feeds.Story without words).
-- story.filed is the version with which the months of a story last changed.
-- Of meta, 'archive closed' is the last closed month and 'archive since' the one in which
-- archiving began, 0 for none. Both tables are filled when stories are indexed: those that
-- are there already are indexed once more.

-- +goose Up
CREATE TABLE archive_term (
    kind     TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    month    INTEGER NOT NULL,
    story_id TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    PRIMARY KEY (kind, value, month, story_id)
);
CREATE UNIQUE INDEX archive_term_story ON archive_term (story_id, kind, value, month);

CREATE TABLE archive_story (
    story_id TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    month    INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (story_id, month)
);

INSERT INTO meta (name, value) VALUES ('archive closed', 0), ('archive since', 0);
ALTER TABLE story ADD COLUMN filed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX story_filed ON story (filed);
UPDATE story SET indexed = 0;

-- +goose Down
DELETE FROM meta WHERE name IN ('archive closed', 'archive since');
DROP INDEX story_filed;
ALTER TABLE story DROP COLUMN filed;
DROP TABLE archive_story;
DROP TABLE archive_term;
