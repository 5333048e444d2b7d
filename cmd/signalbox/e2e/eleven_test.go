package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// desktop is a desk with its admin, beside which tests open the tickets of channels that have no door yet.
type desktop struct {
	*client
	token string
	store *store.Store
	team  int64
}

func newDesktop(t *testing.T, flags ...string) *desktop {
	t.Helper()
	dir, token := newDesk(t)
	s := serve(t, dir, flags...)
	db := openStore(t, dir)
	teams, err := db.Teams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &desktop{client: login(t, s.url, "ada@northwind.example"), token: token, store: db, team: teams[0].ID}
}

// arrival is a customer's first message.
type arrival struct {
	channel  desk.Channel
	email    string
	priority desk.Priority
}

// arrive brings the message in: by the widget's own protocol, or as the other channels' doors will.
func (d *desktop) arrive(a arrival) {
	d.t.Helper()
	if a.channel == desk.Widget {
		v := newVisitor(d.server, d.token, "")
		v.email = a.email
		if err := v.write("Hello, I need help."); err != nil {
			d.t.Fatalf("write in the widget: %v", err)
		}
		return
	}
	_, err := d.store.OpenTicket(d.t.Context(), desk.Actor{}, d.team, store.NewTicket{
		Subject: "Help", Channel: a.channel, Priority: a.priority, Body: "Hello, I need help.",
		Customer: store.CustomerInput{Email: a.email},
	})
	if err != nil {
		d.t.Fatalf("open a ticket by %s: %v", a.channel, err)
	}
}

// set sends the form of one field, as an agent does.
func (d *desktop) set(field, value string) {
	d.t.Helper()
	d.post("/tickets/1/"+field, url.Values{field: {value}}).wants(d.t, "set "+field, http.StatusSeeOther)
}

func (d *desktop) reply() {
	d.t.Helper()
	d.post("/tickets/1/messages", url.Values{"body": {"We are on it."}}).wants(d.t, "reply", http.StatusSeeOther)
}

// ran waits until a workflow has run, so that a ticket which stays as it was does so in spite of it.
func (d *desktop) ran() {
	d.t.Helper()
	eventually(d.t, "the workflow has run", func() bool {
		return strings.Contains(d.get("/workflows").Find(".workflow-runs").Text(), "1 completed")
	})
}

// expected is how a ticket must stand, with the time that its deadline leaves.
type expected struct {
	status, priority, assignee, tags string
	left                             time.Duration
}

// ends waits until the first ticket stands as expected. A deadline counts from the customer's message or from
// the change that set it, so it may be a little earlier than now plus what is left.
func (d *desktop) ends(want expected) {
	d.t.Helper()
	if want.assignee == "" {
		want.assignee = "Unassigned"
	}
	const tolerance = time.Minute
	var got row
	state := func() string {
		left := "no deadline"
		if !got.due.IsZero() {
			left = time.Until(got.due).Round(time.Second).String()
		}
		return fmt.Sprintf("%+v with %s left", got, left)
	}
	start := time.Now()
	eventually(d.t, fmt.Sprintf("ticket 1 is %+v", want), func() bool {
		var there bool
		got, there = d.row(1)
		if time.Since(start) > 10*time.Second {
			d.t.Fatalf("ticket 1 is %s, want %+v", state(), want)
		}
		dueRight := got.due.IsZero() == (want.left == 0)
		if want.left > 0 && dueRight {
			late := want.left - time.Until(got.due)
			dueRight = late > -time.Second && late < tolerance
		}
		return there && dueRight && got.status == want.status && got.priority == want.priority &&
			got.assignee == want.assignee && got.tags == want.tags
	})
}

