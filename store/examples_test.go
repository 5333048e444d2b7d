package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestExamplesAreTheLatestEventsOfTheTeamWithTheirTickets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, team := t.Context(), setUp(t, s).TeamID
		other, err := s.AddTeam(ctx, "Others")
		if err != nil {
			t.Fatal(err)
		}
		open := func(team int64, email string) desk.Ticket {
			return openTicket(t, s, team, store.NewTicket{
				Subject: "From " + email, Channel: desk.Email, Body: "Hello", Customer: store.CustomerInput{Email: email},
			})
		}
		open(team, "first@example.com")
		latest := open(team, "second@example.com")
		open(other.ID, "alien@example.com")

		got, err := s.ExampleEvents(ctx, team, []desk.EventName{desk.TicketCreated, desk.StatusChanged, workflow.ScheduledRun})
		if err != nil || len(got) != 1 {
			t.Fatalf("got %d examples, %v, want one: nothing else has happened", len(got), err)
		}
		e := got[desk.TicketCreated]
		if e.Properties["customer_email"] != "second@example.com" || e.Ticket == nil || e.Ticket.Subject != latest.Subject || e.TeamID != team {
			t.Errorf("got %+v of the ticket %+v, want the latest", e.Event, e.Ticket)
		}
		change(t, s, latest, desk.SetStatus{To: desk.Pending})
		if got, err = s.ExampleEvents(ctx, team, desk.EventNames()); err != nil || got[desk.StatusChanged].Properties["new_status"] != "pending" {
			t.Errorf("got %+v, %v, want the change of status, too", got[desk.StatusChanged], err)
		}
		if got, err = s.ExampleEvents(ctx, team, nil); err != nil || len(got) != 0 {
			t.Errorf("for no kinds: got %d, %v", len(got), err)
		}
	})
}
