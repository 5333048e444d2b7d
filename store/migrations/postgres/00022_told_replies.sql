-- +goose Up
ALTER TABLE messages ADD COLUMN told_by BIGINT; -- the last mail that took it to a customer who has left: counts once that job is done

CREATE INDEX private_links_expired ON private_links (expires_at);
CREATE INDEX jobs_confirms ON jobs (ticket_id) WHERE kind = 'confirm';

-- +goose Down
SELECT 'migrations go forward only';
