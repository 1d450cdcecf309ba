-- watched is what is remembered of our own feeds since they were last looked at, as JSON:
-- what they held, and the alarms that stand.

-- +goose Up
CREATE TABLE watched (
    channel TEXT PRIMARY KEY,
    state   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE watched;
