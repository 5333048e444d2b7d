package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// everyMessage changes the deadline on each message of a customer, and again after a wait that many kills fall into, so
// that each run leaves exactly two records.
const everyMessage = `{
  "name": "Deadline on every message",
  "trigger": {"events": ["$conversation_message_received"]},
  "steps": [
    {"id": "deadline", "type": "update_ticket", "ticket_id": "{event.properties.ticket_id}", "sla_amount": "4"},
    {"id": "tag", "type": "update_ticket", "ticket_id": "{event.properties.ticket_id}", "tags": ["seen"], "tags_mode": "add"},
    {"id": "wait", "type": "wait", "for": "1s"},
    {"id": "again", "type": "update_ticket", "ticket_id": "{event.properties.ticket_id}", "sla_amount": "8"}
  ]
}`

// Several rounds of writing through the widget, each ended by kill -9 at a moment of its own.
func TestKilledAtAnyInstantNothingIsLostRepeatedOrHalfDone(t *testing.T) {
	t.Parallel()
	const rounds, visitors = 12, 6
	dir, token := newDesk(t)
	command(t, everyMessage, "workflow", "apply", "--publish", "--data", dir, "-")

	kept := map[string][]string{} // ticket → the messages that the program promised to keep
	var mu sync.Mutex
	for round := range rounds {
		s := serve(t, dir, "--trusted-proxy", "127.0.0.0/8")
		enough := make(chan struct{}, 1_000)
		var writing sync.WaitGroup
		for i := range visitors {
			v := newVisitor(s.url, token, fmt.Sprintf("10.0.%d.%d", round, i+1))
			writing.Go(func() {
				for n := 0; ; n++ {
					text := fmt.Sprintf("round %d visitor %d message %d", round, i, n)
					if v.write(text) != nil {
						return
					}
					mu.Lock()
					kept[v.ticket] = append(kept[v.ticket], text)
					mu.Unlock()
					enough <- struct{}{}
				}
			})
		}
		for range 5 + rand.IntN(60) {
			<-enough
		}
		s.kill()
		writing.Wait()
	}

	s := serve(t, dir)
	db := openStore(t, dir)
	eventually(t, "no event is pending", func() bool {
		pending, err := db.Pending(t.Context(), time.Now().Add(time.Hour), 1)
		return err == nil && len(pending) == 0
	})
	s.kill()
	checkKept(t, db, kept)
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	db, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// checkKept holds every promised message against the thread, and every thread against its runs and records.
func checkKept(t *testing.T, db *store.Store, kept map[string][]string) {
	t.Helper()
	if len(kept) == 0 {
		t.Fatal("no message was ever acknowledged")
	}
	teams, err := db.Teams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	parked, err := db.ParkedEvents(t.Context(), teams[0].ID, 100)
	if err != nil || len(parked) > 0 {
		t.Errorf("parked events: %+v, %v, want none", parked, err)
	}
	for id, texts := range kept {
		public, err := desk.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := db.TicketByID(t.Context(), teams[0].ID, public)
		if err != nil {
			t.Fatalf("ticket %s was acknowledged: %v", id, err)
		}
		thread := threadOf(t, db, ticket)
		for _, text := range texts {
			if !thread[text] {
				t.Errorf("message %q of ticket %d was acknowledged and is lost", text, ticket.Number)
			}
		}
		if got := ticket.MessageCount; got != len(thread) {
			t.Errorf("ticket %d counts %d messages and has %d", ticket.Number, got, len(thread))
		}
		checkRuns(t, db, ticket, len(thread))
	}
}

func threadOf(t *testing.T, db *store.Store, ticket desk.Ticket) map[string]bool {
	t.Helper()
	messages, err := db.Messages(t.Context(), ticket.TeamID, ticket.ID, store.MessageQuery{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	thread := map[string]bool{}
	for _, m := range messages {
		if thread[m.Body] {
			t.Errorf("message %q of ticket %d stands twice", m.Body, ticket.Number)
		}
		thread[m.Body] = true
	}
	return thread
}

// checkRuns wants one completed run for each message, and of each run exactly the two records of its deadlines.
func checkRuns(t *testing.T, db *store.Store, ticket desk.Ticket, messages int) {
	t.Helper()
	runs, err := db.Runs(t.Context(), ticket.TeamID, store.RunQuery{TicketID: ticket.ID, Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	history, err := db.History(t.Context(), ticket.TeamID, ticket.ID, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != messages {
		t.Errorf("ticket %d has %d messages and %d runs", ticket.Number, messages, len(runs))
	}
	deadlines, tags := map[desk.ID]int{}, 0
	for _, entry := range history {
		if entry.Field == desk.FieldSLA {
			deadlines[entry.Actor.Step.RunID]++
		}
		if entry.Field == desk.FieldTags {
			tags++
		}
	}
	for _, run := range runs {
		if run.Outcome != workflow.Completed || deadlines[run.PublicID] != 2 {
			t.Errorf("run %s of ticket %d is %s and left %d deadlines, want completed and 2",
				run.PublicID, ticket.Number, run.Outcome, deadlines[run.PublicID])
		}
	}
	if tags != 1 || len(deadlines) != len(runs) {
		t.Errorf("ticket %d: %d tag records and deadlines of %d runs, want 1 and %d", ticket.Number, tags, len(deadlines), len(runs))
	}
}
