-- What a publisher said before personal data was cut out of it: kept for a while only,
-- shown nowhere. document is in the form of revision.

-- +goose Up
CREATE TABLE original (
    entry_id   INTEGER NOT NULL REFERENCES entry (id),
    number     INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    document   TEXT NOT NULL,
    PRIMARY KEY (entry_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX original_expires ON original (expires_ms);

-- +goose Down
DROP TABLE original;
