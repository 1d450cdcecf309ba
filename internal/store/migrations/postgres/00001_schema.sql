-- Times are milliseconds since 1970 UTC, 0 when unknown. Texts from outside are valid
-- UTF-8 without NUL, but for validators, which are kept byte for byte. Keys compare
-- byte by byte, whatever the locale of the database, so that both databases order alike.

-- +goose Up
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO meta (name, value) VALUES ('version', 0);

-- What people decided about a feed. settings is feeds.Source as JSON; the columns
-- beside it are what is queried.
CREATE TABLE source (
    id         TEXT COLLATE "C" PRIMARY KEY,
    origin     TEXT NOT NULL CHECK (origin IN ('config', 'import')),
    office     TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    url        TEXT NOT NULL,
    trial      BOOLEAN NOT NULL,
    enabled    BOOLEAN NOT NULL,
    retired_ms BIGINT NOT NULL DEFAULT 0,
    settings   TEXT NOT NULL
);

CREATE TABLE polling (
    source_id       TEXT COLLATE "C" PRIMARY KEY REFERENCES source (id),
    url             TEXT NOT NULL DEFAULT '',
    etag            BYTEA NOT NULL DEFAULT '',
    last_modified   BYTEA NOT NULL DEFAULT '',
    body_hash       TEXT NOT NULL DEFAULT '',
    next_run_ms     BIGINT NOT NULL DEFAULT 0,
    last_run_ms     BIGINT NOT NULL DEFAULT 0,
    last_success_ms BIGINT NOT NULL DEFAULT 0,
    retry_after_ms  BIGINT NOT NULL DEFAULT 0,
    failures        INTEGER NOT NULL DEFAULT 0,
    outcome         TEXT NOT NULL DEFAULT '',
    status          INTEGER NOT NULL DEFAULT 0,
    error           TEXT NOT NULL DEFAULT '',
    problems        TEXT NOT NULL DEFAULT '[]',
    newest_entry_ms BIGINT NOT NULL DEFAULT 0
);

-- A story's lead is one of its entries: a rule over two tables, held by Check.
-- A story whose version is above indexed waits for the search index.
CREATE TABLE story (
    id            TEXT COLLATE "C" PRIMARY KEY,
    lead_entry_id BIGINT NOT NULL,
    published_ms  BIGINT NOT NULL,
    updated_ms    BIGINT NOT NULL,
    created_ms    BIGINT NOT NULL,
    changed_ms    BIGINT NOT NULL,
    withdrawn_ms  BIGINT NOT NULL DEFAULT 0,
    version       BIGINT NOT NULL,
    indexed       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX story_unindexed ON story (version, id) WHERE indexed < version;

-- The standing facts of an entry; its words are in revision. The id comes from source
-- and guid, so that one guid of one source is one row.
CREATE TABLE entry (
    id            BIGINT PRIMARY KEY,
    source_id     TEXT COLLATE "C" NOT NULL REFERENCES source (id),
    guid          TEXT NOT NULL,
    story_id      TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    revision      INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    text_hash     TEXT NOT NULL,
    url           TEXT NOT NULL,
    has_body      BOOLEAN NOT NULL,
    published_ms  BIGINT NOT NULL,
    first_seen_ms BIGINT NOT NULL,
    seen_ms       BIGINT NOT NULL,
    withdrawn_ms  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX entry_story ON entry (story_id);

-- Every version a publisher gave, the standing one too: written once, never changed.
CREATE TABLE revision (
    entry_id BIGINT NOT NULL REFERENCES entry (id),
    number   INTEGER NOT NULL,
    seen_ms  BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (entry_id, number)
);

CREATE TABLE story_key (
    key      TEXT COLLATE "C" PRIMARY KEY,
    story_id TEXT COLLATE "C" NOT NULL REFERENCES story (id)
);

CREATE TABLE label (
    story_id   TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    kind       TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    position   INTEGER NOT NULL,
    score      DOUBLE PRECISION NOT NULL,
    is_primary BOOLEAN NOT NULL,
    set_by     TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    PRIMARY KEY (story_id, kind, value)
);

-- What channels select by, derived from the other tables: one row for each label of a
-- published story and for each source and kind of publisher that carries it, in the
-- order in which channels list them. gone rows are of stories that were published and
-- are withdrawn; their at_ms is the moment of that.
CREATE TABLE term (
    gone     BOOLEAN NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    at_ms    BIGINT NOT NULL,
    story_id TEXT COLLATE "C" NOT NULL REFERENCES story (id),
    PRIMARY KEY (gone, kind, value, at_ms, story_id)
);

-- When the document of a channel last changed.
CREATE TABLE rendition (
    key         TEXT COLLATE "C" PRIMARY KEY,
    hash        TEXT NOT NULL,
    modified_ms BIGINT NOT NULL,
    used_ms     BIGINT NOT NULL
);

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
