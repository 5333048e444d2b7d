-- +goose Up
ALTER TABLE notifications ADD COLUMN tickets BIGINT NOT NULL DEFAULT 0; -- how many it is about, where it is about several

-- What a bulk gave to whom so far: they are told of it at its end.
CREATE TABLE bulk_given (
    team_id   BIGINT NOT NULL,
    bulk_id   BIGINT NOT NULL REFERENCES bulks (id),
    user_id   BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL, -- one of them
    tickets   BIGINT NOT NULL, -- how many
    PRIMARY KEY (team_id, bulk_id, user_id)
);

-- The held replies that went with a merge.
CREATE TABLE moved_replies (
    team_id    BIGINT NOT NULL,
    merge_id   BIGINT NOT NULL REFERENCES merges (id),
    reply_id   BIGINT NOT NULL, -- replies.id
    PRIMARY KEY (team_id, merge_id, reply_id)
);

-- +goose Down
SELECT 'migrations go forward only';
