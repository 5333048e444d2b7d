package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// indexedAtOnce is how many messages or changes one transaction indexes: SQLite's one writer is kept for some
// milliseconds.
const indexedAtOnce = 250

// document is what the search finds: a message, or the words of a ticket itself.
type document struct {
	id, shelf        int64
	team, ticket     int64
	message, factsOf *int64
	words            string
}

// indexBatch is what one transaction adds to the index.
type indexBatch struct {
	from    position
	to      int64
	short   bool      // the feed had no more
	renamed *renaming // whose tickets they are; nil: the batch is of a feed
	stale   []any     // tickets whose own words are indexed anew
	docs    []document
}

func (b *indexBatch) empty() bool { return b.renamed == nil && b.to == b.from.seq }

func (b *indexBatch) advance(ctx context.Context, tx *tx) (bool, error) {
	if b.renamed != nil {
		return b.renamed.advance(ctx, tx)
	}
	return advance(ctx, tx, b.from, b.to)
}

// errMoved is an index that somebody else brought on meanwhile.
var errMoved = errors.New("the feed was moved by another reader")

// IndexChanges brings the search index to what is committed and returns how many documents that took. A walk over all
// messages that was begun goes on first. It may run in several places at once: each batch is kept once.
func (s *Store) IndexChanges(ctx context.Context) (int, error) {
	total := 0
	var b indexBatch
	for {
		var err error
		if b, err = s.nextBatch(ctx, b); err != nil || b.empty() {
			return total, err
		}
		if err := s.keep(ctx, b); err != nil {
			return total, err
		}
		total += len(b.docs)
	}
}

// nextBatch is the batch after done. The feed goes first; where it was short, a renamed customer is next, so that
// steady changes do not hold them up.
func (s *Store) nextBatch(ctx context.Context, done indexBatch) (indexBatch, error) {
	walk, err := s.position(ctx, s.db, searchWalk)
	if err != nil {
		return indexBatch{}, err
	}
	if walk.seq != walkOver {
		return s.walkOn(ctx, walk)
	}
	if done.short {
		if b, err := s.renameOn(ctx); err != nil || !b.empty() {
			return b, err
		}
	}
	from, err := s.position(ctx, s.db, searchFeed)
	if err != nil {
		return indexBatch{}, err
	}
	b, err := s.followOn(ctx, from)
	if err == nil && b.empty() {
		return s.renameOn(ctx)
	}
	return b, err
}

// walkOn reads the next of all messages, with what each ticket is that has not been met.
func (s *Store) walkOn(ctx context.Context, from position) (indexBatch, error) {
	b := indexBatch{from: from}
	messages, err := s.unindexed(ctx, `m.id > ?`, []any{from.seq})
	if err != nil {
		return b, err
	}
	if b.to = walkOver; len(messages) > 0 {
		b.to = messages[len(messages)-1].ID
	}
	var tickets []any
	for _, m := range messages {
		if !slices.Contains(tickets, any(m.TicketID)) {
			tickets = append(tickets, m.TicketID)
		}
	}
	facts, err := s.facts(ctx, tickets, `AND NOT EXISTS (SELECT 1 FROM search_docs d WHERE d.facts_of = t.id)`)
	if err != nil {
		return b, err
	}
	b.docs = slices.Concat(facts, documentsOf(messages))
	return b, nil
}

// followOn reads what the next changes added, and the tickets whose words they changed.
func (s *Store) followOn(ctx context.Context, from position) (indexBatch, error) {
	b := indexBatch{from: from, to: from.seq}
	changes, err := s.changesAfter(ctx, from.seq, indexedAtOnce)
	if err != nil || len(changes) == 0 {
		return b, err
	}
	b.to, b.short = changes[len(changes)-1].Seq, len(changes) < indexedAtOnce
	var added []any
	for _, c := range changes {
		if c.Field == desk.FieldMessage || c.Field == desk.FieldNote {
			added = append(added, c.MessageID)
		}
		if worded(c.Field) && !slices.Contains(b.stale, any(c.TicketID)) {
			b.stale = append(b.stale, c.TicketID)
		}
	}
	facts, err := s.facts(ctx, b.stale, ``)
	if err != nil {
		return b, err
	}
	var messages []messageText
	if len(added) > 0 {
		if messages, err = s.unindexed(ctx, `m.public_id IN (`+rowsOf(`?`, len(added))+`)`, added); err != nil {
			return b, err
		}
	}
	b.docs = slices.Concat(facts, documentsOf(messages))
	return b, nil
}

