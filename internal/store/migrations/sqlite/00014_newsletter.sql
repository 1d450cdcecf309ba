-- Newsletters: where each stands, its issues, what they told by which entries, what editors
-- pinned, who is sent them, and what became of each mail. Of a subscriber whose
-- subscription has ended only the address's digest stays, so that no import brings it
-- back. Tokens are kept as digests; they are made when a mail is handed over.

-- +goose Up
CREATE TABLE newsletter (
    slug    TEXT PRIMARY KEY,
    slot_ms INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    detail  TEXT NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE newsletter_issue (
    slug    TEXT NOT NULL REFERENCES newsletter (slug),
    number  INTEGER NOT NULL,
    period  TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (slug, number),
    UNIQUE (slug, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE newsletter_item (
    slug     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    story_id TEXT NOT NULL,
    score    REAL NOT NULL,
    pinned   INTEGER NOT NULL,
    PRIMARY KEY (slug, number, position),
    FOREIGN KEY (slug, number) REFERENCES newsletter_issue (slug, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX newsletter_item_story ON newsletter_item (slug, story_id);

CREATE TABLE newsletter_shown (
    slug     TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (slug, entry_id, number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX newsletter_shown_issue ON newsletter_shown (slug, number);

CREATE TABLE newsletter_pin (
    slug     TEXT NOT NULL,
    story_id TEXT NOT NULL,
    set_by   TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (slug, story_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE newsletter_subscriber (
    id             INTEGER PRIMARY KEY,
    slug           TEXT NOT NULL,
    address_hash   TEXT NOT NULL,
    address        TEXT NOT NULL,
    language       TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('pending', 'active', 'ended', 'bounced')),
    asked_ms       INTEGER NOT NULL,
    confirmed_ms   INTEGER NOT NULL DEFAULT 0,
    ended_ms       INTEGER NOT NULL DEFAULT 0,
    token_hash     TEXT NOT NULL DEFAULT '',
    token_until_ms INTEGER NOT NULL DEFAULT 0,
    confirm_state  TEXT NOT NULL DEFAULT '' CHECK (confirm_state IN ('', 'queued', 'sending', 'sent')),
    confirm_ms     INTEGER NOT NULL DEFAULT 0,
    confirm_tries  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (slug, address_hash)
) STRICT;
CREATE INDEX newsletter_subscriber_token ON newsletter_subscriber (token_hash) WHERE token_hash <> '';
CREATE INDEX newsletter_subscriber_confirm ON newsletter_subscriber (confirm_ms) WHERE confirm_state IN ('queued', 'sending');

CREATE TABLE newsletter_mail (
    slug          TEXT NOT NULL,
    number        INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'failed', 'bounced', 'dropped')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_ms       INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL DEFAULT 0,
    token_hash    TEXT NOT NULL DEFAULT '',
    code          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (slug, number, subscriber_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX newsletter_mail_due ON newsletter_mail (next_ms, slug, number, subscriber_id) WHERE state = 'queued';
CREATE INDEX newsletter_mail_sending ON newsletter_mail (at_ms) WHERE state = 'sending';
CREATE INDEX newsletter_mail_token ON newsletter_mail (token_hash) WHERE token_hash <> '';
CREATE INDEX newsletter_mail_subscriber ON newsletter_mail (subscriber_id);

-- +goose Down
DROP TABLE newsletter_mail;
DROP TABLE newsletter_subscriber;
DROP TABLE newsletter_pin;
DROP TABLE newsletter_shown;
DROP TABLE newsletter_item;
DROP TABLE newsletter_issue;
DROP TABLE newsletter;
