-- +goose Up
-- SHA-256 of the distinct id that the site has signed; who proves it reads the ticket, and no session does any more.
ALTER TABLE tickets ADD COLUMN identity BLOB CHECK (identity IS NULL OR widget_session IS NULL);
ALTER TABLE tickets DROP COLUMN verified_identity;
DROP INDEX tickets_session;
CREATE INDEX tickets_session ON tickets (team_id, widget_session, created_at, id) WHERE widget_session IS NOT NULL;
CREATE INDEX tickets_identity ON tickets (team_id, identity, created_at, id) WHERE identity IS NOT NULL;
CREATE UNIQUE INDEX customers_verified ON customers (team_id, distinct_id) WHERE verified;

-- +goose Down
SELECT 'migrations go forward only';
