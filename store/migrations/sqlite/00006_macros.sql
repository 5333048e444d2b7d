-- +goose Up
-- Put away until the customer writes: the message makes the snooze one that has passed.
ALTER TABLE tickets ADD COLUMN snoozed_until_reply BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE replies ADD COLUMN macro_id BLOB; -- macros.public_id: what changes with the message

CREATE TABLE macros (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL REFERENCES teams (id),
    owner_id   BIGINT NOT NULL DEFAULT 0, -- the user whose own it is, 0: shared by the team
    name       TEXT   NOT NULL,
    name_key   TEXT   NOT NULL, -- lower-case: names that differ in case alone are the same
    shortcut   TEXT   NOT NULL DEFAULT '',
    body       TEXT   NOT NULL,
    private    BOOLEAN NOT NULL DEFAULT FALSE, -- the text is a note
    steps      TEXT   NOT NULL, -- JSON: a workflow definition of the steps that change the ticket
    created_by BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX macros_name ON macros (team_id, owner_id, name_key);
CREATE UNIQUE INDEX macros_shortcut ON macros (team_id, owner_id, shortcut) WHERE shortcut <> '';

-- +goose Down
SELECT 'migrations go forward only';
