package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

var zapier = desk.Token{ID: 7, Name: "Zapier"}.Actor()

func TestAPatchIsOneChangeThatStartsNoWorkflow(t *testing.T) {
	var notes []store.Note
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		publish(t, s, made.TeamID, listening("All"))
		ticket := openTicket(t, s, made.TeamID, question("Hello"))
		pendingEvents(t, s, ticket)
		notes = nil
		check(t, s.PatchTicket(t.Context(), zapier, made.TeamID, ticket.ID, []desk.Change{
			desk.SetStatus{To: desk.Pending},
			desk.SetPriority{To: desk.High},
			desk.SetSLA{Amount: "3"},
			desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: made.UserID}},
			desk.SetTags{Tags: []string{"VIP"}},
		}))
		got, err := s.Ticket(t.Context(), made.TeamID, ticket.Number)
		check(t, err)
		if got.Status != desk.Pending || got.Priority != desk.High || got.SLADueAt.IsZero() || got.Assignee.ID != made.UserID || len(got.Tags) != 1 {
			t.Errorf("after the patch the ticket is %+v", got)
		}
		if events := pendingEvents(t, s, ticket); len(events) != 0 {
			t.Errorf("the patch emitted %v, want nothing", events)
		}
		if len(notes) != 1 || len(notes[0].Fields) != 5 || notes[0].Events != 0 {
			t.Errorf("live pages heard %+v, want one note of five fields", notes)
		}
		history, err := s.History(t.Context(), made.TeamID, ticket.ID, 20)
		check(t, err)
		named := 0
		for _, h := range history {
			if h.Actor == zapier {
				named++
			}
		}
		if named != 5 {
			t.Errorf("%d records name the token, want 5", named)
		}
	}, func(c *store.Config) { c.Committed = func(n store.Note) { notes = append(notes, n) } })
}

func TestAPatchIsAllOrNothingAndTellsAllThatIsWrong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		ticket := openTicket(t, s, made.TeamID, question("Hello"))
		wrong := []desk.Change{
			desk.SetStatus{To: "closed"},
			desk.SetPriority{To: desk.High},
			desk.SetSLA{Amount: "-1"},
			desk.Snooze{Until: time.Now().Add(-time.Hour)},
			desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: 99}},
		}
		want := []string{"status", "sla_amount", "snooze", "assignee"}
		patch := func(changes ...desk.Change) error {
			return s.PatchTicket(t.Context(), zapier, made.TeamID, ticket.ID, changes)
		}
		if diff := cmp.Diff(want, fieldsOf(patch(wrong...))); diff != "" {
			t.Errorf("faults of the patch (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, fieldsOf(s.TryPatch(t.Context(), zapier, made.TeamID, ticket.ID, wrong))); diff != "" {
			t.Errorf("faults of trying it (-want +got):\n%s", diff)
		}
		check(t, s.TryPatch(t.Context(), zapier, made.TeamID, ticket.ID, []desk.Change{desk.SetPriority{To: desk.High}}))
		got, err := s.Ticket(t.Context(), made.TeamID, ticket.Number)
		check(t, err)
		if diff := cmp.Diff(ticket, got); diff != "" {
			t.Errorf("a refused patch changed the ticket (-before +after):\n%s", diff)
		}
	})
}

func TestNobodyPatchesATicketOfAnotherTeamOrAMergedOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		other, err := s.AddTeam(t.Context(), "Other")
		check(t, err)
		into, merged := openTicket(t, s, made.TeamID, question("Hello")), openTicket(t, s, made.TeamID, question("Hello again"))
		tag := []desk.Change{desk.SetTags{Tags: []string{"x"}}}
		wantKind(t, "another team's", s.PatchTicket(t.Context(), zapier, other.ID, into.ID, tag), desk.NotFound)
		check(t, s.Write(t.Context(), func(exec func(string, ...any) error) error {
			return exec(`UPDATE tickets SET merged_into = ? WHERE id = ?`, into.ID, merged.ID)
		}))
		wantKind(t, "tags of a merged one", s.PatchTicket(t.Context(), zapier, made.TeamID, merged.ID, tag), desk.NotFound)
		open := []desk.Change{desk.SetStatus{To: desk.Open}}
		wantKind(t, "the status of a merged one", s.PatchTicket(t.Context(), zapier, made.TeamID, merged.ID, open), desk.NotFound)
	})
}

// fieldsOf are the fields of joined errors.
func fieldsOf(err error) []string {
	var fields []string
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, e := range joined.Unwrap() {
		var rule *desk.Error
		if errors.As(e, &rule) {
			fields = append(fields, rule.Field)
		}
	}
	return fields
}
