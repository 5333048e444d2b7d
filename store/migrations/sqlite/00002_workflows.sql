-- +goose Up
-- Events and runs of schedules and inbound webhooks have no ticket. SQLite drops a NOT NULL only by a copy of the
-- whole table or, as its documentation of ALTER TABLE says, in the text of the schema, which costs nothing.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'ticket_id    BIGINT NOT NULL REFERENCES tickets (id)', 'ticket_id    BIGINT REFERENCES tickets (id)')
WHERE type = 'table' AND name = 'events';
UPDATE sqlite_schema
SET sql = replace(sql, 'ticket_id   BIGINT NOT NULL REFERENCES tickets (id)', 'ticket_id   BIGINT REFERENCES tickets (id)')
WHERE type = 'table' AND name = 'runs';
UPDATE sqlite_schema
SET sql = replace(sql, 'ticket_id  BIGINT NOT NULL REFERENCES tickets (id)', 'ticket_id  BIGINT REFERENCES tickets (id)')
WHERE type = 'table' AND name = 'considerations';
PRAGMA writable_schema = RESET;

-- Alerts of deadlines that passed before there were alerts would be news to nobody.
UPDATE tickets
SET sla_stage = 'breached'
WHERE sla_due_at <= CAST(strftime('%s', 'now') AS INTEGER) * 1000000;
CREATE INDEX tickets_alerts ON tickets (sla_stage, sla_due_at) WHERE sla_due_at IS NOT NULL AND sla_stage <> 'breached' AND status <> 'resolved';

ALTER TABLE events ADD COLUMN workflow_id BIGINT; -- the only workflow that it may start; NULL: all
CREATE INDEX events_held ON events (workflow_id, id) WHERE state = 'held'; -- kept while the workflow is tripped

ALTER TABLE runs ADD COLUMN watching BOOLEAN NOT NULL DEFAULT FALSE; -- any change of the ticket wakes it
ALTER TABLE runs ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0; -- to go on after its wait, that failed
ALTER TABLE runs ADD COLUMN limit_key TEXT NOT NULL DEFAULT ''; -- a hash: what the trigger's limit counts together
ALTER TABLE runs ADD COLUMN undone_at BIGINT;
ALTER TABLE runs ADD COLUMN undone_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX runs_watching ON runs (ticket_id) WHERE watching;
CREATE INDEX runs_resting ON runs (ticket_id, wake_at) WHERE outcome = 'waiting';
CREATE INDEX runs_waits ON runs (workflow_id, id) WHERE outcome = 'waiting';
CREATE INDEX runs_limit ON runs (workflow_id, limit_key, started_at) WHERE limit_key <> '';
DROP INDEX runs_workflow;
CREATE INDEX runs_workflow ON runs (workflow_id, started_at, id, outcome, version); -- the last two for filters and counts
CREATE INDEX runs_outcome ON runs (workflow_id, outcome, started_at, id) WHERE outcome <> 'completed';
DROP INDEX runs_ticket;
CREATE INDEX runs_ticket ON runs (ticket_id, started_at, id);
CREATE INDEX changes_run ON changes (run_id, id) WHERE run_id IS NOT NULL;

