package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow/desk"
)

// Sort orders the ticket list: updated, created, sla or number, each with - for the other way round; "" is -updated.
type Sort string

const (
	updatedColumn = `t.updated_at`
	createdColumn = `t.created_at`
	dueColumn     = `t.sla_due_at`
)

// listOrder is a parsed Sort.
type listOrder struct {
	column string // a constant
	down   bool
	key    func(*desk.Ticket) int64
}

func (s Sort) order() (listOrder, error) {
	if s == "" {
		s = "-updated"
	}
	name, down := strings.CutPrefix(string(s), "-")
	o := listOrder{down: down}
	switch name {
	case "updated":
		o.column, o.key = updatedColumn, func(t *desk.Ticket) int64 { return t.UpdatedAt.UnixMicro() }
	case "created":
		o.column, o.key = createdColumn, func(t *desk.Ticket) int64 { return t.CreatedAt.UnixMicro() }
	case "number":
		o.column, o.key = `t.number`, func(t *desk.Ticket) int64 { return t.Number }
	case "sla":
		o.column, o.key = dueColumn, func(t *desk.Ticket) int64 { return t.SLADueAt.UnixMicro() }
	default:
		return listOrder{}, desk.FieldErrorf("sort", "The list cannot be sorted by %q. Use updated, created, sla or number.", name)
	}
	return o, nil
}

// cursor names a place in a list: after the row of that key and id.
type cursor struct {
	set  bool
	last bool // among the rows without a key, which come last in both directions
	key  int64
	id   int64
}

func (o listOrder) cursor(t *desk.Ticket) string {
	if o.column == dueColumn && t.SLADueAt.IsZero() {
		return fmt.Sprintf("none.%d", t.ID)
	}
	return fmt.Sprintf("%d.%d", o.key(t), t.ID)
}

func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	key, id, _ := strings.Cut(text, ".")
	c := cursor{set: true, last: key == "none"}
	var err error
	if c.id, err = strconv.ParseInt(id, 10, 64); err != nil {
		return cursor{}, errCursor()
	}
	if c.last {
		return c, nil
	}
	if c.key, err = strconv.ParseInt(key, 10, 64); err != nil {
		return cursor{}, errCursor()
	}
	return c, nil
}

func errCursor() error {
	return desk.FieldErrorf("after", "The page address is not one of this list. Go back to its first page.")
}

// listPart is a stretch of the list that one index yields in order.
type listPart struct {
	column    string
	condition string
	args      []any
	order     string
	key       string // the column that the part is in the order of
	until     string // keeps to what comes no later than a key
}

// parts splits the list where one index scan cannot go on: tickets without a deadline come last in
// both directions, while an index has them first.
func (o listOrder) parts(from cursor, sla []desk.SLAState) []listPart {
	compare, before, direction := `>`, ` <= ?`, ``
	if o.down {
		compare, before, direction = `<`, ` >= ?`, ` DESC`
	}
	keyed := listPart{column: o.column, order: o.column + direction + `, t.id` + direction, key: o.column, until: o.column + before}
	if from.set {
		keyed.condition = `(` + o.column + `, t.id) ` + compare + ` (?, ?)`
		keyed.args = []any{from.key, from.id}
	}
	if o.column != dueColumn {
		return []listPart{keyed}
	}

	bare := listPart{column: o.column, condition: dueColumn + ` IS NULL`, order: `t.id` + direction, key: `t.id`, until: `t.id` + before}
	if from.last {
		bare.condition += ` AND t.id ` + compare + ` ?`
		bare.args = []any{from.id}
		return []listPart{bare}
	}
	if slices.Equal(sla, []desk.SLAState{desk.SLANone}) {
		return []listPart{bare}
	}
	if keyed.condition == "" {
		keyed.condition = dueColumn + ` IS NOT NULL`
	}
	return []listPart{keyed, bare}
}
