-- +goose Up
-- The ways to a ticket's own page for the customer, who has no account: whoever has the link reads it.
CREATE TABLE private_links (
    id         INTEGER PRIMARY KEY,
    team_id    BIGINT NOT NULL,
    ticket_id  BIGINT NOT NULL REFERENCES tickets (id),
    hash       BLOB   NOT NULL UNIQUE, -- SHA-256 of the link
    email      TEXT   NOT NULL,        -- to whom it was mailed, '' for one that a browser was given
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at  BIGINT,                 -- first; of a mailed one it proves that somebody reads that address
    ended_at   BIGINT
);
CREATE INDEX private_links_ticket ON private_links (team_id, ticket_id) WHERE ended_at IS NULL;

-- Mails that take replies to customers who have left. Of a job, state has a fourth value: cancelled.
CREATE INDEX jobs_replies ON jobs (ticket_id, id) WHERE kind = 'reply';

-- +goose Down
SELECT 'migrations go forward only';
