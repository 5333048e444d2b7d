-- +goose Up
-- The address that was typed on the contact page: its mails go there, as it need not be the first one of the customer.
ALTER TABLE tickets ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 'migrations go forward only';
