-- +goose Up
-- Bytes are kept beside the database, by their hash; equal ones once, whoever's they are.
CREATE TABLE attachments (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL,
    ticket_id  BIGINT REFERENCES tickets (id), -- NULL before its ticket is opened
    message_id BLOB  , -- messages.public_id; NULL while it waits in a composer
    author     TEXT   NOT NULL, -- who uploaded it, and alone may send it
    author_id  BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    type       TEXT   NOT NULL, -- sniffed
    size       BIGINT NOT NULL,
    hash       BLOB  NOT NULL, -- SHA-256
    width      BIGINT NOT NULL DEFAULT 0, -- of a picture that can be shown
    height     BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT -- when its message was; NULL as long as that is held
);
CREATE INDEX attachments_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_ticket ON attachments (ticket_id) WHERE sent_at IS NOT NULL;
CREATE INDEX attachments_waiting ON attachments (ticket_id, author_id, id) WHERE message_id IS NULL;
CREATE INDEX attachments_loose ON attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX attachments_hash ON attachments (hash);

-- Whose bytes are on their way or may be nobody's any more: looked at a day later.
CREATE TABLE blob_leases (
    hash      BLOB   PRIMARY KEY,
    used_at   BIGINT NOT NULL,
    doomed_at BIGINT -- since when its bytes are being removed
);
CREATE INDEX blob_leases_used ON blob_leases (used_at);

-- +goose Down
SELECT 'migrations go forward only';
