-- +goose Up
-- Who did what to a token after it was made.
CREATE TABLE token_changes (
    id         INTEGER PRIMARY KEY,
    team_id    BIGINT NOT NULL REFERENCES teams (id),
    token_id   BIGINT NOT NULL REFERENCES tokens (id),
    act        TEXT   NOT NULL, -- rotated or revoked
    actor_id   BIGINT NOT NULL, -- a user; 0 is the command line
    actor_name TEXT   NOT NULL,
    made_at    BIGINT NOT NULL
);
CREATE INDEX token_changes_of ON token_changes (team_id, id);
INSERT INTO token_changes (team_id, token_id, act, actor_id, actor_name, made_at)
SELECT team_id, id, 'revoked', 0, 'somebody', revoked_at
FROM tokens
WHERE revoked_at IS NOT NULL
ORDER BY revoked_at;

-- Keys that no longer open anything are swept.
CREATE INDEX token_keys_ending ON token_keys (ends_at) WHERE ends_at IS NOT NULL;
DELETE FROM token_keys WHERE token_id IN (SELECT id FROM tokens WHERE revoked_at IS NOT NULL);

-- +goose Down
SELECT 'migrations go forward only';
