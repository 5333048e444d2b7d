package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// shelfSize is how many documents stand on a shelf, and so what asking for the most common word costs.
const shelfSize = 16_384

// fullText is how an engine keeps and finds words; what differs between the two is here.
type fullText interface {
	// order is the column of changes that counts them in the order of their commits.
	order() string
	// stamp sees that committed changes have that column.
	stamp(ctx context.Context, s *Store) error
	// put indexes documents whose rows stand in search_docs.
	put(ctx context.Context, tx *tx, docs []document) error
	// clear forgets all words.
	clear(ctx context.Context, tx *tx) error
	// matching selects the ids of a shelf's documents that match, newest first.
	matching(shelf int64, terms []term) clauses
	// numbers selects as id the numbers of a JSON list, which is its one parameter.
	numbers() string
}

// hit is a ticket that documents match.
type hit struct {
	TicketID  int64 `db:"ticket_id"`
	MessageID int64 `db:"message_id"` // the newest of its messages that match, 0 when only its own words do
	Matches   int   `db:"matches"`
}

// findings are the tickets that words found, each with its newest message that matches.
type findings struct {
	tickets  []int64
	messages map[int64]int64 // by ticket, 0 where only its own words match
	more     bool            // there are older ones
}

func (f *findings) add(h hit) {
	message, seen := f.messages[h.TicketID]
	if !seen {
		f.tickets = append(f.tickets, h.TicketID)
	}
	f.messages[h.TicketID] = max(message, h.MessageID)
}

// find looks for terms in the team's documents, newest first, until it has seen as many matches as given.
func (s *Store) find(ctx context.Context, team int64, terms []term, most int) (findings, error) {
	f := findings{messages: map[int64]int64{}}
	if !wanted(terms) {
		return f, nil
	}
	var shelves []int64
	err := list(ctx, s.db, &shelves, `
		SELECT id
		FROM search_shelves
		WHERE team_id = ?
		ORDER BY id DESC`, team)
	if err != nil {
		return f, fmt.Errorf("list shelves of the search: %w", err)
	}
	left, older := most, false
	for n := 1; len(shelves) > 0 && left > 0; n = min(4*n, mostArms) {
		if n == mostArms && !older {
			older = true
			if shelves, f.more, err = s.worthLooking(ctx, shelves, terms); err != nil {
				return f, err
			}
			continue
		}
		some := shelves[:min(n, len(shelves))]
		shelves = shelves[len(some):]
		hits, err := s.hits(ctx, some, terms, left)
		if err != nil {
			return f, err
		}
		for _, h := range hits {
			f.add(h)
			left -= h.Matches
		}
	}
	f.more = f.more || left <= 0
	return f, nil
}

// mostArms is how many shelves one statement looks at; SQLite takes 500 at the most.
const mostArms = 64

