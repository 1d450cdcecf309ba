-- What a ruling withdrew is found without looking at all entries.

-- +goose Up
CREATE INDEX entry_taken ON entry (taken) WHERE taken <> 0;

-- +goose Down
DROP INDEX entry_taken;
