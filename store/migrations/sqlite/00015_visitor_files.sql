-- +goose Up
-- Whose a file of a visitor is before a message says so: SHA-256 of what proves who they are.
ALTER TABLE attachments ADD COLUMN visitor BLOB;
CREATE INDEX attachments_visitor ON attachments (visitor, id) WHERE visitor IS NOT NULL AND message_id IS NULL;

-- How soon visitors are answered.
CREATE INDEX tickets_answered ON tickets (team_id, created_at, first_response_at) WHERE channel = 'widget' AND first_response_at IS NOT NULL;

-- +goose Down
SELECT 'migrations go forward only';
