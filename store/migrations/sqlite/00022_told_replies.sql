-- +goose Up
ALTER TABLE messages ADD COLUMN told_by BIGINT; -- the last mail that took it to a customer who has left: counts once that job is done

-- What the last mail of a ticket found when it left was told: the next one must not tell it once more.
UPDATE messages
SET told_by = told.job_id
FROM (
    SELECT j.ticket_id, MAX(j.id) AS job_id, MAX(a.started_at) AS left_at
    FROM jobs j
    JOIN job_attempts a ON a.job_id = j.id AND a.error = ''
    WHERE j.kind = 'reply' AND j.state = 'done'
    GROUP BY j.ticket_id) AS told
WHERE messages.ticket_id = told.ticket_id AND messages.created_at <= told.left_at
    AND NOT messages.private AND messages.author <> 'customer';

CREATE INDEX private_links_expired ON private_links (expires_at);
CREATE INDEX jobs_confirms ON jobs (ticket_id) WHERE kind = 'confirm';

-- +goose Down
SELECT 'migrations go forward only';
