-- watched is what is remembered of our own feeds since they were last looked at, as JSON:
-- what they held, and the alarms that stand.

-- +goose Up
CREATE TABLE watched (
    channel TEXT COLLATE "C" PRIMARY KEY,
    state   TEXT NOT NULL
);

-- +goose Down
DROP TABLE watched;
