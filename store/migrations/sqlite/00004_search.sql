-- +goose Up
-- How far each reader of the changes has come.
CREATE TABLE feeds (
    name TEXT   PRIMARY KEY,
    seq  BIGINT NOT NULL
);
INSERT INTO feeds (name, seq) VALUES
    ('changes', 0),     -- the last seq that was stamped
    ('search', 0),      -- the last change that was indexed
    ('search walk', 0); -- the last message of a walk over all of them, -1 once it is over

-- A team's documents stand on shelves of a limited size, in the order of their coming: a search begins with the
-- newest shelf and most often ends there.
CREATE TABLE search_shelves (
    id      INTEGER PRIMARY KEY,
    team_id BIGINT NOT NULL,
    docs    BIGINT NOT NULL
);
CREATE INDEX search_shelves_team ON search_shelves (team_id, id);

CREATE TABLE search_docs (
    id         INTEGER PRIMARY KEY,
    ticket_id  BIGINT NOT NULL,
    message_id BIGINT REFERENCES messages (id) ON DELETE CASCADE, -- NULL: subject, customer and tags of the ticket
    facts_of   BIGINT REFERENCES tickets (id) ON DELETE CASCADE   -- the ticket, in that case
);
CREATE UNIQUE INDEX search_docs_message ON search_docs (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX search_docs_facts ON search_docs (facts_of) WHERE facts_of IS NOT NULL;

-- The text is kept because a full-text row is removed by its own words.
CREATE TABLE search_words_text (
    id    INTEGER PRIMARY KEY REFERENCES search_docs (id) ON DELETE CASCADE,
    words TEXT   NOT NULL,
    shelf BIGINT NOT NULL
);
CREATE VIRTUAL TABLE search_words USING fts4 (words, content="search_words_text", languageid="shelf", matchinfo="fts3", order="desc", tokenize=simple);
INSERT INTO search_words (search_words) VALUES ('automerge=4'); -- many short merges, not a few long ones
-- +goose StatementBegin
CREATE TRIGGER search_words_forget BEFORE DELETE ON search_words_text
BEGIN
    DELETE FROM search_words WHERE docid = old.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_docs_follow AFTER UPDATE OF ticket_id ON messages
BEGIN
    UPDATE search_docs SET ticket_id = new.ticket_id WHERE message_id = new.id;
END;
-- +goose StatementEnd

-- +goose Down
SELECT 'migrations go forward only';
