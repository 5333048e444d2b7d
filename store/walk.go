package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// mostWalked is how many tickets a page of a search is looked for in, over all streams, where no index has what is
// asked for: is:unread would go through every ticket ever if few are.
const mostWalked = 10_000

// stream is a part of the list that stands in an index in every order.
type stream struct {
	clauses
	ground clauses // those of its conditions that the index answers
}

// streams returns base for each status, and for each of who unless nobody is named.
func streams(ground, base clauses, statuses []desk.Status, who []desk.Assignee, order listOrder) []stream {
	assigned := `t.assignee_kind = ? AND t.assignee_id = ?`
	if order.column != updatedColumn {
		// Without the empty text SQLite would fetch and sort all tickets of an assignee; few of them do
		// not come here, see origin.
		assigned = `t.assignee_kind || '' = ? AND t.assignee_id = ?`
	}
	if len(who)*len(statuses) > mostStreams {
		shared := assignedTo(who)
		base, who = base.and(shared.text(), shared.args...), nil
	}
	var out []stream
	for _, status := range statuses {
		of := stream{base.and(`t.status = ?`, string(status)), ground.and(`t.status = ?`, string(status))}
		if len(who) == 0 {
			out = append(out, of)
		}
		for _, a := range who {
			one := stream{of.and(assigned, string(a.Kind), a.ID), of.ground}
			if order.column == updatedColumn {
				one.ground = one.ground.and(assigned, string(a.Kind), a.ID)
			}
			out = append(out, one)
		}
	}
	return out
}

// mostStreams is how many parts a list has before its assignees share theirs.
const mostStreams = 20

// bounded returns the listing with streams that end after their share of what is walked, and whether one of them
// goes on behind its end.
func (s *Store) bounded(ctx context.Context, l listing, part listPart) (_ listing, ends bool, err error) {
	if !l.walks {
		return l, false, nil
	}
	query, args := l.ends(part)
	var found []struct {
		Stream int   `db:"stream"`
		Key    int64 `db:"key"`
	}
	if err := list(ctx, s.db, &found, query, args...); err != nil {
		return l, false, fmt.Errorf("find where to end a search: %w", err)
	}
	l.streams = slices.Clone(l.streams)
	for _, f := range found {
		l.streams[f.Stream].clauses = l.streams[f.Stream].and(part.until, f.Key)
	}
	return l, len(found) > 0, nil
}

// ends asks an index alone for the last key of each stream that is looked at.
func (l *listing) ends(part listPart) (query string, args []any) {
	selects := make([]string, len(l.streams))
	for i := range l.streams {
		ground := l.streams[i].ground
		if part.condition != "" {
			ground = ground.and(part.condition, part.args...)
		}
		selects[i] = fmt.Sprintf(`
			SELECT * FROM (
				SELECT %d AS stream, %s AS key
				FROM tickets t
				WHERE %s
				ORDER BY %s
				LIMIT 1 OFFSET ?) AS s%d`, i, part.key, ground.text(), part.order, i)
		args = slices.Concat(args, ground.args, []any{mostWalked / len(l.streams)})
	}
	return strings.Join(selects, ` UNION ALL `), args
}
