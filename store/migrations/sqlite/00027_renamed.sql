-- +goose Up
-- Customers whose name or addresses changed: the words of their tickets are indexed anew, the newest first.
CREATE TABLE search_renamed (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never that of a row that was: whoever works on one sees that it is another
    team_id     BIGINT  NOT NULL,
    customer_id BIGINT  NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    before_at   BIGINT  NOT NULL, -- what is left are the tickets before this created_at and id
    before_id   BIGINT  NOT NULL
);
CREATE UNIQUE INDEX search_renamed_customer ON search_renamed (customer_id);

-- +goose Down
SELECT 'migrations go forward only';
