package workflow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// Case is a given event and ticket, and what a workflow is expected to change then.
type Case struct {
	Event  desk.Event     // the workflow runs at its time
	Ticket map[string]any // outputs of Get ticket; what is left out, the event's properties say
	Expect map[string]any // as Changes says it
}

// caseEvent is the JSON form of a case's event, which is that of spec/7 with a time.
type caseEvent struct {
	Event      desk.EventName `json:"event"`
	Properties map[string]any `json:"properties"`
	Timestamp  time.Time      `json:"timestamp,omitzero"`
}

// ParseCase reads the three JSON objects of a case. An event without a time is one of now.
func ParseCase(event, ticket, expect []byte, now time.Time) (Case, error) {
	var e caseEvent
	if err := readObject("event", event, &e); err != nil {
		return Case{}, err
	}
	if e.Event == "" {
		return Case{}, desk.FieldErrorf("event", "The event has no name. Write it as {\"event\": %q, \"properties\": {}}.", desk.TicketCreated)
	}
	if !slices.Contains(eventNames(), e.Event) {
		return Case{}, desk.FieldErrorf("event", "%.60q is not an event. Use one of %s.", string(e.Event), listed(eventNames()))
	}
	if e.Timestamp.IsZero() {
		e.Timestamp = now
	}
	c := Case{Event: desk.Event{Name: e.Event, Properties: e.Properties, At: e.Timestamp.UTC()}}
	if err := readObject("ticket", ticket, &c.Ticket); err != nil {
		return Case{}, err
	}
	if err := readObject("expect", expect, &c.Expect); err != nil {
		return Case{}, err
	}
	return c, checkExpected(c.Expect)
}

// eventNames are all events that can start a workflow.
func eventNames() []desk.EventName {
	return append(desk.EventNames(), ManualRun, ScheduledRun, HookCalled)
}

// checkExpected refuses what no run can make true.
func checkExpected(expect map[string]any) error {
	fields := []string{"status", "priority", "sla_due_at", "assignee", "tags"}
	for name, value := range expect {
		if !slices.Contains(fields, name) {
			return desk.FieldErrorf("expect", "%.40q is not a field that a run changes. Use %s.", name, strings.Join(fields, ", "))
		}
		if name != "sla_due_at" || value == nil {
			continue
		}
		if _, ok := instantOf(value); !ok {
			return desk.FieldErrorf("expect", "sla_due_at must be a time such as 2026-01-31T09:00:00Z, or null for none.")
		}
	}
	return nil
}

// readObject keeps whole numbers exact, and takes nothing for an empty object.
func readObject(field string, text []byte, into any) error {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte(`{}`)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = fmt.Errorf("there is more than one value")
	}
	if err != nil {
		return desk.FieldErrorf(field, "This is not a JSON object that can be used: %v.", err)
	}
	return nil
}

// Texts are the three JSON objects of the case, written for people.
func (c Case) Texts() (event, ticket, expect string) {
	e := caseEvent{Event: c.Event.Name, Properties: c.Event.Properties, Timestamp: c.Event.At}
	return indented(e), indented(orEmpty(c.Ticket)), indented(orEmpty(c.Expect))
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func indented(v any) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(jsonText(v)), "", "  "); err != nil { // no value of ours
		return "{}"
	}
	return out.String()
}

// CaseOf is the case that an event, a ticket (nil: none) and what is expected then make.
func CaseOf(e desk.Event, f *TicketFacts, dir *Directory, expect map[string]any) Case {
	c := Case{Event: e, Ticket: map[string]any{}, Expect: orEmpty(expect)}
	if f != nil {
		c.Ticket = ticketValue(f, dir, "")
		for _, again := range []string{"url", "number", "sla"} { // what other fields say, or the desk
			delete(c.Ticket, again)
		}
	}
	return c
}

// Verdict says whether a workflow does what a case expects.
type Verdict struct {
	Result  Result
	Changes map[string]any
	Wrong   []Mismatch
	Problem string // why it fails without regard to fields: it cannot be run, or its run failed
}

// Mismatch is a field that does not become what was expected.
type Mismatch struct{ Field, Want, Got string }

// Pass reports whether all is as expected.
func (v *Verdict) Pass() bool { return v.Problem == "" && len(v.Wrong) == 0 }

