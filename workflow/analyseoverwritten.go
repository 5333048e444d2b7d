package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// fate is what becomes of a field of the event's ticket behind a point of the workflow.
type fate struct {
	by    *Step // writes it again, before anybody reads it
	all   bool  // on every path
	risky bool  // a step up to there can fail, which ends the run before
}

type fates map[desk.Field]fate

// findOverwritten finds fields that a step writes in vain.
func (a *analysis) findOverwritten(steps []Step) { a.fatesBefore(steps, nil) }

// fatesBefore goes along a path from its end to its start.
func (a *analysis) fatesBefore(steps []Step, after fates) fates {
	for _, s := range slices.Backward(steps) {
		if s.Disabled {
			continue
		}
		switch {
		case s.Update != nil:
			a.reportOverwritten(&s, after)
			after = a.fatesBeforeUpdate(&s, after)
		case s.If != nil:
			after = a.fatesBeforeIf(&s, after)
		case s.Assign != nil:
			after = after.risky()
			if ownTemplate(s.Assign.TicketID) {
				after[desk.FieldAssignee] = fate{by: &s, all: true, risky: true}
			}
		case s.Variable != nil && compileValue(s.Variable.Value).isLiteral():
		case s.Message != nil, s.Notify != nil, s.Variable != nil, s.Webhook != nil && s.Webhook.Output == "":
			after = after.risky()
		default: // it reads the ticket, lets others read it, or ends the run
			for _, exit := range s.Exits() {
				a.fatesBefore(s.Path(exit), after)
			}
			after = nil
		}
	}
	return after
}

// risky returns a copy behind a step that can fail.
func (f fates) risky() fates {
	out := make(fates)
	for field, at := range f {
		at.risky = true
		out[field] = at
	}
	return out
}

func (a *analysis) fatesBeforeIf(s *Step, after fates) fates {
	out := make(fates)
	exits := s.Exits()
	count := make(map[desk.Field]int)
	for _, exit := range exits {
		for field, at := range a.fatesBefore(s.Path(exit), after) {
			if before, ok := out[field]; ok {
				at = fate{by: before.by, all: before.all && at.all, risky: before.risky || at.risky}
			}
			out[field] = at
			count[field]++
		}
	}
	for field, at := range out {
		at.all = at.all && count[field] == len(exits)
		out[field] = at
	}
	return out
}

func (a *analysis) fatesBeforeUpdate(s *Step, after fates) fates {
	risky := a.canFail(s.Update)
	out := make(fates)
	for field, at := range after {
		at.risky = at.risky || risky
		out[field] = at
	}
	if !ownTemplate(s.Update.TicketID) {
		return out
	}
	for _, g := range a.settingsBy(s.Update) {
		delete(out, g.field)
		if replaces(s.Update, g) {
			out[g.field] = fate{by: s, all: true, risky: risky}
		}
	}
	return out
}

// replaces reports whether the step writes the field whatever it was before.
func replaces(s *UpdateTicketStep, g setting) bool {
	switch g.field {
	case desk.FieldSLA:
		return g.key != "" && !strings.Contains(textOf(s.SLAAmount), "{") && (s.SLAMode == "" || s.SLAMode == desk.SLASet)
	case desk.FieldTags:
		return g.literal && (s.TagsMode == "" || s.TagsMode == desk.ReplaceTags)
	case desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTicket, desk.FieldMessage, desk.FieldNote,
		desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return g.literal
}

// canFail reports whether anything but a missing ticket could make the step fail.
func (a *analysis) canFail(s *UpdateTicketStep) bool {
	for _, g := range a.settingsBy(s) {
		var fine bool
		switch g.field {
		case desk.FieldStatus:
			fine = slices.Contains(desk.Statuses(), desk.Status(g.key))
		case desk.FieldPriority:
			fine = slices.Contains(desk.Priorities(), desk.Priority(g.key))
		case desk.FieldSLA:
			amount, unit, _ := strings.Cut(g.key, " ")
			_, err := desk.Deadline(time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC), amount, unit, nil)
			fine = err == nil && s.BusinessHours == nil
		case desk.FieldAssignee:
			_, known := a.dir.resolve(*s.Assignee)
			fine = known || g.key == ""
		case desk.FieldTags:
			fine = s.TagsMode != desk.AddTags
		case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
		}
		if !fine || !g.literal {
			return true
		}
	}
	return false
}

func ownTemplate(id string) bool { return strings.TrimSpace(orDefault(id, EventTicket)) == EventTicket }

func (a *analysis) reportOverwritten(s *Step, after fates) {
	if !ownTemplate(s.Update.TicketID) {
		return
	}
	for _, g := range a.settingsBy(s.Update) {
		at, ok := after[g.field]
		if !ok {
			continue
		}
		f := Finding{Certainty: Proved, Kind: Overwritten, StepID: s.ID, Branch: NoBranch, Field: inputOf(g.field)}
		if at.risky || !at.all || g.key == string(desk.Resolved) || !g.literal { // resolving also ends a snooze
			f.Certainty = Possible
		}
		lost := lostTags(s.Update, at.by.Update)
		switch {
		case g.field == desk.FieldTags && len(lost) > 0:
			f.Kind = TagsReplaced
			f.Text = fmt.Sprintf("%s replaces all tags, so %s is lost again. Let it add its tags, or give both there.", labelOf(at.by), strings.Join(lost, ", "))
		case at.all:
			f.Text = fmt.Sprintf("%s sets the %s again before anybody sees this one. Remove one of the two.", labelOf(at.by), fieldName(g.field))
		default:
			continue
		}
		a.report(f)
	}
}

// lostTags are the tags that s gives and that the step after it leaves out.
func lostTags(s, after *UpdateTicketStep) []string {
	if after == nil || s.TagsMode == desk.RemoveTags {
		return nil
	}
	tags, _ := literalTags(s.Tags)
	kept, _ := literalTags(after.Tags)
	return slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(kept, tag) })
}

func labelOf(s *Step) string {
	if s.Name != "" {
		return fmt.Sprintf("The step %q", s.Name)
	}
	return fmt.Sprintf("The step %s", s.ID)
}
