package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// workflowTest runs a workflow on facts that are given (spec/7): no server, no data folder, nothing is changed.
type workflowTest struct {
	mappingFlags
	Event  string  `required:"" placeholder:"FILE" help:"Events, one JSON object a line; - is standard input."`
	Ticket string  `placeholder:"FILE" help:"The ticket as Get ticket reads it, a JSON object; without it, the events say what it is. - is standard input."`
	Now    instant `placeholder:"TIME" help:"When it is, such as 2026-01-31T09:00:00Z; without it, now."`
	File   string  `arg:"" name:"file" help:"The workflow in JSON, YAML or PostHog's format; - is standard input."`
}

// instant is a moment given on the command line.
type instant time.Time

// UnmarshalText takes RFC 3339 alone.
func (i *instant) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time; write it as 2026-01-31T09:00:00Z", text)
	}
	*i = instant(at)
	return nil
}

const (
	maxEventLine = 1 << 20 // bytes
	shownText    = 500     // characters of a message that a ticket keeps (spec/1)
)

// Run answers every event with a line, each as if nothing had happened before it.
func (c *workflowTest) Run(ctx context.Context, con *console) error {
	if c.File == "-" && c.Event == "-" || c.Event == "-" && c.Ticket == "-" || c.Ticket == "-" && c.File == "-" {
		return misuse{errors.New("standard input can be only one of the workflow, the events and the ticket")}
	}
	t, err := c.prepare(con)
	if err != nil {
		return err
	}
	from, err := con.open(c.Event)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()

	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxEventLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := t.answer(ctx, con, lines.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", c.Event, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}

// open opens a file that is read line by line.
func (c *console) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.Stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return f, nil
}

// trial is a workflow made ready to be tried.
type trial struct {
	program   *workflow.Program
	directory *workflow.Directory
	outputs   map[string]any // of Get ticket, as they are given
	now       time.Time
}

func (c *workflowTest) prepare(con *console) (*trial, error) {
	definition, err := con.workflowFile(c.File, c.mapping())
	if err != nil {
		return nil, err
	}
	t := trial{now: time.Time(c.Now)}
	if t.now.IsZero() {
		t.now = time.Now()
	}
	if t.program, err = workflow.Compile(workflow.Workflow{ID: 1, TeamID: 1, Version: 1, Definition: definition}); err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	named := definition.Named()
	if c.Ticket != "" {
		data, err := con.read(c.Ticket)
		if err != nil {
			return nil, err
		}
		if err := readJSON(data, &t.outputs); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Ticket, err)
		}
		named = append(named, c.assignee(t.outputs)...)
	}
	t.directory = workflow.DirectoryOf(named)
	if _, err := workflow.GivenTicket(t.outputs, nil, t.directory); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Ticket, err)
	}
	return &t, nil
}

// assignee is the user or role that the ticket belongs to, who exists because the ticket says so.
func (c *workflowTest) assignee(outputs map[string]any) []workflow.Target {
	a, ok := outputs["assignee"].(map[string]any)
	if !ok {
		return nil
	}
	kind, _ := a["type"].(string)
	name, _ := a["name"].(string)
	if id, _ := a["id"].(string); name == "" && id != "" {
		if name = c.Role[id]; kind == string(desk.ToUser) {
			name = c.User[id]
		}
		a["name"] = name
	}
	return []workflow.Target{{Kind: desk.AssigneeKind(kind), Name: name}}
}

// readJSON reads one JSON object, whose whole numbers stay exact.
func readJSON(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
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
	for _, s := range result.Steps {
		a.Steps = append(a.Steps, trialStep{s.StepID, s.Outcome, s.Detail})
	}
	if con.json {
		return con.object(a)
	}
	return a.print(con, e.Event)
}

func (t *trial) facts(e *eventLine) (workflow.Facts, *desk.Ticket, error) {
	properties := map[string]any{}
	for name, v := range e.Properties {
		properties[name] = plain(v)
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

// plain makes the numbers of JSON those that events have.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for name := range maps.Keys(v) {
			v[name] = plain(v[name])
		}
	}
	return v
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