ALTER TABLE workflows ADD COLUMN tripped_at BIGINT; -- since when it is paused for going over a limit
ALTER TABLE workflows ADD COLUMN tripped_why TEXT NOT NULL DEFAULT '';
ALTER TABLE workflows ADD COLUMN shadow_version BIGINT NOT NULL DEFAULT 0; -- the one that runs muted, 0 for none
ALTER TABLE workflows ADD COLUMN shadow_since BIGINT;
ALTER TABLE workflows ADD COLUMN draft_seq BIGINT NOT NULL DEFAULT 0; -- where in workflow_drafts the draft stands
ALTER TABLE workflows ADD COLUMN next_at BIGINT; -- the schedule's next time
ALTER TABLE workflows ADD COLUMN hook_token TEXT NOT NULL DEFAULT ''; -- names the workflow to its inbound webhook
CREATE INDEX workflows_next ON workflows (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX workflows_hook ON workflows (hook_token) WHERE hook_token <> '';
ALTER TABLE workflow_versions ADD COLUMN override TEXT NOT NULL DEFAULT ''; -- what was published in spite of it

CREATE TABLE workflow_drafts (
    workflow_id BIGINT NOT NULL REFERENCES workflows (id),
    seq         BIGINT NOT NULL, -- undo goes down, redo up
    definition  TEXT   NOT NULL,
    saved_by    BIGINT NOT NULL DEFAULT 0,
    saved_at    BIGINT NOT NULL,
    PRIMARY KEY (workflow_id, seq)
);

CREATE TABLE workflow_cases (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL,
    workflow_id BIGINT NOT NULL REFERENCES workflows (id),
    name        TEXT   NOT NULL,
    event       TEXT   NOT NULL, -- JSON, as are the next two
    ticket      TEXT   NOT NULL,
    expect      TEXT   NOT NULL,
    created_by  BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);
CREATE INDEX workflow_cases_workflow ON workflow_cases (workflow_id, id);

CREATE TABLE shadow_runs (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB    NOT NULL UNIQUE,
    team_id     BIGINT  NOT NULL,
    workflow_id BIGINT  NOT NULL REFERENCES workflows (id),
    version     BIGINT  NOT NULL,
    event_id    BIGINT  NOT NULL REFERENCES events (id),
    ticket_id   BIGINT  REFERENCES tickets (id),
    outcome     TEXT    NOT NULL,
    why         TEXT    NOT NULL DEFAULT '',
    steps       TEXT    NOT NULL, -- the trace of what it would have done
    changes     TEXT    NOT NULL DEFAULT '[]', -- JSON: the changes that it would have made
    live        TEXT    NOT NULL DEFAULT '[]', -- JSON: those that the live version made at the same event
    differs     BOOLEAN NOT NULL DEFAULT FALSE,
    started_at  BIGINT  NOT NULL
);
CREATE INDEX shadow_runs_workflow ON shadow_runs (workflow_id, version, id);
CREATE INDEX shadow_runs_event ON shadow_runs (event_id, workflow_id);

CREATE TABLE run_branches (
    workflow_id BIGINT NOT NULL,
    step_id     TEXT   NOT NULL,
    branch      BIGINT NOT NULL, -- from 0; -1 is else
    started_at  BIGINT NOT NULL, -- of the run
    run_id      BLOB   NOT NULL, -- runs.public_id
    PRIMARY KEY (workflow_id, step_id, branch, started_at, run_id)
) WITHOUT ROWID;

CREATE TABLE overrides (
    team_id     BIGINT NOT NULL,
    workflow_id BIGINT NOT NULL, -- whose result an agent changed
    version     BIGINT NOT NULL,
    step_id     TEXT   NOT NULL,
    run_id      BLOB,
    ticket_id   BIGINT NOT NULL,
    field       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX overrides_step ON overrides (workflow_id, step_id, created_at, run_id);

CREATE TABLE turns (
    team_id BIGINT NOT NULL,
    role_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    last_at BIGINT NOT NULL, -- when the role's turn last fell on this member
    PRIMARY KEY (team_id, role_id, user_id)
);

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE, -- the idempotency key of every attempt
    team_id     BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    workflow_id BIGINT,
    run_id      BLOB, -- runs.public_id
    step_id     TEXT   NOT NULL DEFAULT '',
    ticket_id   BIGINT,
    payload     TEXT   NOT NULL, -- JSON with secrets, '' once it is done
    shown       TEXT   NOT NULL, -- JSON: what of the payload may be shown
    answer      TEXT, -- JSON: what an awaited job hands to its run
    state       TEXT   NOT NULL DEFAULT 'pending', -- pending, done, failed
    attempts    BIGINT NOT NULL DEFAULT 0,
    error       TEXT   NOT NULL DEFAULT '',
    due_at      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'pending';
CREATE INDEX jobs_team ON jobs (team_id, id);
CREATE INDEX jobs_open ON jobs (team_id, state, id) WHERE state <> 'done';
CREATE INDEX jobs_run ON jobs (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE job_attempts (
    job_id     BIGINT NOT NULL REFERENCES jobs (id),
    started_at BIGINT NOT NULL,
    took       BIGINT NOT NULL, -- microseconds
    status     BIGINT NOT NULL DEFAULT 0, -- of the answer, where it has one
    error      TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX job_attempts_job ON job_attempts (job_id, started_at);

CREATE TABLE notifications (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    ticket_id   BIGINT,
    workflow_id BIGINT,
    run_id      BLOB,
    body        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    read_at     BIGINT
);
CREATE INDEX notifications_user ON notifications (team_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (team_id, user_id, id) WHERE read_at IS NULL;

CREATE TABLE backtests (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL,
    workflow_id BIGINT NOT NULL REFERENCES workflows (id),
    definition  TEXT   NOT NULL, -- the draft that was replayed
    days        BIGINT NOT NULL,
    state       TEXT   NOT NULL DEFAULT 'queued', -- queued, running, done, cancelled, failed
    done        BIGINT NOT NULL DEFAULT 0, -- events so far
    total       BIGINT NOT NULL DEFAULT 0,
    result      TEXT   NOT NULL DEFAULT '{}',
    error       TEXT   NOT NULL DEFAULT '',
    started_by  BIGINT NOT NULL DEFAULT 0,
    started_at  BIGINT NOT NULL,
    seen_at     BIGINT, -- when the process that runs it last said so
    ended_at    BIGINT
);
CREATE INDEX backtests_workflow ON backtests (workflow_id, id);
CREATE INDEX backtests_open ON backtests (id) WHERE state IN ('queued', 'running');

-- +goose Down
SELECT 'migrations go forward only';
