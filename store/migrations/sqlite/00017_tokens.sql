-- +goose Up
-- A token lets a program act for the team.
CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY,
    team_id      BIGINT NOT NULL REFERENCES teams (id),
    name         TEXT   NOT NULL, -- not twice among those that are not revoked
    scopes       TEXT   NOT NULL, -- with spaces between them
    created_by   BIGINT NOT NULL, -- a user; 0 is the command line
    creator_name TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX tokens_of ON tokens (team_id, id);

-- What the program shows. A rotated token has several for a while.
CREATE TABLE token_keys (
    hash         BLOB   PRIMARY KEY, -- SHA-256
    token_id     BIGINT NOT NULL REFERENCES tokens (id),
    hint         TEXT   NOT NULL, -- its last characters, by which people know it
    created_at   BIGINT NOT NULL,
    ends_at      BIGINT,          -- of the ones before the newest
    last_used_at BIGINT           -- to the minute
) WITHOUT ROWID;
CREATE INDEX token_keys_of ON token_keys (token_id, created_at);

-- +goose Down
SELECT 'migrations go forward only';
