package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
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

// maxEventLine is how many bytes one event may have.
const maxEventLine = 1 << 20

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
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := t.answer(ctx, con, lines.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", c.Event, n, err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s, line %d: the event has more than %d kB", c.Event, n+1, maxEventLine>>10)
	} else if err != nil {
		return fmt.Errorf("read %s after line %d: %w", c.Event, n, err)
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
