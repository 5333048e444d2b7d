-- +goose Up
-- Times are microseconds since 1970 in UTC, enumerations text, documents JSON text that no statement looks into.

CREATE TABLE teams (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL,
    timezone      TEXT    NOT NULL DEFAULT '',
    pauses_sla    BOOLEAN NOT NULL DEFAULT FALSE,
    last_number   BIGINT  NOT NULL DEFAULT 0, -- of its tickets; the row lock hands them out
    rules_version BIGINT  NOT NULL DEFAULT 1, -- moves with whatever the engine caches: workflows, roles, members, this row
    created_at    BIGINT  NOT NULL
);

CREATE TABLE widgets (
    team_id         BIGINT  PRIMARY KEY REFERENCES teams (id),
    token           TEXT    NOT NULL UNIQUE,
    enabled         BOOLEAN NOT NULL DEFAULT TRUE,
    domains         TEXT    NOT NULL DEFAULT '[]', -- JSON list; empty allows every origin
    settings        TEXT    NOT NULL DEFAULT '{}', -- JSON: greeting, colour and the like
    identity_secret TEXT    NOT NULL DEFAULT '',
    previous_secret TEXT    NOT NULL DEFAULT ''
);

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE, -- lower-case
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL DEFAULT '',
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT  NOT NULL
);

