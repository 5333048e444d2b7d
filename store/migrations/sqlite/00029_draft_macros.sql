-- +goose Up
ALTER TABLE drafts ADD COLUMN macro_id BLOB; -- macros.public_id: what is to change with the message

-- +goose Down
SELECT 'migrations go forward only';