// Each template of the gallery alone: a customer's message in, the ticket's state out.
func TestEachTemplateDoesWhatItSays(t *testing.T) {
	t.Parallel()
	slack := arrival{channel: desk.Slack}
	email := arrival{channel: desk.Email, email: "kim@elsewhere.example"}
	chat := arrival{channel: desk.Widget, email: "kim@elsewhere.example"}
	tests := []struct {
		template, name string
		in             arrival
		then           func(*desktop)
		want           expected
	}{
		{"sla-by-channel", "Slack", slack, nil, expected{status: "new", left: 24 * time.Hour}},
		{"sla-by-channel", "chat", chat, nil, expected{status: "new", left: 4 * time.Hour}},
		{"sla-by-channel", "email", email, nil, expected{status: "new", left: 4 * time.Hour}},
		{"sla-by-priority", "high", chat, to("priority", "high"), expected{status: "new", priority: "high", left: time.Hour}},
		{"sla-by-priority", "medium", chat, to("priority", "medium"), expected{status: "new", priority: "medium", left: 4 * time.Hour}},
		{"sla-by-priority", "low", chat, to("priority", "low"), expected{status: "new", priority: "low", left: 24 * time.Hour}},
		{"assign-to-role", "any", chat, nil, expected{status: "new", assignee: "Support"}},
		{"assign-by-channel", "Slack", slack, nil, expected{status: "new", assignee: "Engineering"}},
		{"assign-by-channel", "chat", chat, nil, expected{status: "new", assignee: "Support"}},
		{"open-on-reply", "new", chat, (*desktop).reply, expected{status: "open"}},
		{"open-on-reply", "pending stays", chat, after(to("status", "pending"), (*desktop).reply), expected{status: "pending"}},
		{"pending-on-reply", "new", chat, (*desktop).reply, expected{status: "pending"}},
		{"tag-by-domain", "enterprise", arrival{channel: desk.Widget, email: "lee@bigcorp.com"}, nil, expected{status: "new", tags: "enterprise,priority"}},
		{"tag-by-domain", "startup", arrival{channel: desk.Email, email: "lee@startup.io"}, nil, expected{status: "new", tags: "startup"}},
		{
			"escalate-high", "high",
			arrival{channel: desk.Email, priority: desk.High},
			nil,
			expected{status: "new", priority: "high", assignee: "Senior Support", tags: "escalated", left: 30 * time.Minute},
		},
		{"tag-pending", "pending", chat, to("status", "pending"), expected{status: "pending", tags: "awaiting-customer"}},
		{"full-sla", "Slack", slack, nil, expected{status: "new", priority: "low", assignee: "Engineering", left: 24 * time.Hour}},
		{
			"full-sla", "enterprise",
			arrival{channel: desk.Widget, email: "lee@enterprise.com"},
			nil,
			expected{status: "new", priority: "high", assignee: "Senior Support", tags: "enterprise,vip", left: time.Hour},
		},
		{"full-sla", "others", chat, nil, expected{status: "new", priority: "medium", assignee: "Support", left: 4 * time.Hour}},
	}
	for _, tt := range tests {
		t.Run(tt.template+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesktop(t)
			d.install(tt.template)
			d.arrive(tt.in)
			if tt.then != nil {
				tt.then(d)
			}
			d.ran()
			d.ends(tt.want)
		})
	}
}

func to(field, value string) func(*desktop) {
	return func(d *desktop) { d.set(field, value) }
}

func after(first, second func(*desktop)) func(*desktop) {
	return func(d *desktop) { first(d); second(d) }
}

func TestACustomersMessageReopensWhatWaitedForThem(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"pending", "resolved"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			d := newDesktop(t)
			d.install("reopen-on-reply")
			v := newVisitor(d.server, d.token, "")
			for _, text := range []string{"Hello.", "Are you there?"} {
				if err := v.write(text); err != nil {
					t.Fatal(err)
				}
				if text == "Hello." {
					d.set("status", status)
				}
			}
			d.ends(expected{status: "open"})
		})
	}
}

func TestTheLastOfTwoWorkflowsDecides(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{{"open-on-reply", "pending-on-reply"}, {"pending-on-reply", "open-on-reply"}} {
		t.Run(strings.Join(order, " then "), func(t *testing.T) {
			t.Parallel()
			d := newDesktop(t)
			for _, slug := range order {
				d.install(slug)
			}
			d.arrive(arrival{channel: desk.Widget})
			d.reply()
			last := strings.TrimSuffix(order[1], "-on-reply")
			d.ends(expected{status: last})

			// The newest deed of the history comes first.
			history := d.get("/tickets/1").Find("#history .did")
			if got := history.First().Text(); !strings.Contains(strings.ToLower(got), last) {
				t.Errorf("the history's newest line is %q, want the workflow that set %s", strings.Join(strings.Fields(got), " "), last)
			}
		})
	}
}
