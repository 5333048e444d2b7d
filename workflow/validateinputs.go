package workflow

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

var stepID = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}$`)

// template checks the syntax and the root of a template; literal is false where its value depends on the facts.
func (v *validator) template(field string, value any) (text string, literal bool) {
	t := compileValue(value)
	v.refused(field, t.err)
	return strings.TrimSpace(textOf(t.literal)), t.isLiteral()
}

func (v *validator) output(name string) {
	if name != "" && !variableName.MatchString(name) {
		v.add("output", "%.60q is not a name for a variable. Use letters, digits and _, a digit not first.", name)
	}
}

func (v *validator) update(s *UpdateTicketStep) {
	if id, literal := v.template("ticket_id", s.TicketID); literal {
		if id == "" {
			v.add("ticket_id", "The step does not say which ticket to update. Use %s.", EventTicket)
		} else if _, err := desk.ParseID(id); err != nil {
			v.refused("ticket_id", err)
		}
	}
	if status, literal := v.template("status", s.Status); literal && status != "" && !slices.Contains(desk.Statuses(), desk.Status(status)) {
		v.add("status", "%.40q is not a status. Use one of %s.", status, listed(desk.Statuses()))
	}
	if priority, literal := v.template("priority", s.Priority); literal && priority != "" && !slices.Contains(desk.Priorities(), desk.Priority(priority)) {
		v.add("priority", "%.40q is not a priority. Use one of %s.", priority, listed(desk.Priorities()))
	}
	v.deadline(s)
	v.target("assignee", s.Assignee)
	v.tags(s)
}

// deadline lets desk refuse what it would refuse in a run. A part that depends on the facts is left out.
func (v *validator) deadline(s *UpdateTicketStep) {
	const harmless = "1"
	amount, literalAmount := v.template("sla_amount", s.SLAAmount)
	if !literalAmount || amount == "" { // clear ignores the rest, in a run as here
		amount = harmless // so that the unit and the hours are looked at all the same
	}
	unit, literalUnit := v.template("sla_unit", s.SLAUnit)
	if !literalUnit {
		unit = ""
	}
	// Any instant does: whether an amount is good does not depend on it.
	if _, err := desk.Deadline(time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC), amount, unit, s.BusinessHours); err != nil {
		field := "sla_amount"
		if e := (*desk.Error)(nil); errors.As(err, &e) && e.Field != "" {
			field = e.Field
		}
		v.refused(field, err)
	}
	switch s.SLAMode {
	case "", desk.SLASet, desk.SLAEarlier, desk.SLALater:
	default:
		v.add("sla_mode", "%.40q is not a way to set an SLA. Use set, earlier or later.", string(s.SLAMode))
	}
}

func (v *validator) target(field string, t *Target) {
	if t == nil || t.Kind == desk.Nobody {
		return
	}
	if t.ID == 0 && strings.TrimSpace(t.Name) == "" {
		v.add(field, "Choose a user or a role.")
		return
	}
	if v.dir == nil {
		return
	}
	if _, ok := v.dir.resolve(*t); !ok {
		v.refused(field, errNoTarget(*t))
	}
}

func (v *validator) tags(s *UpdateTicketStep) {
	for i, tag := range s.Tags {
		field := fmt.Sprintf("tags[%d]", i)
		if text, literal := v.template(field, tag); literal {
			_, err := desk.CleanTags([]string{text})
			v.refused(field, err)
		}
	}
	switch s.TagsMode {
	case "", desk.ReplaceTags, desk.AddTags, desk.RemoveTags:
	default:
		v.add("tags_mode", "%.40q is not a way to change tags. Use set, add or remove.", string(s.TagsMode))
	}
}
