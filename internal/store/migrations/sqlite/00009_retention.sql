-- What has had its time and what was purged. purged_by is who had the words erased that a
-- ruling withdrew. taken_ms is when people withdrew an entry that its publisher had not
-- withdrawn: 0 for the others, which do not come back when the people do. expired_ms is when an entry's text had had its time, 0 while it is kept.
-- The counters of meta: up to which moment entries and versions were looked through for
-- what has had its time, and how many purges the database's own files still hold.

-- +goose Up
ALTER TABLE ruling ADD COLUMN purged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN taken_ms INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET taken_ms = withdrawn_ms WHERE taken <> 0 AND withdrawn_ms >= (SELECT r.at_ms FROM ruling r WHERE r.id = entry.taken);
ALTER TABLE entry ADD COLUMN expired_ms INTEGER NOT NULL DEFAULT 0;
INSERT INTO meta (name, value) SELECT 'unerased', count(*) FROM ruling WHERE purged_ms <> 0;
CREATE INDEX entry_seen ON entry (seen_ms, id);
CREATE INDEX revision_seen ON revision (seen_ms, entry_id) WHERE number > 1;
INSERT INTO meta (name, value) VALUES ('expired versions', 0), ('expired prints', 0), ('expired texts', 0);

-- +goose Down
DELETE FROM meta WHERE name IN ('unerased', 'expired versions', 'expired prints', 'expired texts');
DROP INDEX revision_seen;
DROP INDEX entry_seen;
ALTER TABLE entry DROP COLUMN expired_ms;
ALTER TABLE entry DROP COLUMN taken_ms;
ALTER TABLE ruling DROP COLUMN purged_by;
