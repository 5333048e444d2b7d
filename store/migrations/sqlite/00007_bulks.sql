-- +goose Up
CREATE TABLE bulks (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL REFERENCES teams (id),
    user_id    BIGINT NOT NULL REFERENCES users (id), -- in whose name it acts
    change     TEXT   NOT NULL,            -- JSON: what is done to each ticket
    query      TEXT   NOT NULL DEFAULT '', -- JSON: which tickets, where they were not named
    address    TEXT   NOT NULL DEFAULT '', -- of the list that showed them
    undoes     BIGINT REFERENCES bulks (id),
    state      TEXT   NOT NULL,            -- listing, running, done, cancelled, stopped
    why        TEXT   NOT NULL DEFAULT '', -- it stopped
    below      BIGINT NOT NULL DEFAULT 0,  -- tickets of lower numbers are still to be listed
    total      BIGINT NOT NULL DEFAULT 0,
    changed    BIGINT NOT NULL DEFAULT 0,
    same       BIGINT NOT NULL DEFAULT 0,
    refused    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,            -- when it last had its turn
    ended_at   BIGINT,
    undone_at  BIGINT
);
CREATE INDEX bulks_team ON bulks (team_id, id);
CREATE INDEX bulks_user ON bulks (team_id, user_id, id);
CREATE INDEX bulks_open ON bulks (seen_at, id) WHERE state IN ('listing', 'running');

CREATE TABLE bulk_items (
    bulk_id      BIGINT NOT NULL REFERENCES bulks (id),
    number       BIGINT NOT NULL, -- of the ticket, 0 and below for what is none
    team_id      BIGINT NOT NULL,
    ticket_id    BIGINT REFERENCES tickets (id),
    outcome      TEXT   NOT NULL DEFAULT 'waiting', -- waiting, changed, same, refused
    reason       TEXT   NOT NULL DEFAULT '',
    first_change BIGINT NOT NULL DEFAULT 0, -- of the ticket's changes, the ids that the bulk made
    last_change  BIGINT NOT NULL DEFAULT 0,
    undone       BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (bulk_id, number)
) WITHOUT ROWID;
CREATE INDEX bulk_items_outcome ON bulk_items (bulk_id, outcome, number);
CREATE INDEX bulk_items_ticket ON bulk_items (ticket_id, first_change);

-- +goose Down
SELECT 'migrations go forward only';
