-- The words reach the index folded and split, one lexeme each: no text search
-- configuration has a part in it, so that a search finds the same here and on SQLite.

-- +goose Up
CREATE TABLE search (
    story_id TEXT COLLATE "C" PRIMARY KEY REFERENCES story (id),
    words    TSVECTOR NOT NULL
);
CREATE INDEX search_words ON search USING gin (words);

-- +goose Down
DROP TABLE search;
