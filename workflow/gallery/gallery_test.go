package gallery

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

var now = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

func directory() *workflow.Directory {
	return &workflow.Directory{Team: desk.Team{ID: 1}, Roles: map[int64]desk.Role{
		1: {ID: 1, Name: "Support", Members: []int64{7}}, 2: {ID: 2, Name: "Engineering"},
		3: {ID: 3, Name: "Senior Support", Members: []int64{7}}, 4: {ID: 4, Name: "Security", Members: []int64{7}},
	}, Users: map[int64]desk.User{7: {ID: 7, Name: "Ann", Email: "ann@example.com"}}}
}

// situation is an event on a ticket, put shortly.
type situation struct {
	event   desk.EventName
	channel desk.Channel
	email   string
	status  desk.Status
	extra   map[string]any
}

func (s situation) facts() workflow.Facts {
	t := desk.Ticket{
		PublicID: desk.ID{1}, TeamID: 1, Number: 1, Channel: s.channel, Status: s.status, Tags: []string{"old"},
		Customer: desk.Customer{Email: s.email}, CreatedAt: now, UpdatedAt: now,
	}
	properties := map[string]any{
		"ticket_id": t.PublicID.String(), "ticket_number": t.Number, "channel_source": string(s.channel), "status": string(s.status),
		"priority": nil, "customer_email": s.email,
	}
	maps.Copy(properties, s.extra)
	return workflow.Facts{
		Event: workflow.Event{TeamID: 1, Event: desk.Event{Name: s.event, Properties: properties, At: now}}, Now: now,
		Directory: directory(), Tickets: map[desk.ID]*workflow.TicketFacts{t.PublicID: {Ticket: t}},
	}
}

