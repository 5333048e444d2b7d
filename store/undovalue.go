package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

var errPassed = errors.New("the time has passed")

// restoredValue is what a field was before a row of changes, as JSON.
func restoredValue(field desk.Field, own []pastChange, t *desk.Ticket, now time.Time) (string, error) {
	before := own[0].Before
	switch field {
	case desk.FieldSLA:
		return restoredDeadline(own, t, now)
	case desk.FieldSnooze:
		snooze, err := snoozeOf(before)
		if err == nil && !snooze.Until.IsZero() && !snooze.Until.After(now) {
			return "", errPassed
		}
		return before, err
	case desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return before, nil
}

// restoredDeadline also moves the deadline by as long as the clock has stood since: that leaves no record, but each
// deadline that follows tells.
func restoredDeadline(own []pastChange, t *desk.Ticket, now time.Time) (string, error) {
	due, err := timeOf(own[0].Before)
	if err != nil || due.IsZero() {
		return own[0].Before, err
	}
	for i := range own {
		after, err := timeOf(own[i].After)
		if err != nil {
			return "", err
		}
		next := deadlineOf(t, now)
		if i+1 < len(own) {
			if next, err = timeOf(own[i+1].Before); err != nil {
				return "", err
			}
		}
		if !after.IsZero() && !next.IsZero() {
			due = due.Add(next.Sub(after))
		}
	}
	text, err := json.Marshal(due)
	if err != nil {
		return "", fmt.Errorf("write deadline: %w", err)
	}
	return string(text), nil
}

// deadlineOf is when the deadline falls if a paused clock goes on now.
func deadlineOf(t *desk.Ticket, now time.Time) time.Time {
	state, left := t.SLA(now)
	if state == desk.SLANone {
		return time.Time{}
	}
	return now.Add(left)
}

// timeOf reads a time as records have it; null is the zero time.
func timeOf(text string) (time.Time, error) {
	var at time.Time
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return time.Time{}, fmt.Errorf("read time: %w", err)
	}
	return at, nil
}

// snoozeOf reads a snooze as records have it.
func snoozeOf(text string) (desk.Snooze, error) {
	if text == `"`+desk.SnoozedByReply+`"` {
		return desk.Snooze{UntilReply: true}, nil
	}
	until, err := timeOf(text)
	return desk.Snooze{Until: until}, err
}

// change makes the one change that restores all values, and nothing else: what would follow from a status is given.
func (p *undoPlan) change() (desk.All, error) {
	if len(p.values) == 0 {
		return nil, nil
	}
	status, snooze := p.ticket.Status, desk.Snooze{Until: p.ticket.SnoozedUntil, UntilReply: p.ticket.SnoozedUntilReply}
	err := p.read(desk.FieldStatus, &status)
	if text, ok := p.values[desk.FieldSnooze]; ok && err == nil {
		snooze, err = snoozeOf(text)
	}
	if err != nil {
		return nil, err
	}
	all := desk.All{desk.SetStatus{To: status}}
	if p.restores(desk.FieldSnooze) || snooze.UntilReply || snooze.Until.After(p.now) {
		all = append(all, snooze)
	}
	err = errors.Join(
		restore(p, &all, desk.FieldSubject, func(v string) desk.Change { return desk.SetSubject{To: v} }),
		restore(p, &all, desk.FieldPriority, func(v desk.Priority) desk.Change { return desk.SetPriority{To: v} }),
		restore(p, &all, desk.FieldAssignee, func(v desk.Assignee) desk.Change { return desk.SetAssignee{To: v} }),
		restore(p, &all, desk.FieldTags, func(v []string) desk.Change { return desk.SetTags{Mode: desk.ReplaceTags, Tags: v} }),
		restore(p, &all, desk.FieldSLA, func(v time.Time) desk.Change { return desk.SetSLADue{At: v} }),
	)
	return all, err
}

// restore adds the change of a field that is to be restored.
func restore[T any](p *undoPlan, all *desk.All, f desk.Field, set func(T) desk.Change) error {
	if !p.restores(f) {
		return nil
	}
	var value T
	err := p.read(f, &value)
	*all = append(*all, set(value))
	return err
}

func (p *undoPlan) restores(f desk.Field) bool {
	_, ok := p.values[f]
	return ok
}

// read decodes a value that is to be restored; null leaves the zero value of most, and of a time makes it so.
func (p *undoPlan) read(f desk.Field, into any) error {
	text, ok := p.values[f]
	if !ok {
		return nil
	}
	if at, isTime := into.(*time.Time); isTime {
		*at = time.Time{}
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read %s: %w", f, err)
	}
	return nil
}
