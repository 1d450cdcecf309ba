-- What people say about labels: corrections of a story, and rules for a source. Neither
-- is ever deleted; one that was taken back keeps its row with the moment of that.
-- labelling names what stories are labelled by: a taxonomy and the program's rules.

-- +goose Up
CREATE TABLE correction (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    story_id   TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    kind       TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    action     TEXT NOT NULL CHECK (action IN ('add', 'remove', 'primary')),
    said_by    TEXT NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,
    why        TEXT NOT NULL,
    at_ms      BIGINT NOT NULL,
    revoked_ms BIGINT NOT NULL DEFAULT 0,
    revoked_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX correction_story ON correction (story_id, id);

CREATE TABLE source_rule (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id     TEXT COLLATE "C" NOT NULL REFERENCES source (id),
    kind          TEXT COLLATE "C" NOT NULL,
    value         TEXT COLLATE "C" NOT NULL,
    action        TEXT NOT NULL CHECK (action IN ('add', 'remove')),
    field         TEXT NOT NULL CHECK (field IN ('', 'title', 'text', 'category', 'url')),
    contains      TEXT NOT NULL,
    said_by       TEXT NOT NULL,
    office        TEXT COLLATE "C" NOT NULL,
    why           TEXT NOT NULL,
    correction_id BIGINT NOT NULL DEFAULT 0,
    at_ms         BIGINT NOT NULL,
    revoked_ms    BIGINT NOT NULL DEFAULT 0,
    revoked_by    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX source_rule_source ON source_rule (source_id, id);

CREATE TABLE labelling (
    number   BIGINT PRIMARY KEY,
    name     TEXT COLLATE "C" NOT NULL UNIQUE,
    since_ms BIGINT NOT NULL
);

-- Moves when rules are made or taken back, so that no commit is labelled by former ones.
INSERT INTO meta (name, value) VALUES ('rules', 0);

-- labelled is a number of labelling; 0 is from before there were any, -1 asks for the
-- story to be labelled anew. corrected says that a correction of it stands.
ALTER TABLE story ADD COLUMN labelled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN corrected BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX story_unlabelled ON story (id) WHERE labelled = -1;

-- +goose Down
DROP INDEX story_unlabelled;
ALTER TABLE story DROP COLUMN corrected;
ALTER TABLE story DROP COLUMN labelled;
DELETE FROM meta WHERE name = 'rules';
DROP TABLE labelling;
DROP TABLE source_rule;
DROP TABLE correction;