// done says what a run changed: "sla 4h0m0s, assignee Support", or its outcome when it changed nothing.
func done(r workflow.Result) string {
	if len(r.Effects) == 0 {
		return string(r.Outcome)
	}
	var out []string
	for _, effect := range r.Effects {
		for _, c := range effect.Outcome.Changes {
			switch t := effect.Ticket; c.Field {
			case desk.FieldSLA:
				out = append(out, "sla "+t.SLADueAt.Sub(now).String())
			case desk.FieldAssignee:
				out = append(out, "role "+directory().Roles[t.Assignee.ID].Name)
			case desk.FieldTags:
				out = append(out, "tags "+strings.Join(t.Tags, " "))
			case desk.FieldStatus:
				out = append(out, "status "+string(t.Status))
			case desk.FieldPriority:
				out = append(out, "priority "+string(t.Priority))
			case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead,
				desk.FieldRelation, desk.FieldCustomer:
				out = append(out, "also "+string(c.Field))
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestTheElevenDoWhatTheSpecificationSays(t *testing.T) {
	created := func(channel desk.Channel, email string) situation {
		return situation{event: desk.TicketCreated, channel: channel, email: email, status: desk.New}
	}
	with := func(event desk.EventName, status desk.Status, extra map[string]any) situation {
		return situation{event: event, channel: desk.Widget, email: "joe@x.example", status: status, extra: extra}
	}
	priority := func(p any) situation {
		return with(desk.PriorityChanged, desk.Open, map[string]any{"old_priority": "low", "new_priority": p})
	}
	tests := map[string][]struct {
		when situation
		want string
	}{
		"sla-by-channel":  {{created(desk.Slack, ""), "sla 24h0m0s"}, {created(desk.Email, ""), "sla 4h0m0s"}, {created(desk.Widget, ""), "sla 4h0m0s"}},
		"sla-by-priority": {{priority("high"), "sla 1h0m0s"}, {priority("medium"), "sla 4h0m0s"}, {priority("low"), "sla 24h0m0s"}, {priority(nil), "sla 24h0m0s"}},
		"assign-to-role":  {{created(desk.Slack, ""), "role Support"}, {with(desk.MessageSent, desk.New, nil), "not_triggered"}},
		"assign-by-channel": {
			{created(desk.Slack, ""), "role Engineering"},
			{created(desk.Email, ""), "role Support"},
		},
		"open-on-reply":    {{with(desk.MessageSent, desk.New, nil), "status open"}, {with(desk.MessageSent, desk.Pending, nil), "completed"}},
		"pending-on-reply": {{with(desk.MessageSent, desk.New, nil), "status pending"}, {with(desk.MessageReceived, desk.New, nil), "not_triggered"}},
		"reopen-on-reply": {
			{with(desk.MessageReceived, desk.Pending, nil), "status open"},
			{with(desk.MessageReceived, desk.Resolved, nil), "status open"},
			{with(desk.MessageReceived, desk.OnHold, nil), "completed"},
			{with(desk.MessageReceived, desk.New, nil), "completed"},
		},
		"tag-by-domain": {
			{created(desk.Email, "joe@bigcorp.com"), "tags enterprise priority"},
			{created(desk.Email, "JOE@BIGCORP.COM"), "tags enterprise priority"},
			{created(desk.Email, "joe@startup.io"), "tags startup"},
			{created(desk.Email, "joe@bigcorpXcom"), "completed"},
			{created(desk.Email, ""), "completed"},
		},
		"escalate-high": {
			{with(desk.TicketCreated, desk.New, map[string]any{"priority": "high"}), "role Senior Support, tags escalated, sla 30m0s"},
			{created(desk.Email, ""), "completed"},
		},
		"tag-pending": {
			{with(desk.StatusChanged, desk.Pending, map[string]any{"old_status": "open", "new_status": "pending"}), "tags awaiting-customer"},
			{with(desk.StatusChanged, desk.Open, map[string]any{"old_status": "pending", "new_status": "open"}), "not_triggered"},
		},
		"full-sla": {
			{created(desk.Slack, "joe@enterprise.com"), "priority low, role Engineering, sla 24h0m0s"},
			{created(desk.Email, "joe@Enterprise.com"), "priority high, role Senior Support, tags enterprise vip, sla 1h0m0s"},
			{created(desk.Widget, "joe@x.example"), "priority medium, role Support, sla 4h0m0s"},
		},
	}
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 18 || len(tests) != 11 {
		t.Fatalf("%d templates and %d of them tested, want 18 and 11", len(all), len(tests))
	}
	for _, template := range all[:11] {
		program, err := workflow.Compile(workflow.Workflow{Definition: template.Definition})
		if err != nil {
			t.Fatal(err)
		}
		if len(tests[template.Slug]) == 0 {
			t.Errorf("%s is not tested", template.Slug)
		}
		for i, test := range tests[template.Slug] {
			t.Run(fmt.Sprintf("%s %d", template.Slug, i), func(t *testing.T) {
				if got := done(program.Evaluate(test.when.facts())); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		}
	}
}

func TestTemplatesAreValidAndNameTheirRoles(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{
		"Set SLA based on channel", "Set SLA based on priority", "Auto-assign new tickets to a role", "Auto-assign based on channel",
		"Open when team replies", "Pending after team reply", "Reopen when customer replies", "Auto-tag by email domain",
		"Escalate high priority", "Tag tickets moving to pending", "Full SLA workflow",
		"Acknowledge new email tickets", "Next-response SLA", "Remind, then resolve", "Announce assignments",
		"Alert when no SLA rule matches", "Security mailbox", "Tag repeat customers",
	}
	var got []string
	for _, template := range all {
		got = append(got, template.Definition.Name)
		if problems := workflow.Validate(template.Definition, directory()); len(problems) > 0 {
			t.Errorf("%s: %v", template.Slug, problems)
		}
		if template.Summary == "" {
			t.Errorf("%s has no summary", template.Slug)
		}
		resolved, problems := workflow.Resolve(template.Definition, directory())
		if len(problems) > 0 || string(workflow.Format(resolved)) != string(workflow.Format(template.Definition)) {
			t.Errorf("%s does not survive resolving: %v", template.Slug, problems)
		}
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if want := []string{"Engineering", "Senior Support", "Support"}; !slices.Equal(all[10].Roles, want) {
		t.Errorf("roles of the last one: %v, want %v", all[10].Roles, want)
	}
}

func TestFind(t *testing.T) {
	if found, err := Find("full-sla"); err != nil || found.Definition.Name != "Full SLA workflow" {
		t.Errorf("Find = %v, %v", found.Slug, err)
	}
	if _, err := Find("tea"); err == nil {
		t.Error("Find of an unknown slug = nil, want an error")
	}
}