CREATE TABLE members (
    team_id BIGINT  NOT NULL REFERENCES teams (id),
    user_id BIGINT  NOT NULL REFERENCES users (id),
    admin   BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX members_user ON members (user_id, team_id);

CREATE TABLE roles (
    id         INTEGER PRIMARY KEY,
    team_id    BIGINT NOT NULL REFERENCES teams (id),
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (team_id, name)
);

CREATE TABLE role_members (
    team_id BIGINT NOT NULL REFERENCES teams (id),
    role_id BIGINT NOT NULL REFERENCES roles (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (team_id, role_id, user_id)
);
CREATE INDEX role_members_user ON role_members (team_id, user_id, role_id);

CREATE TABLE sessions (
    token_hash BLOB   PRIMARY KEY, -- SHA-256 of the cookie's token
    user_id    BIGINT NOT NULL,    -- 0 before signing in
    team_id    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    data       BLOB   NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE setup_keys (
    key_hash   BLOB   PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE counters (
    name     TEXT   PRIMARY KEY, -- a hash: no address or session stands here
    total    BIGINT NOT NULL,
    resets_at BIGINT NOT NULL
);
CREATE INDEX counters_resets ON counters (resets_at);

CREATE TABLE customers (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL REFERENCES teams (id),
    name        TEXT   NOT NULL DEFAULT '',
    email       TEXT   NOT NULL DEFAULT '', -- lower-case
    distinct_id TEXT   NOT NULL DEFAULT '',
    traits      TEXT   NOT NULL DEFAULT '{}',
    verified    BOOLEAN NOT NULL DEFAULT FALSE, -- the site signed this distinct_id
    created_at  BIGINT NOT NULL
);
CREATE INDEX customers_email ON customers (team_id, email) WHERE email <> '';
CREATE INDEX customers_distinct ON customers (team_id, distinct_id) WHERE distinct_id <> '';

CREATE TABLE tickets (
    id                INTEGER PRIMARY KEY,
    public_id         BLOB    NOT NULL UNIQUE,
    team_id           BIGINT  NOT NULL REFERENCES teams (id),
    number            BIGINT  NOT NULL,
    customer_id       BIGINT  NOT NULL REFERENCES customers (id),
    subject           TEXT    NOT NULL,
    channel           TEXT    NOT NULL,
    mailbox           TEXT    NOT NULL DEFAULT '',
    status            TEXT    NOT NULL,
    priority          TEXT    NOT NULL DEFAULT '',
    assignee_kind     TEXT    NOT NULL DEFAULT '',
    assignee_id       BIGINT  NOT NULL DEFAULT 0,
    tags              TEXT    NOT NULL DEFAULT '[]', -- JSON list; ticket_tags is what is searched
    sla_due_at        BIGINT,
    sla_left          BIGINT,                        -- microseconds left of a paused clock
    sla_stage         TEXT    NOT NULL DEFAULT '',   -- the alerts that this deadline has raised
    snoozed_until     BIGINT,
    message_count     BIGINT  NOT NULL DEFAULT 0,
    last_message_at   BIGINT,
    last_message_text TEXT    NOT NULL DEFAULT '',
    unread_team       BIGINT  NOT NULL DEFAULT 0,
    unread_customer   BIGINT  NOT NULL DEFAULT 0,
    thread_at         BIGINT,
    first_response_at BIGINT,
    last_resolved_at  BIGINT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    widget_session    BLOB,                          -- SHA-256 of the anonymous session that opened it
    verified_identity BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (team_id, number)
);
CREATE INDEX tickets_updated  ON tickets (team_id, status, updated_at, id, sla_due_at);
CREATE INDEX tickets_created  ON tickets (team_id, status, created_at, id);
CREATE INDEX tickets_number   ON tickets (team_id, status, number, id);
CREATE INDEX tickets_due      ON tickets (team_id, status, sla_due_at, id);
CREATE INDEX tickets_assignee ON tickets (team_id, assignee_kind, assignee_id, status, updated_at, id);
CREATE INDEX tickets_snoozed  ON tickets (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX tickets_customer ON tickets (team_id, customer_id, created_at);
CREATE INDEX tickets_session  ON tickets (team_id, widget_session) WHERE widget_session IS NOT NULL;

CREATE TABLE ticket_tags (
    team_id   BIGINT NOT NULL,
    tag       TEXT   NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    PRIMARY KEY (team_id, tag, ticket_id)
);
CREATE INDEX ticket_tags_ticket ON ticket_tags (ticket_id);

CREATE TABLE messages (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB    NOT NULL UNIQUE,
    team_id     BIGINT  NOT NULL,
    ticket_id   BIGINT  NOT NULL REFERENCES tickets (id),
    author      TEXT    NOT NULL,
    author_id   BIGINT  NOT NULL DEFAULT 0,
    author_name TEXT    NOT NULL DEFAULT '',
    private     BOOLEAN NOT NULL DEFAULT FALSE,
    body        TEXT    NOT NULL,
    run_id      BLOB,
    workflow_id BIGINT,
    step_id     TEXT    NOT NULL DEFAULT '',
    sent_at     BIGINT,
    created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX messages_thread ON messages (ticket_id, created_at);

CREATE TABLE changes (
    id               INTEGER PRIMARY KEY,
    seq              BIGINT, -- gap-free in commit order; set by the stamper
    team_id          BIGINT NOT NULL,
    ticket_id        BIGINT NOT NULL REFERENCES tickets (id),
    field            TEXT   NOT NULL,
    before           TEXT   NOT NULL DEFAULT 'null',
    after            TEXT   NOT NULL DEFAULT 'null',
    message_id       BLOB,
    actor            TEXT   NOT NULL,
    actor_id         BIGINT NOT NULL DEFAULT 0,
    actor_name       TEXT   NOT NULL DEFAULT '',
    workflow_id      BIGINT,
    workflow_version BIGINT,
    run_id           BLOB,
    step_id          TEXT   NOT NULL DEFAULT '',
    created_at       BIGINT NOT NULL
);
CREATE INDEX changes_ticket ON changes (ticket_id, id);
CREATE UNIQUE INDEX changes_seq ON changes (seq) WHERE seq IS NOT NULL;

CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    public_id    BLOB   NOT NULL UNIQUE,
    team_id      BIGINT NOT NULL,
    ticket_id    BIGINT NOT NULL REFERENCES tickets (id),
    name         TEXT   NOT NULL,
    properties   TEXT   NOT NULL,
    snapshot     TEXT   NOT NULL, -- the ticket as of the change
    state        TEXT   NOT NULL DEFAULT 'pending', -- pending, processed, parked
    attempts     BIGINT NOT NULL DEFAULT 0,
    error        TEXT   NOT NULL DEFAULT '',
    due_at       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    processed_at BIGINT
);
CREATE INDEX events_pending ON events (ticket_id, id) WHERE state = 'pending';
CREATE INDEX events_queue ON events (id) WHERE state = 'pending';
CREATE INDEX events_ticket ON events (team_id, ticket_id, id); -- led by the team, so that no planner prefers it to events_pending
CREATE INDEX events_team ON events (team_id, created_at, id);
CREATE INDEX events_parked ON events (team_id, id) WHERE state = 'parked';

CREATE TABLE workflows (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB    NOT NULL UNIQUE,
    team_id    BIGINT  NOT NULL REFERENCES teams (id),
    name       TEXT    NOT NULL,
    position   BIGINT  NOT NULL, -- the order in which workflows of one event run
    enabled    BOOLEAN NOT NULL DEFAULT FALSE,
    version    BIGINT  NOT NULL DEFAULT 0, -- the published one, 0 for none
    draft      TEXT    NOT NULL,
    draft_rev  BIGINT  NOT NULL DEFAULT 1, -- moves with every save: the second of two editors gets a conflict
    deleted    BOOLEAN NOT NULL DEFAULT FALSE, -- its runs and history still name it
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    updated_by BIGINT  NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX workflows_name ON workflows (team_id, name) WHERE NOT deleted;
CREATE INDEX workflows_order ON workflows (team_id, position, id);

CREATE TABLE workflow_versions (
    workflow_id  BIGINT NOT NULL REFERENCES workflows (id),
    version      BIGINT NOT NULL,
    definition   TEXT   NOT NULL,
    published_by BIGINT NOT NULL DEFAULT 0,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (workflow_id, version)
);

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL,
    workflow_id BIGINT NOT NULL REFERENCES workflows (id),
    version     BIGINT NOT NULL,
    event_id    BIGINT NOT NULL REFERENCES events (id),
    ticket_id   BIGINT NOT NULL REFERENCES tickets (id),
    outcome     TEXT   NOT NULL, -- completed, failed, waiting
    why         TEXT   NOT NULL DEFAULT '',
    steps       TEXT   NOT NULL, -- the trace: JSON, only ever shown
    position    TEXT   NOT NULL DEFAULT '', -- the step at which a waiting run goes on
    variables   TEXT   NOT NULL DEFAULT '{}',
    wake_at     BIGINT,
    started_at  BIGINT NOT NULL,
    took        BIGINT NOT NULL, -- microseconds
    UNIQUE (event_id, workflow_id)
);
CREATE INDEX runs_workflow ON runs (workflow_id, id, outcome, started_at); -- the last two for the counts of the list
CREATE INDEX runs_ticket ON runs (ticket_id, id);
CREATE INDEX runs_waiting ON runs (wake_at) WHERE outcome = 'waiting';

CREATE TABLE considerations (
    event_id   BIGINT PRIMARY KEY REFERENCES events (id),
    team_id    BIGINT NOT NULL,
    ticket_id  BIGINT NOT NULL REFERENCES tickets (id),
    skipped    TEXT   NOT NULL, -- JSON: the workflows that the event named and that did not run, each with its reason
    created_at BIGINT NOT NULL
);
CREATE INDEX considerations_ticket ON considerations (ticket_id, event_id);

CREATE TABLE ticket_counts (
    team_id BIGINT NOT NULL,
    name    TEXT   NOT NULL, -- what is counted: status:open, assignee:user:3 …
    delta   BIGINT NOT NULL
);
CREATE INDEX ticket_counts_name ON ticket_counts (team_id, name, delta);

-- +goose Down
SELECT 'migrations go forward only';