// RunCase runs the program on a case alone: there are no other tickets, and no runs or messages before.
func RunCase(p *Program, c Case, dir *Directory) Verdict {
	f, err := c.facts(dir)
	if err != nil {
		return Verdict{Problem: err.Error()}
	}
	before := *f.Tickets[f.ticketID()]
	r, err := p.Simulate(context.Background(), f, Alone)
	if err != nil {
		return Verdict{Problem: err.Error()}
	}
	v := Verdict{Result: r, Changes: r.Changes(&before.Ticket, dir)}
	switch r.Outcome {
	case Failed, Tripped, Cancelled:
		v.Problem = fmt.Sprintf("The run %s: %s", r.Outcome, r.Why)
	case Completed, Waiting, NotTriggered:
	}
	v.Wrong = mismatches(c.Expect, v.Changes)
	return v
}

func (c Case) facts(dir *Directory) (Facts, error) {
	t, err := GivenTicket(c.Ticket, c.Event.Properties, dir)
	if err != nil {
		return Facts{}, err
	}
	properties := desk.Properties(&t.Ticket)
	maps.Copy(properties, c.Event.Properties)
	e := c.Event
	e.Properties = properties
	return Facts{
		Event:     Event{ID: 1, TeamID: dir.Team.ID, TicketID: t.Ticket.ID, Event: e, DistinctID: t.Ticket.Customer.DistinctID},
		Now:       e.At.UTC(),
		Directory: dir,
		Tickets:   map[desk.ID]*TicketFacts{t.Ticket.PublicID: &t},
		Roles:     map[int64]RoleFacts{},
		RunID:     desk.ID{15: 1},
	}, nil
}

// ticketID is the one ticket of the facts of a case.
func (f *Facts) ticketID() desk.ID {
	for id := range f.Tickets {
		return id
	}
	return desk.ID{}
}

// Alone is the Load of a run beside which there is nothing: no other ticket, no earlier run, message or turn.
func Alone(_ context.Context, _ *Workflow, n Need, f *Facts) error {
	switch {
	case !n.Ticket.IsZero():
		f.Tickets[n.Ticket] = nil
	case n.Role != 0:
		f.Roles[n.Role] = RoleFacts{Open: map[int64]int{}}
	case n.Limit != "":
		f.Uses[n.Limit] = 0
	case !n.Sent.IsZero():
		f.Sent[n.Sent] = 0
	default:
		f.Started = new(0)
	}
	return nil
}

// Changes are the fields of a ticket that the run changes, by their names on the wire (spec/7): tags are the
// resulting set, an assignee is its type and name, and null is none.
func (r *Result) Changes(before *desk.Ticket, dir *Directory) map[string]any {
	after := *before
	for i := range r.Effects {
		if r.Effects[i].Ticket.PublicID == before.PublicID {
			after = r.Effects[i].Ticket
		}
	}
	out := map[string]any{}
	if after.Status != before.Status {
		out["status"] = string(after.Status)
	}
	if after.Priority != before.Priority {
		out["priority"] = nil
		if after.Priority != desk.NoPriority {
			out["priority"] = string(after.Priority)
		}
	}
	if !after.SLADueAt.Equal(before.SLADueAt) {
		out["sla_due_at"] = timeOrNil(after.SLADueAt)
	}
	if after.Assignee != before.Assignee {
		out["assignee"] = nil
		if after.Assignee.Kind != desk.Nobody {
			out["assignee"] = map[string]any{"type": string(after.Assignee.Kind), "name": dir.assigneeName(after.Assignee)}
		}
	}
	if !slices.Equal(after.Tags, before.Tags) {
		out["tags"] = slices.Clone(after.Tags)
	}
	return out
}

// mismatches compares what is expected with what is changed, field by field in the order of their names.
func mismatches(want, got map[string]any) []Mismatch {
	names := slices.Collect(maps.Keys(want))
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Mismatch
	for _, name := range names {
		w, g := changeText(name, want), changeText(name, got)
		if w != g {
			out = append(out, Mismatch{Field: name, Want: w, Got: g})
		}
	}
	return out
}

const unchanged = "not changed"

// changeText is one form for all ways to write the same value of a field.
func changeText(name string, changes map[string]any) string {
	v, ok := changes[name]
	if !ok {
		return unchanged
	}
	if at, ok := instantOf(v); ok && name == "sla_due_at" {
		return timeText(at)
	}
	switch v := v.(type) {
	case nil:
		return "none"
	case string:
		return v
	case map[string]any:
		return textOf(v["type"]) + " " + textOf(v["name"])
	}
	if !isList(v) {
		return jsonText(v)
	}
	var tags []string
	for _, item := range items(v) {
		tags = append(tags, textOf(item))
	}
	slices.Sort(tags)
	return jsonText(tags)
}