// hits are the newest matches on some shelves, which are in order. The shelves after the one that fills the limit
// are not looked at.
func (s *Store) hits(ctx context.Context, shelves []int64, terms []term, limit int) ([]hit, error) {
	arms := make([]string, len(shelves))
	var args []any
	for i, shelf := range shelves {
		arm := s.engine.fullText().matching(shelf, terms)
		arms[i], args = arm.text(), append(args, arm.args...)
	}
	var hits []hit
	err := list(ctx, s.db, &hits, matchesIn(arms), append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return hits, nil
}

// matchesIn asks for the tickets of what each of arms selects.
func matchesIn(arms []string) string {
	return `
		SELECT d.ticket_id, COALESCE(MAX(d.message_id), 0) AS message_id, COUNT(*) AS matches
		FROM (
			SELECT id
			FROM (` + strings.Join(arms, ` UNION ALL `) + `) AS arms
			LIMIT ?) AS h
		JOIN search_docs d ON d.id = h.id
		GROUP BY d.ticket_id`
}

const (
	mostHits         = 1_000 // matches that a list is made of
	mostFilteredHits = 5_000 // the same where a filter may leave few of them
)

// searching is what the text of a TicketQuery asks for.
type searching struct {
	terms   []term
	typed   bool     // words to find were typed, even if none of them can be looked for
	from    [][]term // each of the values of from:
	without [][]term // what must not be found: -from:, and words when each has a minus
	filed   bool     // files are asked for, and no words
	extra   clauses  // conditions that no field of TicketQuery has
	opened  clauses  // those of extra about when a ticket was
	nothing bool     // conditions contradict each other
}

// turnAround makes words that are all unwanted a condition on tickets: no search can begin with them.
func (s *searching) turnAround() {
	if len(s.terms) == 0 || wanted(s.terms) {
		return
	}
	for _, t := range s.terms {
		t.not = false
		s.without = append(s.without, []term{t})
	}
	s.terms = nil
}

// leaveOut adds the condition that a ticket is none of those that must not be found. It reports false when these are
// too many to name: a list with some of them in it would be a wrong one.
func (s *Store) leaveOut(ctx context.Context, q *TicketQuery) (bool, error) {
	for _, terms := range q.search.without {
		f, err := s.find(ctx, q.Team, terms, mostFilteredHits)
		if err != nil || f.more {
			return false, err
		}
		ids, err := json.Marshal(f.tickets)
		if err != nil {
			return false, fmt.Errorf("encode ids: %w", err)
		}
		if len(f.tickets) > 0 {
			q.search.extra.add(`t.id NOT IN (`+s.engine.fullText().numbers()+`)`, string(ids))
		}
	}
	return true, nil
}

// few returns the tickets that the words of a query leave; ok is false when they leave all.
func (s *Store) few(ctx context.Context, q *TicketQuery) (_ findings, ok bool, err error) {
	if q.search.filed {
		f, err := s.filed(ctx, q.Team)
		return f, true, err
	}
	if !q.search.typed && len(q.search.from) == 0 {
		return findings{}, false, nil
	}
	most := mostHits
	if q.filtered() {
		most = mostFilteredHits
	}
	var f findings
	if q.search.typed {
		if f, err = s.find(ctx, q.Team, q.search.terms, most); err != nil {
			return findings{}, false, err
		}
		if err := s.addNumbered(ctx, q, &f); err != nil {
			return findings{}, false, err
		}
	}
	for i, terms := range q.search.from {
		of, err := s.find(ctx, q.Team, terms, mostFilteredHits)
		if err != nil {
			return findings{}, false, err
		}
		if i == 0 && !q.search.typed {
			f = of
			continue
		}
		f.more = f.more || of.more
		f.tickets = slices.DeleteFunc(f.tickets, func(id int64) bool { _, both := of.messages[id]; return !both })
	}
	return f, true, nil
}

// filed are the team's newest tickets with files.
func (s *Store) filed(ctx context.Context, team int64) (findings, error) {
	f := findings{messages: map[int64]int64{}}
	var tickets []int64
	if err := list(ctx, s.db, &tickets, newestFiles, team, mostFilteredHits+1); err != nil {
		return f, fmt.Errorf("search for files: %w", err)
	}
	f.more = len(tickets) > mostFilteredHits
	for _, id := range tickets {
		f.add(hit{TicketID: id})
	}
	return f, nil
}

// newestFiles goes along the index of sent files, newest tickets first.
const newestFiles = `
	SELECT ticket_id
	FROM attachments
	WHERE team_id = ? AND sent_at IS NOT NULL
	ORDER BY ticket_id DESC
	LIMIT ?`

// addNumbered adds the ticket whose number the text is.
func (s *Store) addNumbered(ctx context.Context, q *TicketQuery, f *findings) error {
	n := desk.TicketNumber(q.Text)
	if n == 0 {
		return nil
	}
	var id int64
	err := get(ctx, s.db, &id, `SELECT id FROM tickets WHERE team_id = ? AND number = ?`, q.Team, n)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find ticket %d: %w", n, err)
	}
	if _, seen := f.messages[id]; !seen {
		f.tickets = append(f.tickets, id)
	}
	return nil
}

// filtered reports whether something besides the words narrows the list.
func (q *TicketQuery) filtered() bool {
	return q.View != "" && q.View != ViewAll || len(q.Status)+len(q.Priority)+len(q.Channel)+len(q.Assignee)+
		len(q.SLA)+len(q.Tags)+len(q.search.from)+len(q.search.extra.texts) > 0
}

// excerpts are the newest matching messages of some tickets, by ticket.
func (s *Store) excerpts(ctx context.Context, q *TicketQuery, f findings, tickets []desk.Ticket) (map[int64]Excerpt, error) {
	var args []any
	for i := range tickets {
		if id := f.messages[tickets[i].ID]; id != 0 {
			args = append(args, id)
		}
	}
	if len(args) == 0 || len(q.search.terms) == 0 {
		return nil, nil
	}
	var rows []struct {
		TicketID int64  `db:"ticket_id"`
		Private  bool   `db:"private"`
		Body     string `db:"body"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT ticket_id, private, body
		FROM messages
		WHERE id IN (`+rowsOf(`?`, len(args))+`) AND team_id = ?`, append(args, q.Team)...)
	if err != nil {
		return nil, fmt.Errorf("read messages that match: %w", err)
	}
	out := make(map[int64]Excerpt, len(rows))
	for _, r := range rows {
		out[r.TicketID] = Excerpt{Pieces: excerpt(r.Body, q.search.terms), Private: r.Private}
	}
	return out, nil
}
