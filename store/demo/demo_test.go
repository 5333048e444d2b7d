package demo_test

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/demo"
	"signalbox/workflow/desk"
)

var now = time.Date(2026, time.March, 18, 14, 30, 0, 0, time.UTC)

func fill(t *testing.T) (*store.Store, demo.Filled) {
	t.Helper()
	clock := demo.NewClock(now)
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := demo.Desk{Store: s, Clock: clock, PasswordHash: "hash"}
	filled, err := d.Fill(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return s, filled
}

func TestFillTellsTheWholeStory(t *testing.T) {
	s, filled := fill(t)
	if filled.Tickets != 500 || len(filled.Emails) != 6 || filled.Emails[0] != demo.AdminEmail {
		t.Errorf("Fill = %+v, want 500 tickets and 6 users, the admin first", filled)
	}

	t.Run("every macro can be used", func(t *testing.T) {
		members, err := s.Members(t.Context(), filled.TeamID)
		if err != nil {
			t.Fatal(err)
		}
		admin := members[slices.IndexFunc(members, func(m desk.Member) bool { return m.Email == demo.AdminEmail })]
		macros, err := s.Macros(t.Context(), admin, "", 10)
		if err != nil || len(macros) != 4 {
			t.Fatalf("Macros = %d, %v; want 4", len(macros), err)
		}
		for _, m := range macros {
			tried, err := s.TryMacro(t.Context(), admin, m.PublicID, 480)
			if err != nil || tried.Text == "" || strings.Contains(tried.Text, "{") {
				t.Errorf("%s on ticket 480: %q, %v", m.Name, tried.Text, err)
			}
		}
	})
	t.Run("no event is pending", func(t *testing.T) {
		pending, err := s.Pending(t.Context(), now.AddDate(1, 0, 0), 1)
		if err != nil || len(pending) != 0 {
			t.Errorf("Pending = %v, %v; want none", pending, err)
		}
	})
	t.Run("no deadline is left to tell of", func(t *testing.T) {
		if raised, err := s.RaiseSLA(t.Context(), now, 1); err != nil || raised != 0 {
			t.Errorf("RaiseSLA = %d, %v; want none", raised, err)
		}
	})
	t.Run("every status, channel and state of the SLA can be seen", func(t *testing.T) {
		counts := tally(t, s, filled.TeamID)
		for _, name := range []string{
			"new", "open", "pending", "on_hold", "resolved", "widget", "email", "slack",
			"on-track", "at-risk", "breached", "none", "unread", "tagged", "user", "role", "nobody",
		} {
			if counts[name] == 0 {
				t.Errorf("no ticket is %s", name)
			}
		}
	})
	t.Run("the figures of the views agree with the tickets", func(t *testing.T) {
		counts, err := s.Counts(t.Context(), filled.TeamID, 1, now)
		if err != nil {
			t.Fatal(err)
		}
		if counts[store.ViewAll] != 500 || counts[store.ViewAtRisk] < 4 || counts[store.ViewBreached] < 4 {
			t.Errorf("Counts = %v, want 500 tickets and at least 4 at risk and 4 breached", counts)
		}
	})
	t.Run("a second time it refuses", func(t *testing.T) {
		d := demo.Desk{Store: s, Clock: demo.NewClock(now), PasswordHash: "hash"}
		_, err := d.Fill(t.Context(), now)
		var refusal *desk.Error
		if !errors.As(err, &refusal) || refusal.Kind() != string(desk.Conflict) {
			t.Errorf("Fill of a filled desk = %v, want a conflict", err)
		}
	})
}

// tally counts tickets by what a list shows of them.
func tally(t *testing.T, s *store.Store, team int64) map[string]int {
	t.Helper()
	counts := map[string]int{}
	query := store.TicketQuery{Team: team, View: store.ViewAll, Limit: 100, Now: now}
	for {
		page, err := s.Tickets(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Tickets {
			ticket := &page.Tickets[i]
			counts[string(ticket.Status)]++
			counts[string(ticket.Channel)]++
			counts[cmp.Or(string(ticket.Assignee.Kind), "nobody")]++
			if ticket.Status != desk.Resolved {
				sla, _ := ticket.SLA(now)
				counts[string(sla)]++
			}
			if ticket.UnreadTeam > 0 {
				counts["unread"]++
			}
			if len(ticket.Tags) > 0 {
				counts["tagged"]++
			}
			counts["messages"] += ticket.MessageCount
		}
		if page.Next == "" {
			return counts
		}
		query.After = page.Next
	}
}
