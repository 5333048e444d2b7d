-- +goose Up
-- The page of a ticket reads its changes of fields; in a long thread nearly all records are of messages.
CREATE INDEX changes_fields ON changes (ticket_id, id) WHERE field <> 'ticket' AND field <> 'message' AND field <> 'note' AND field <> 'read';

-- +goose Down
SELECT 'migrations go forward only';
