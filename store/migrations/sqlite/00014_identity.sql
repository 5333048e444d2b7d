-- +goose Up
-- SHA-256 of the distinct id that the site has signed; who proves it reads the ticket, and no session does any more.
ALTER TABLE tickets ADD COLUMN identity BLOB CHECK (identity IS NULL OR widget_session IS NULL);
ALTER TABLE tickets DROP COLUMN verified_identity;
DROP INDEX tickets_session;
CREATE INDEX tickets_session ON tickets (team_id, widget_session, created_at, id) WHERE widget_session IS NOT NULL;
CREATE INDEX tickets_identity ON tickets (team_id, identity, created_at, id) WHERE identity IS NOT NULL;
CREATE UNIQUE INDEX customers_verified ON customers (team_id, distinct_id) WHERE verified;

-- Wishes to get the conversations of an address back in another browser.
CREATE TABLE restores (
    id           INTEGER PRIMARY KEY,
    team_id      BIGINT NOT NULL,
    email        TEXT   NOT NULL, -- lower-case
    requested_at BIGINT NOT NULL,
    used_at      BIGINT
);
CREATE INDEX restores_email ON restores (team_id, email, requested_at);
CREATE INDEX restores_requested ON restores (requested_at);

-- One for each attempt to mail it; the first that is used uses its restore up.
CREATE TABLE restore_links (
    token_hash BLOB   PRIMARY KEY, -- SHA-256; the token itself is in the mail alone
    restore_id BIGINT NOT NULL REFERENCES restores (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX restore_links_of ON restore_links (restore_id);

-- +goose Down
SELECT 'migrations go forward only';
