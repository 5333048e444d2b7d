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
		until, err := timeOf(before)
		if err == nil && !until.IsZero() && !until.After(now) {
			return "", errPassed
		}
		return before, err
	case desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldRead:
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

// change makes the one change that restores all values, and nothing else: what would follow from a status is given.
func (p *undoPlan) change() (desk.All, error) {
	var all desk.All
	if len(p.values) == 0 {
		return nil, nil
	}
	status, snoozed := p.ticket.Status, p.ticket.SnoozedUntil
	err := errors.Join(
		p.read(desk.FieldStatus, &status),
		p.read(desk.FieldSnooze, &snoozed),
	)
	all = append(all, desk.SetStatus{To: status})
	if p.restores(desk.FieldSnooze) || snoozed.After(p.now) {
		all = append(all, desk.Snooze{Until: snoozed})
	}
	if p.restores(desk.FieldSubject) {
		c := desk.SetSubject{}
		err = errors.Join(err, p.read(desk.FieldSubject, &c.To))
		all = append(all, c)
	}
	if p.restores(desk.FieldPriority) {
		c := desk.SetPriority{}
		err = errors.Join(err, p.read(desk.FieldPriority, &c.To))
		all = append(all, c)
	}
	if p.restores(desk.FieldAssignee) {
		c := desk.SetAssignee{}
		err = errors.Join(err, p.read(desk.FieldAssignee, &c.To))
		all = append(all, c)
	}
	if p.restores(desk.FieldTags) {
		c := desk.SetTags{Mode: desk.ReplaceTags}
		err = errors.Join(err, p.read(desk.FieldTags, &c.Tags))
		all = append(all, c)
	}
	if p.restores(desk.FieldSLA) {
		c := desk.SetSLADue{}
		err = errors.Join(err, p.read(desk.FieldSLA, &c.At))
		all = append(all, c)
	}
	return all, err
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
