package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// trial is a workflow made ready to be tried.
type trial struct {
	program   *workflow.Program
	directory *workflow.Directory
	outputs   map[string]any // of Get ticket, as they are given
	now       time.Time
}

// readJSON reads one JSON object, whose whole numbers stay exact.
func readJSON(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))) // some editors begin a file with that
	dec.UseNumber()
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		if wrong.Field == "" {
			return desk.Errorf(desk.Invalid, "This is a JSON %s, not an object.", wrong.Value)
		}
		return desk.Errorf(desk.Invalid, "%q cannot be a JSON %s.", wrong.Field, wrong.Value)
	}
	if err != nil {
		return desk.Errorf(desk.Invalid, "This is not a JSON object that can be used: %v.", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return desk.Errorf(desk.Invalid, "There is something after the JSON object.")
	}
	return nil
}

// eventLine is an event as spec/7 writes it; when it was and whose ticket it is about may be said too.
type eventLine struct {
	Event      desk.EventName `json:"event"`
	Properties map[string]any `json:"properties"`
	Timestamp  time.Time      `json:"timestamp"`
	DistinctID string         `json:"distinct_id"`
}

// trialAnswer is what one event would lead to.
type trialAnswer struct {
	Outcome workflow.Outcome `json:"outcome"`
	Why     string           `json:"why"`
	Steps   []trialStep      `json:"steps"`
	Changes map[string]any   `json:"changes"`
}

type trialStep struct {
	Step    string               `json:"step"`
	Outcome workflow.StepOutcome `json:"outcome"`
	Detail  string               `json:"detail"`
}

func (t *trial) answer(ctx context.Context, con *console, line []byte) error {
	var e eventLine
	if err := readJSON(line, &e); err != nil {
		return err
	}
	if e.Event == "" {
		return desk.Errorf(desk.Invalid, `The event has no name. Write it as {"event": %q, "properties": {}}.`, desk.TicketCreated)
	}
	facts, ticket, err := t.facts(&e)
	if err != nil {
		return err
	}
	result, err := t.program.Settle(ctx, facts, workflow.Alone)
	if err != nil {
		return err
	}
	a := trialAnswer{Outcome: result.Outcome, Why: result.Why, Steps: []trialStep{}, Changes: result.Changes(ticket, t.directory)}
	if a.Outcome == workflow.Tripped { // which a desk would keep the event for; here it is one try
		a.Outcome = workflow.Failed
	}
	for i := range result.Steps {
		a.Steps = append(a.Steps, trialStepOf(&result.Steps[i]))
	}
	if con.json {
		return con.object(a)
	}
	return a.print(con, e.Event)
}

// trialStepOf says besides what the step did which conditions could not be evaluated.
func trialStepOf(s *workflow.StepTrace) trialStep {
	sentences := []string{s.Detail}
	for _, b := range s.Branches {
		if len(b.Tested) == 0 {
			sentences = append(sentences, "A branch has no conditions, so it never matches.")
		}
		for _, c := range b.Tested {
			if c.Problem != "" {
				sentences = append(sentences, fmt.Sprintf("%s %s: %s.", c.Left, c.Op, strings.TrimSuffix(c.Problem, ".")))
			}
		}
	}
	return trialStep{s.StepID, s.Outcome, strings.Join(sentences, " ")}
}

// shownText is how many characters of its last message a ticket keeps (spec/1).
const shownText = 500

func (t *trial) facts(e *eventLine) (workflow.Facts, *desk.Ticket, error) {
	properties := map[string]any{}
	for name, v := range e.Properties {
		properties[name] = desk.PlainNumbers(v)
	}
	given, err := workflow.GivenTicket(t.outputs, properties, t.directory)
	if err != nil {
		return workflow.Facts{}, nil, err
	}
	ticket := &given.Ticket
	ticket.Number = max(ticket.Number, 1)
	ticket.CreatedAt = orElse(ticket.CreatedAt, t.now)
	ticket.UpdatedAt = orElse(ticket.UpdatedAt, ticket.CreatedAt)
	if text, ok := properties["message_content"].(string); ok && ticket.LastMessageText == "" {
		ticket.LastMessageText = desk.Cut(text, shownText)
	}
	if properties["ticket_id"] == nil {
		properties["ticket_id"] = ticket.PublicID.String()
	}
	if e.DistinctID == "" {
		e.DistinctID = ticket.Customer.DistinctID
	}
	event := workflow.Event{
		ID: 1, TeamID: ticket.TeamID, TicketID: ticket.ID, DistinctID: e.DistinctID,
		Event: desk.Event{Name: e.Event, Properties: properties, At: orElse(e.Timestamp, t.now)},
	}
	before := *ticket
	return workflow.Facts{
		Event: event, Now: t.now.UTC(), Directory: t.directory, RunID: desk.ID{15: 1},
		Tickets: map[desk.ID]*workflow.TicketFacts{ticket.PublicID: &given},
		Roles:   map[int64]workflow.RoleFacts{},
	}, &before, nil
}

func orElse(at, standard time.Time) time.Time {
	if at.IsZero() {
		at = standard
	}
	return at.UTC()
}

// print writes the answer for people.
func (a *trialAnswer) print(con *console, event desk.EventName) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", event, strings.ReplaceAll(string(a.Outcome), "_", " "))
	if a.Why != "" {
		fmt.Fprintf(&b, ". %s", a.Why)
	}
	b.WriteByte('\n')
	for _, s := range a.Steps {
		fmt.Fprintf(&b, "  %s: %s. %s\n", s.Step, s.Outcome, s.Detail)
	}
	for _, field := range []string{"status", "priority", "assignee", "sla_due_at", "tags"} {
		if v, ok := a.Changes[field]; ok {
			text, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("print changes: %w", err)
			}
			fmt.Fprintf(&b, "  %s → %s\n", field, text)
		}
	}
	if _, err := io.WriteString(con.Stdout, b.String()); err != nil {
		return fmt.Errorf("print result: %w", err)
	}
	return nil
}
