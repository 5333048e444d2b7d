package store_test

import (
	"encoding/json"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

// undoModel knows who wrote each field, and so what an undo has to restore.
type undoModel struct {
	tickets []desk.Ticket
	runs    []desk.ID
	writes  map[place][]write
	undone  map[desk.ID]bool
}

type place struct {
	ticket int64
	field  desk.Field
}

// write is one change of a field; run is zero for an agent's.
type write struct {
	run           desk.ID
	before, after string
}

func (m *undoModel) ran(run acted) {
	m.runs = append(m.runs, run.id)
	for ticket, steps := range run.outcomes {
		for _, outcome := range steps {
			m.wrote(ticket, run.id, outcome)
		}
	}
}

func (m *undoModel) wrote(ticket int64, run desk.ID, outcome desk.Outcome) {
	for _, r := range outcome.Changes {
		at := place{ticket, r.Field}
		m.writes[at] = append(m.writes[at], write{run: run, before: fieldText(r.Before), after: fieldText(r.After)})
	}
}

// undo takes the run's writes away where they are the last of a field, leaving out those of runs undone earlier.
func (m *undoModel) undo(run desk.ID) {
	if m.undone[run] {
		return
	}
	for at, writes := range m.writes {
		var left []write
		for _, w := range writes {
			if !m.undone[w.run] {
				left = append(left, w)
			}
		}
		first := len(left)
		for first > 0 && left[first-1].run == run {
			first--
		}
		if first < len(left) {
			m.writes[at] = append(writes, write{run: run, before: left[len(left)-1].after, after: left[first].before})
		}
	}
	m.undone[run] = true
}

// values are those of the fields that anybody wrote.
func (m *undoModel) values(ticket int64) map[desk.Field]string {
	out := make(map[desk.Field]string)
	for at, writes := range m.writes {
		if at.ticket == ticket {
			out[at.field] = writes[len(writes)-1].after
		}
	}
	return out
}

// valuesOf reads the same fields off a ticket, and all others that are not as they were opened.
func valuesOf(t desk.Ticket, same map[desk.Field]string) map[desk.Field]string {
	out := make(map[desk.Field]string)
	for _, f := range []struct {
		field     desk.Field
		value     any
		untouched string
	}{
		{desk.FieldSubject, t.Subject, `"Hello"`},
		{desk.FieldStatus, t.Status, `"new"`},
		{desk.FieldPriority, orNone(t.Priority), "null"},
		{desk.FieldAssignee, orNone(t.Assignee), "null"},
		{desk.FieldTags, t.Tags, "[]"},
		{desk.FieldSLA, orNone(t.SLADueAt), "null"},
		{desk.FieldSnooze, orNone(t.SnoozedUntil), "null"},
	} {
		if _, wanted := same[f.field]; wanted || fieldText(f.value) != f.untouched {
			out[f.field] = fieldText(f.value)
		}
	}
	return out
}

func orNone[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

func fieldText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// drawChange changes some fields.
func drawChange(t *rapid.T, d *undoDesk) desk.Change {
	until := d.clock.read().Add(time.Duration(rapid.IntRange(1, 3).Draw(t, "days")) * 24 * time.Hour)
	return desk.All(rapid.SliceOfN(rapid.SampledFrom([]desk.Change{
		desk.SetStatus{To: rapid.SampledFrom(desk.Statuses()).Draw(t, "status")},
		desk.SetPriority{To: rapid.SampledFrom(desk.Priorities()).Draw(t, "priority")},
		desk.SetAssignee{To: rapid.SampledFrom([]desk.Assignee{
			{}, {Kind: desk.ToRole, ID: d.role}, {Kind: desk.ToUser, ID: d.done.UserID},
		}).Draw(t, "assignee")},
		desk.SetTags{Tags: rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, "tags")},
		desk.SetSubject{To: fmt.Sprint("Subject ", rapid.IntRange(1, 3).Draw(t, "subject"))},
		desk.SetSLADue{At: rapid.SampledFrom([]time.Time{{}, until}).Draw(t, "due")},
		desk.Snooze{Until: rapid.SampledFrom([]time.Time{{}, until}).Draw(t, "snooze")},
	}), 1, 4).Draw(t, "changes"))
}
