-- +goose Up
-- What an agent has typed and not sent, one for each ticket.
CREATE TABLE drafts (
    team_id   BIGINT  NOT NULL,
    user_id   BIGINT  NOT NULL,
    ticket_id BIGINT  NOT NULL REFERENCES tickets (id),
    body      TEXT    NOT NULL,
    private   BOOLEAN NOT NULL DEFAULT FALSE,
    rev       BIGINT  NOT NULL, -- never the same for two texts: microseconds of its saving, or later ones
    PRIMARY KEY (team_id, user_id, ticket_id)
);

-- Messages that wait for their time.
CREATE TABLE replies (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB    NOT NULL UNIQUE, -- of the message to be
    team_id     BIGINT  NOT NULL,
    ticket_id   BIGINT  NOT NULL REFERENCES tickets (id),
    user_id     BIGINT  NOT NULL REFERENCES users (id),
    body        TEXT    NOT NULL, -- '' once it is a message, or taken back
    private     BOOLEAN NOT NULL DEFAULT FALSE,
    then_status TEXT    NOT NULL DEFAULT '',
    message_id  BLOB  ,            -- the newest message that its writer had before them
    state       TEXT    NOT NULL DEFAULT 'waiting', -- waiting, sent, cancelled, stale, refused
    why         TEXT    NOT NULL DEFAULT '',
    release_at  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    done_at     BIGINT
);
CREATE INDEX replies_due ON replies (release_at, id) WHERE state = 'waiting';
CREATE INDEX replies_open ON replies (ticket_id, id) WHERE state IN ('waiting', 'stale', 'refused');

-- +goose Down
SELECT 'migrations go forward only';
