-- +goose Up
-- What a person likes, in every team: a row for each choice that is not the usual one.
CREATE TABLE preferences (
    user_id BIGINT NOT NULL REFERENCES users (id),
    name    TEXT   NOT NULL,
    value   TEXT   NOT NULL,
    PRIMARY KEY (user_id, name)
);
