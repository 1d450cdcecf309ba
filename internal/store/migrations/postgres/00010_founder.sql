-- story.founder is the entry that a story was made for: when what was merged is parted
-- again, the id goes back to the story of that entry.
-- correction.said_of is the story that a correction was said about, as it was then;
-- story_id is the one that it holds for now.
-- regroup are sources whose entries are to be grouped anew, because people decided
-- otherwise about them: from the entry after the one named on. shared: only those whose
-- story has other entries.

-- +goose Up
ALTER TABLE story ADD COLUMN founder BIGINT NOT NULL DEFAULT 0;
UPDATE story SET founder = lead_entry_id;
CREATE INDEX story_merged ON story (merged_into) WHERE merged_into <> '';

ALTER TABLE correction ADD COLUMN said_of TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE correction SET said_of = story_id;

CREATE TABLE regroup (
    source_id TEXT COLLATE "C" PRIMARY KEY REFERENCES source (id),
    after     BIGINT NOT NULL,
    shared    BOOLEAN NOT NULL
);

-- +goose Down
DROP TABLE regroup;
ALTER TABLE correction DROP COLUMN said_of;
DROP INDEX story_merged;
ALTER TABLE story DROP COLUMN founder;
