package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func macro(name, shortcut, body string) store.Macro {
	return store.Macro{Shortcut: shortcut, Macro: workflow.Macro{Name: name, Body: body}}
}

// macroPeople are an admin and an agent of a team, and an admin of another one.
func macroPeople(t *testing.T, s *store.Store) (admin, agent, other desk.Member) {
	t.Helper()
	made := setUp(t, s)
	admin, err := s.Member(t.Context(), made.TeamID, made.UserID)
	check(t, err)
	id, err := s.AddUser(t.Context(), store.NewUser{TeamID: made.TeamID, Email: "tom@example.com", Name: "Tom Kral"})
	check(t, err)
	agent, err = s.Member(t.Context(), made.TeamID, id)
	check(t, err)
	team, err := s.AddTeam(t.Context(), "Others")
	check(t, err)
	id, err = s.AddUser(t.Context(), store.NewUser{TeamID: team.ID, Email: "eve@example.com", Name: "Eve", Admin: true})
	check(t, err)
	other, err = s.Member(t.Context(), team.ID, id)
	check(t, err)
	return admin, agent, other
}

func keep(t *testing.T, s *store.Store, by desk.Member, m store.Macro) desk.ID {
	t.Helper()
	id, err := s.SaveMacro(t.Context(), by, m)
	check(t, err)
	return id
}

func namesOfMacros(t *testing.T, s *store.Store, by desk.Member, text string) []string {
	t.Helper()
	found, err := s.Macros(t.Context(), by, text, 9)
	check(t, err)
	names := []string{}
	for i := range found {
		names = append(names, found[i].Name)
	}
	return names
}

func TestMacrosAreOnesOwnOrSharedAndNobodyElses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		admin, agent, other := macroPeople(t, s)
		shared := keep(t, s, admin, macro("Thanks", "thx", "Thank you!"))
		mine := macro(" Refund steps ", "/Refund", "Here is how")
		mine.OwnerID = agent.ID
		own := keep(t, s, agent, mine)

		wantEqual(t, "the agent's", namesOfMacros(t, s, agent, ""), []string{"Refund steps", "Thanks"})
		wantEqual(t, "the admin's", namesOfMacros(t, s, admin, ""), []string{"Thanks"})
		wantEqual(t, "the others'", namesOfMacros(t, s, other, ""), []string{})
		wantEqual(t, "by shortcut", namesOfMacros(t, s, agent, "TH"), []string{"Thanks"})
		wantEqual(t, "within the name", namesOfMacros(t, s, agent, "steps"), []string{"Refund steps"})

		got, err := s.Macro(t.Context(), agent, own)
		check(t, err)
		if got.Shortcut != "refund" || got.OwnerID != agent.ID {
			t.Errorf("got %+v", got)
		}
		_, err = s.Macro(t.Context(), admin, own)
		wantKind(t, "a colleague's", err, desk.NotFound)
		_, err = s.Macro(t.Context(), other, shared)
		wantKind(t, "another team's", err, desk.NotFound)
		wantKind(t, "delete another team's", s.DeleteMacro(t.Context(), other, shared), desk.NotFound)
		wantKind(t, "an agent deletes a shared one", s.DeleteMacro(t.Context(), agent, shared), desk.Forbidden)
		_, err = s.SaveMacro(t.Context(), agent, macro("Shared", "", "x"))
		wantKind(t, "an agent shares", err, desk.Forbidden)
		got.OwnerID = 0
		_, err = s.SaveMacro(t.Context(), agent, got)
		wantKind(t, "an agent moves one to the team", err, desk.Forbidden)
		check(t, s.DeleteMacro(t.Context(), agent, own))
		_, err = s.Macro(t.Context(), agent, own)
		wantKind(t, "deleted", err, desk.NotFound)
	})
}

func TestNamesAndShortcutsOfMacrosAreUniquePerOwner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		admin, agent, _ := macroPeople(t, s)
		id := keep(t, s, admin, macro("Thanks", "thx", "a"))
		_, err := s.SaveMacro(t.Context(), admin, macro("THANKS", "", "b"))
		wantKind(t, "the name", err, desk.Conflict)
		_, err = s.SaveMacro(t.Context(), admin, macro("Other", "thx", "b"))
		wantKind(t, "the shortcut", err, desk.Conflict)
		_, err = s.SaveMacro(t.Context(), admin, macro("Other", "a b", "b"))
		wantKind(t, "a shortcut with a space", err, desk.Invalid)
		_, err = s.SaveMacro(t.Context(), admin, macro("Other", "", "{nobody}"))
		wantKind(t, "an unknown variable", err, desk.Invalid)
		own := macro("Thanks", "thx", "mine")
		own.OwnerID = agent.ID
		keep(t, s, agent, own)

		changed := macro("Thanks!", "thx", "c")
		changed.PublicID = id
		if got := keep(t, s, admin, changed); got != id {
			t.Errorf("got the id %s, want %s", got, id)
		}
		got, err := s.Macro(t.Context(), admin, id)
		if err != nil || got.Body != "c" || got.Name != "Thanks!" {
			t.Errorf("changed: got %+v, %v", got, err)
		}
	})
}

func TestAMacroIsTriedOnATicketAndChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		admin, _, other := macroPeople(t, s)
		role, err := s.AddRole(t.Context(), admin.TeamID, "Support")
		check(t, err)
		m := macro("Ask", "", "Dear {variables.customer.name}, {variables.agent.name}")
		m.Update = workflow.UpdateTicketStep{Status: "pending", Assignee: &workflow.Target{Kind: desk.ToRole, ID: role}}
		id := keep(t, s, admin, m)
		ticket := openTicket(t, s, admin.TeamID, question("Hello"))
		before := everything(t, s)

		tried, err := s.TryMacro(t.Context(), admin, id, ticket.Number)
		check(t, err)
		if want := "Dear " + ticket.Customer.Name + ", " + admin.Name; tried.Text != want || len(tried.Changes) != 2 || tried.Status != desk.Pending {
			t.Errorf("got %q, %q and %+v, want %q, pending and two changes", tried.Text, tried.Status, tried.Changes, want)
		}
		wantEqual(t, "tables", everything(t, s), before)
		changed, err := s.ApplyMacro(t.Context(), admin, id, ticket.ID)
		check(t, err)
		if changed.Ticket.Status != desk.Pending || changed.Ticket.Assignee != (desk.Assignee{Kind: desk.ToRole, ID: role}) || len(changed.Outcome.Events) != 2 {
			t.Errorf("applied: got %+v", changed)
		}
		tried, err = s.TryMacro(t.Context(), admin, id, ticket.Number)
		if err != nil || tried.Status != desk.Pending || len(tried.Changes) != 0 {
			t.Errorf("tried again: got %q and %+v, %v, want pending as it is and no change", tried.Status, tried.Changes, err)
		}
		_, err = s.TryMacro(t.Context(), other, id, ticket.Number)
		wantKind(t, "another team", err, desk.NotFound)
		_, err = s.ApplyMacro(t.Context(), other, id, ticket.ID)
		wantKind(t, "applied by another team", err, desk.NotFound)
		_, err = s.TryMacro(t.Context(), admin, id, 99)
		wantKind(t, "no ticket", err, desk.NotFound)
	})
}

func TestAMacroGoesWithAHeldReplyAndIsEvaluatedWhenItIsSent(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		by, err := d.store.Member(d.Context(), d.done.TeamID, d.done.UserID)
		check(d.T, err)
		m := macro("Close", "", "Bye")
		m.Update = workflow.UpdateTicketStep{Status: "resolved", Tags: []string{"done"}, TagsMode: desk.AddTags}
		id, ticket := keep(d.T, d.store, by, m), d.open()
		actor := desk.Agent(by.ID, by.Name)
		held := store.Outgoing{TicketID: ticket.ID, ID: d.store.NewID(), Body: "Bye", Macro: id, At: d.clock.read().Add(10 * time.Second)}
		_, err = d.store.HoldMessage(d.Context(), actor, by.TeamID, held)
		check(d.T, err)
		change(d.T, d.store, ticket, desk.SetTags{Tags: []string{"vip"}})
		if got := d.read(ticket); got.Status == desk.Resolved {
			d.Error("the macro did not wait for its message")
		}
		d.clock.add(time.Minute)
		n, err := d.store.ReleaseReplies(d.Context(), d.clock.read(), 9)
		if got := d.read(ticket); n != 1 || err != nil || got.Status != desk.Resolved || len(got.Tags) != 2 {
			d.Errorf("released %d, %v: got %s with %v, want it resolved with both tags", n, err, got.Status, got.Tags)
		}

		change(d.T, d.store, ticket, desk.SetStatus{To: desk.Open})
		chosen := store.Outgoing{TicketID: ticket.ID, ID: d.store.NewID(), Body: "Wait", Macro: id, Then: desk.OnHold}
		_, err = d.store.SendMessage(d.Context(), actor, by.TeamID, chosen)
		check(d.T, err)
		if got := d.read(ticket); got.Status != desk.OnHold {
			d.Errorf("sent with on hold: the ticket is %s, want what its writer chose", got.Status)
		}

		gone := store.Outgoing{TicketID: ticket.ID, ID: d.store.NewID(), Body: "Bye", Macro: d.store.NewID()}
		_, err = d.store.SendMessage(d.Context(), actor, by.TeamID, gone)
		wantKind(d.T, "a macro that is gone", err, desk.Conflict)
	})
}

func wantEqual[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
