-- +goose Up
-- The key of the PostHog project that the team's sites have: they ask for their configuration by it.
ALTER TABLE widgets ADD COLUMN posthog_key TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX widgets_posthog_key ON widgets (posthog_key) WHERE posthog_key <> '';

-- +goose Down
SELECT 'migrations go forward only';
