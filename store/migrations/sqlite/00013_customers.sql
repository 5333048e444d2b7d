-- +goose Up
ALTER TABLE customers ADD COLUMN domain TEXT NOT NULL DEFAULT ''; -- of the email
ALTER TABLE customers ADD COLUMN blocked_at BIGINT;               -- what they write since is refused
ALTER TABLE customers ADD COLUMN merged_into BIGINT;              -- the customer who took their tickets over
UPDATE customers SET domain = substr(email, instr(email, '@') + 1) WHERE email <> '';
CREATE INDEX customers_domain ON customers (team_id, domain, id) WHERE domain <> '';
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- What the team writes down about a customer, and what it did to them.
CREATE TABLE customer_notes (
    id          INTEGER PRIMARY KEY,
    public_id   BLOB   NOT NULL UNIQUE,
    team_id     BIGINT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    kind        TEXT   NOT NULL, -- note, blocked, unblocked, merged, unmerged, address added, address removed
    author_id   BIGINT NOT NULL,
    author_name TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX customer_notes_of ON customer_notes (team_id, customer_id, id);

-- Further addresses of customers; the first one is customers.email.
CREATE TABLE customer_addresses (
    team_id     BIGINT NOT NULL,
    email       TEXT   NOT NULL, -- lower-case
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (team_id, email)
) WITHOUT ROWID;
CREATE INDEX customer_addresses_of ON customer_addresses (customer_id);

CREATE TABLE customer_merges (
    id         INTEGER PRIMARY KEY,
    public_id  BLOB   NOT NULL UNIQUE,
    team_id    BIGINT NOT NULL,
    from_id    BIGINT NOT NULL REFERENCES customers (id), -- whose tickets left
    into_id    BIGINT NOT NULL REFERENCES customers (id),
    user_id    BIGINT NOT NULL,
    user_name  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    undone_at  BIGINT,
    undone_by  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX customer_merges_from ON customer_merges (team_id, from_id, id);
CREATE INDEX customer_merges_into ON customer_merges (team_id, into_id, id);

CREATE TABLE moved_tickets (
    team_id   BIGINT NOT NULL,
    merge_id  BIGINT NOT NULL REFERENCES customer_merges (id),
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    PRIMARY KEY (team_id, merge_id, ticket_id)
) WITHOUT ROWID;

-- +goose Down
SELECT 'migrations go forward only';
