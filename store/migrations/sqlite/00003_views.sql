-- +goose Up
CREATE TABLE views (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL REFERENCES teams (id),
    owner_id   BIGINT NOT NULL DEFAULT 0, -- who alone sees it; 0: shared with the team
    name       TEXT   NOT NULL,
    query      TEXT   NOT NULL,           -- of the inbox's address
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (team_id, owner_id, name)
);

-- The saved views of a member's side bar.
CREATE TABLE view_pins (
    team_id  BIGINT NOT NULL,
    user_id  BIGINT NOT NULL REFERENCES users (id),
    view_id  BIGINT NOT NULL REFERENCES views (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (team_id, user_id, view_id)
);
CREATE INDEX view_pins_view ON view_pins (view_id);
