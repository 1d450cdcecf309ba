-- Times are milliseconds since 1970 UTC, 0 when unknown. Texts from outside are valid
-- UTF-8 without NUL, but for validators, which are kept byte for byte as blobs.

-- +goose Up
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('version', 0);

-- What people decided about a feed. settings is feeds.Source as JSON; the columns
-- beside it are what is queried.
CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    origin     TEXT NOT NULL CHECK (origin IN ('config', 'import')),
    office     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    url        TEXT NOT NULL,
    trial      INTEGER NOT NULL,
    enabled    INTEGER NOT NULL,
    retired_ms INTEGER NOT NULL DEFAULT 0,
    settings   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE polling (
    source_id       TEXT PRIMARY KEY REFERENCES source (id),
    url             TEXT NOT NULL DEFAULT '',
    etag            BLOB NOT NULL DEFAULT x'',
    last_modified   BLOB NOT NULL DEFAULT x'',
    body_hash       TEXT NOT NULL DEFAULT '',
    next_run_ms     INTEGER NOT NULL DEFAULT 0,
    last_run_ms     INTEGER NOT NULL DEFAULT 0,
    last_success_ms INTEGER NOT NULL DEFAULT 0,
    retry_after_ms  INTEGER NOT NULL DEFAULT 0,
    failures        INTEGER NOT NULL DEFAULT 0,
    outcome         TEXT NOT NULL DEFAULT '',
    status          INTEGER NOT NULL DEFAULT 0,
    error           TEXT NOT NULL DEFAULT '',
    problems        TEXT NOT NULL DEFAULT '[]',
    newest_entry_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- A story's lead is one of its entries: a rule over two tables, held by Check.
-- A story whose version is above indexed waits for the search index.
CREATE TABLE story (
    id            TEXT PRIMARY KEY,
    lead_entry_id INTEGER NOT NULL,
    published_ms  INTEGER NOT NULL,
    updated_ms    INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    changed_ms    INTEGER NOT NULL,
    withdrawn_ms  INTEGER NOT NULL DEFAULT 0,
    version       INTEGER NOT NULL,
    indexed       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX story_unindexed ON story (version, id) WHERE indexed < version;

-- The standing facts of an entry; its words are in revision. The id comes from source
-- and guid, so that one guid of one source is one row.
CREATE TABLE entry (
    id            INTEGER PRIMARY KEY,
    source_id     TEXT NOT NULL REFERENCES source (id),
    guid          TEXT NOT NULL,
    story_id      TEXT NOT NULL REFERENCES story (id),
    revision      INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    text_hash     TEXT NOT NULL,
    url           TEXT NOT NULL,
    has_body      INTEGER NOT NULL,
    published_ms  INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    seen_ms       INTEGER NOT NULL,
    withdrawn_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX entry_story ON entry (story_id);

-- Every version a publisher gave, the standing one too: written once, never changed.
-- A table with rowids, because it is only ever appended to.
CREATE TABLE revision (
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    number   INTEGER NOT NULL,
    seen_ms  INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (entry_id, number)
) STRICT;

CREATE TABLE story_key (
    key      TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES story (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
    story_id   TEXT NOT NULL REFERENCES story (id),
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    position   INTEGER NOT NULL,
    score      REAL NOT NULL,
    is_primary INTEGER NOT NULL,
    set_by     TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    PRIMARY KEY (story_id, kind, value)
) STRICT, WITHOUT ROWID;

-- What channels select by, derived from the other tables: one row for each label of a
-- published story and for each source and kind of publisher that carries it, in the
-- order in which channels list them. gone rows are of stories that were published and
-- are withdrawn; their at_ms is the moment of that.
CREATE TABLE term (
    gone     INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    story_id TEXT NOT NULL REFERENCES story (id),
    PRIMARY KEY (gone, kind, value, at_ms, story_id)
) STRICT, WITHOUT ROWID;

-- When the document of a channel last changed.
CREATE TABLE rendition (
    key         TEXT PRIMARY KEY,
    hash        TEXT NOT NULL,
    modified_ms INTEGER NOT NULL,
    used_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE rendition;
DROP TABLE term;
DROP TABLE label;
DROP TABLE story_key;
DROP TABLE revision;
DROP TABLE entry;
DROP TABLE story;
DROP TABLE polling;
DROP TABLE source;
DROP TABLE meta;
