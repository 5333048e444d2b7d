package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
)

// evaluate measures the whole decision of the gallery's Full SLA workflow about a new ticket: its trigger, Get ticket,
// two branches and an update of four fields, with the trace. The floor is the same change made by desk.Apply alone.
func evaluate(ctx context.Context, _ *bench) ([]line, error) {
	template, err := gallery.Find("full-sla")
	if err != nil {
		return nil, fmt.Errorf("find template: %w", err)
	}
	directory := &workflow.Directory{Team: desk.Team{ID: 1, Name: "Bench", Timezone: "UTC"}, Roles: map[int64]desk.Role{}}
	for i, name := range template.Roles {
		directory.Roles[int64(i+1)] = desk.Role{ID: int64(i + 1), Name: name}
	}
	definition, problems := workflow.Resolve(template.Definition, directory)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	program, err := workflow.Compile(workflow.Workflow{ID: 1, TeamID: 1, Version: 1, Definition: definition})
	if err != nil {
		return nil, fmt.Errorf("compile template: %w", err)
	}
	facts := newTicketFacts(directory)
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	changed := true
	whole := testing.Benchmark(func(tb *testing.B) {
		tb.ReportAllocs()
		for tb.Loop() {
			r := program.Evaluate(facts)
			changed = changed && len(r.Effects) == 1 && r.Effects[0].Ticket.Priority == desk.High
		}
	})
	alone := testing.Benchmark(func(tb *testing.B) {
		tb.ReportAllocs()
		for tb.Loop() {
			t := theTicket(facts)
			_, err := desk.Apply(&t, desk.Actor{Kind: desk.ByWorkflow}, facts.Now, desk.All{
				desk.SetPriority{To: desk.High},
				desk.SetSLA{Amount: "1", Unit: "hour"},
				desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: 1}},
				desk.SetTags{Tags: []string{"enterprise", "vip"}},
			})
			changed = changed && err == nil && t.Priority == desk.High
		}
	})
	if !changed {
		return nil, errors.New("the ticket was not changed")
	}
	return []line{
		against("a decision", "", time.Duration(whole.NsPerOp()), time.Duration(alone.NsPerOp())),
		{what: "allocations", measured: strconv.FormatInt(whole.AllocsPerOp(), 10), floor: strconv.FormatInt(alone.AllocsPerOp(), 10)},
	}, nil
}

// newTicketFacts are those of an important customer's new ticket.
func newTicketFacts(directory *workflow.Directory) workflow.Facts {
	now := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	t := desk.Ticket{
		ID: 1, PublicID: desk.ID{1}, TeamID: 1, Number: 12, Subject: "Help", Channel: desk.Email, Status: desk.New, Tags: []string{},
		Customer: desk.Customer{ID: 1, Name: "Joe", Email: "joe@enterprise.com"}, MessageCount: 1, CreatedAt: now, UpdatedAt: now,
	}
	properties := desk.Properties(&t)
	properties["customer_name"], properties["customer_email"] = t.Customer.Name, t.Customer.Email
	return workflow.Facts{
		Event: workflow.Event{ID: 1, TeamID: 1, TicketID: 1, Event: desk.Event{Name: desk.TicketCreated, Properties: properties, At: now}},
		Now:   now, URL: "http://desk.test", Directory: directory,
		Tickets: map[desk.ID]*workflow.TicketFacts{t.PublicID: {Ticket: t}}, RunID: desk.ID{9},
	}
}

func theTicket(f workflow.Facts) desk.Ticket { return f.Tickets[desk.ID{1}].Ticket }
