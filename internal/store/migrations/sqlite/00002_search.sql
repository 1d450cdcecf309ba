-- The words reach the index folded and split, separated by spaces: the ascii tokenizer
-- leaves them as they are, so that a search finds the same here and on PostgreSQL.

-- +goose Up
CREATE TABLE search (
    id       INTEGER PRIMARY KEY,
    story_id TEXT NOT NULL UNIQUE REFERENCES story (id)
) STRICT;
CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- +goose Down
DROP TABLE search_words;
DROP TABLE search;
