package handlers

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

// teller words the past of one ticket for its readers.
type teller struct {
	names names
	now   time.Time
	zone  *time.Location
	drawn *views.Drawings // of messages
}

// deed is what one change did: the records that one actor left at one instant, or one run in all.
type deed struct {
	first   store.HistoryEntry
	changes []views.FieldChange
	at      time.Time
}

// deeds joins records, newest first, into changes as people think of them.
func (t teller) deeds(records []store.HistoryEntry, told func(desk.Field) bool) []deed {
	var out []deed
	for i := len(records) - 1; i >= 0; i-- {
		r := records[i]
		if !told(r.Field) || r.Field == desk.FieldSnooze && r.Actor.Kind == desk.ByCustomer {
			continue // the message that ended a snooze speaks for itself
		}
		if len(out) == 0 || !together(out[len(out)-1].first, r) {
			out = append(out, deed{first: r, at: r.At})
		}
		last := &out[len(out)-1]
		last.changes = append(last.changes, views.FieldChange{
			Field: r.Field, Before: t.value(r.Field, r.Before), After: t.value(r.Field, r.After),
		})
	}
	slices.Reverse(out)
	return out
}

func together(a, b store.HistoryEntry) bool {
	if a.Actor.Kind != b.Actor.Kind || a.Actor.ID != b.Actor.ID {
		return false
	}
	if !a.Actor.Step.RunID.IsZero() {
		return a.Actor.Step.RunID == b.Actor.Step.RunID
	}
	return a.At.Equal(b.At)
}

func (t teller) entry(d deed) views.Entry {
	e := views.Entry{
		Kind: views.Did, Author: d.first.Actor.Kind, By: d.first.Actor.Name, Sentence: views.Sentence(d.changes),
		At: views.Clock(d.at, t.now, t.zone),
	}
	switch d.first.Actor.Kind {
	case desk.ByWorkflow:
		e.Automatic, e.RunHref = true, views.RunPath(d.first.Actor.Step.RunID)
		if d.first.WorkflowName != "" && !undid(d.first) {
			e.By = d.first.WorkflowName
		}
	case desk.ByAPI, desk.BySystem:
		e.Automatic = true
	case desk.ByCustomer:
		if e.By == "" {
			e.By = "The customer"
		}
	case desk.ByAgent:
	}
	return e
}

// value words what a record's JSON says.
func (t teller) value(f desk.Field, v any) string {
	switch v := v.(type) {
	case string:
		return t.word(f, v)
	case []any:
		tags := make([]string, 0, len(v))
		for _, tag := range v {
			if s, ok := tag.(string); ok {
				tags = append(tags, s)
			}
		}
		return strings.Join(tags, ", ")
	case map[string]any:
		kind, _ := v["type"].(string)
		id, _ := v["id"].(float64)
		return t.names.assignee(desk.Assignee{Kind: desk.AssigneeKind(kind), ID: int64(id)})
	}
	return ""
}

func (t teller) word(f desk.Field, s string) string {
	switch f {
	case desk.FieldStatus, desk.FieldPriority:
		return views.Titled(s)
	case desk.FieldSLA, desk.FieldSnooze:
		if s == desk.SnoozedByReply {
			return views.CustomerReplies
		}
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			return views.Clock(at, t.now, t.zone).Text
		}
	case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldAssignee, desk.FieldTags, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return s
}

// why says what set a field last where no person did; nil when one did, or nobody.
func why(records []store.HistoryEntry, f desk.Field) *views.Why {
	i := slices.IndexFunc(records, func(r store.HistoryEntry) bool { return r.Field == f })
	if i < 0 {
		return nil
	}
	switch r := records[i]; r.Actor.Kind {
	case desk.ByWorkflow:
		w := &views.Why{Text: views.SetBy(r.WorkflowName, r.Actor.Step.Version), Href: views.RunPath(r.Actor.Step.RunID)}
		if undid(r) {
			w.Text = views.RestoredBy(r.Actor.Name, r.WorkflowName)
		}
		return w
	case desk.BySystem:
		w := &views.Why{Text: views.SetByClock, Href: views.HistoryAnchor}
		if slices.ContainsFunc(records, func(o store.HistoryEntry) bool { return o.Field == desk.FieldSnooze && together(o, r) }) {
			w.Text = views.SetAtSnoozeEnd
		}
		return w
	case desk.ByAPI:
		return &views.Why{Text: views.SetByProgram(r.Actor.Name), Href: views.HistoryAnchor}
	case desk.ByAgent, desk.ByCustomer:
	}
	return nil
}

// undid reports whether a record restores what a run had changed: what a run itself does, one of its steps did.
func undid(r store.HistoryEntry) bool {
	return r.Actor.Kind == desk.ByWorkflow && r.Actor.Step.StepID == ""
}

func inThread(f desk.Field) bool {
	return inHistory(f) && f != desk.FieldTicket && f != desk.FieldMessage && f != desk.FieldNote
}

func inHistory(f desk.Field) bool { return f != desk.FieldRead }

// skipped words the reasons of the workflows that the ticket's latest events named and that did not run.
func (h *Handlers) skipped(r *http.Request, t teller, ticket *desk.Ticket) ([]views.SkippedEvent, error) {
	considered, err := h.Store.Considered(r.Context(), ticket.TeamID, ticket.ID, skippedShown)
	if err != nil {
		return nil, err
	}
	var events []views.SkippedEvent
	for _, c := range considered {
		e := views.SkippedEvent{Event: views.EventText(c.Event), At: views.Clock(c.At, t.now, t.zone)}
		for _, s := range c.Skipped {
			e.Workflows = append(e.Workflows, views.SkippedWorkflow{Name: s.Workflow, Why: s.Why})
		}
		events = append(events, e)
	}
	return events, nil
}