// worded reports whether a ticket is found by a field.
func worded(f desk.Field) bool {
	return f == desk.FieldTicket || f == desk.FieldSubject || f == desk.FieldTags || f == desk.FieldCustomer
}

// messageText is a message as it is indexed.
type messageText struct {
	ID         int64          `db:"id"`
	TeamID     int64          `db:"team_id"`
	TicketID   int64          `db:"ticket_id"`
	Author     desk.ActorKind `db:"author"`
	AuthorName string         `db:"author_name"`
	Body       string         `db:"body"`
}

// unindexed returns messages in the order of their ids, without those that the index has.
func (s *Store) unindexed(ctx context.Context, condition string, args []any) ([]messageText, error) {
	var rows []messageText
	err := list(ctx, s.db, &rows, `
		SELECT m.id, m.team_id, m.ticket_id, m.author, m.author_name, m.body
		FROM messages m
		LEFT JOIN search_docs d ON d.message_id = m.id
		WHERE `+condition+` AND d.id IS NULL
		ORDER BY m.id
		LIMIT ?`, append(slices.Clone(args), indexedAtOnce)...)
	if err != nil {
		return nil, fmt.Errorf("read messages to index: %w", err)
	}
	return rows, nil
}

// documentsOf folds messages. A customer's name is part of what they wrote: people look for both at once.
func documentsOf(messages []messageText) []document {
	docs := make([]document, len(messages))
	for i, m := range messages {
		words := indexed(m.Body)
		if m.Author == desk.ByCustomer && m.AuthorName != "" {
			words = strings.TrimSpace(indexed(m.AuthorName) + " " + words)
		}
		docs[i] = document{team: m.TeamID, ticket: m.TicketID, message: &m.ID, words: words}
	}
	return docs
}

// facts are the documents of tickets themselves: subject, tags and customer.
func (s *Store) facts(ctx context.Context, tickets []any, condition string) ([]document, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID         int64  `db:"id"`
		TeamID     int64  `db:"team_id"`
		Subject    string `db:"subject"`
		Tags       string `db:"tags"`
		Name       string `db:"name"`
		Email      string `db:"email"`
		DistinctID string `db:"distinct_id"`
		Customer   int64  `db:"customer_id"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT t.id, t.team_id, t.subject, t.tags, c.name, c.email, c.distinct_id, t.customer_id
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE t.id IN (`+rowsOf(`?`, len(tickets))+`) `+condition+`
		ORDER BY t.id`, tickets...)
	if err != nil {
		return nil, fmt.Errorf("read tickets to index: %w", err)
	}
	var customers []any
	for _, r := range rows {
		if !slices.Contains(customers, any(r.Customer)) {
			customers = append(customers, r.Customer)
		}
	}
	addresses, err := s.addressesOf(ctx, customers)
	if err != nil {
		return nil, err
	}
	docs := make([]document, len(rows))
	for i, r := range rows {
		var tags []string
		if err := json.Unmarshal([]byte(r.Tags), &tags); err != nil {
			return nil, fmt.Errorf("read tags of ticket %d: %w", r.ID, err)
		}
		emails := append([]string{r.Email}, addresses[r.Customer]...)
		words := indexed(strings.Join(slices.Concat([]string{r.Subject, r.Name}, emails, []string{r.DistinctID}, tags), "\n"))
		docs[i] = document{
			team: r.TeamID, ticket: r.ID, factsOf: &r.ID,
			words: strings.TrimSpace(words + " " + customerWords(r.Name, emails)),
		}
	}
	return docs, nil
}
