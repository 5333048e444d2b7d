-- +goose Up
ALTER TABLE tickets ADD COLUMN merged_into BIGINT; -- the ticket that took its messages over

CREATE TABLE merges (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL,
    kind       TEXT   NOT NULL, -- merge, split
    from_id    BIGINT NOT NULL REFERENCES tickets (id), -- whose messages left
    into_id    BIGINT NOT NULL REFERENCES tickets (id),
    before     TEXT   NOT NULL, -- JSON: what an undo restores
    user_id    BIGINT NOT NULL,
    user_name  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    undone_at  BIGINT,
    undone_by  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX merges_from ON merges (team_id, from_id, id);
CREATE INDEX merges_into ON merges (team_id, into_id, id);

CREATE TABLE moved_messages (
    team_id    BIGINT NOT NULL,
    merge_id   BIGINT NOT NULL REFERENCES merges (id),
    message_id BIGINT NOT NULL, -- messages.id
    created_at BIGINT NOT NULL, -- as it was: two messages of a thread cannot have the same
    PRIMARY KEY (team_id, merge_id, message_id)
) WITHOUT ROWID;

CREATE TABLE ticket_links (
    team_id    BIGINT NOT NULL,
    ticket_id  BIGINT NOT NULL REFERENCES tickets (id),
    other_id   BIGINT NOT NULL REFERENCES tickets (id), -- which has a row that points back
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, ticket_id, other_id)
) WITHOUT ROWID;

CREATE TABLE followers (
    team_id    BIGINT NOT NULL,
    ticket_id  BIGINT NOT NULL REFERENCES tickets (id),
    user_id    BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, ticket_id, user_id)
) WITHOUT ROWID;

ALTER TABLE notifications ADD COLUMN kind TEXT NOT NULL DEFAULT 'workflow';
ALTER TABLE notifications ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN message_id BLOB; -- messages.public_id

CREATE TABLE notification_settings (
    team_id BIGINT  NOT NULL,
    user_id BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    in_app  BOOLEAN NOT NULL,
    email   BOOLEAN NOT NULL,
    PRIMARY KEY (team_id, user_id, kind)
) WITHOUT ROWID;

CREATE TABLE notice_mails (
    team_id   BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    mailed_at BIGINT NOT NULL, -- when the last mail about the ticket goes, or went, to the user
    PRIMARY KEY (team_id, ticket_id, user_id)
) WITHOUT ROWID;

-- +goose Down
SELECT 'migrations go forward only';
