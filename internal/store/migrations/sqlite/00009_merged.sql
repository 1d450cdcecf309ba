-- What became part of a story is found by that story whenever it becomes part of another.

-- +goose Up
CREATE INDEX story_merged ON story (merged_into) WHERE merged_into <> '';

-- +goose Down
DROP INDEX story_merged;
