package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// wantAvailable asks at a time of Monday the 5th of January 2026.
func (d *stage) wantAvailable(at string, want desk.Availability) {
	d.Helper()
	now, err := time.Parse("15:04", at)
	if err != nil {
		d.Fatal(err)
	}
	monday := time.Date(2026, 1, 5, now.Hour(), now.Minute(), 0, 0, time.UTC)
	d.clock.add(monday.Sub(d.clock.read()))
	got, err := d.store.Availability(d.Context(), d.team)
	if err != nil || got != want {
		d.Errorf("at %s: got %+v (%v), want %+v", at, got, err, want)
	}
}

func TestNothingIsPromisedWithoutAnSLAOrAHabit(t *testing.T) {
	onStage(t, func(d *stage) {
		d.wantAvailable("03:00", desk.Availability{Open: true})
	})
}

func TestWhatTheWorkflowsWouldDoIsWhatIsPromised(t *testing.T) {
	onStage(t, func(d *stage) {
		const office = `,"sla_business_hours":{"days":["monday","tuesday"],"time":["09:00","17:00"],"timezone":"Europe/Berlin"}`
		d.publish(flow("SLA", `{"type":"get_ticket",`+ofTicket+`,"output":"ticket"},{"type":"if","branches":[
			{"when":{"all":[{"left":"variables.ticket.channel_source","op":"equals","value":"slack"}]},"steps":[`+set(`"sla_amount":5`)+`]},
			{"when":{"all":[{"left":"variables.ticket.channel_source","op":"equals","value":"widget"}]},"steps":[`+set(`"sla_amount":2`+office)+`]}]}`))
		d.wantAvailable("10:00", desk.Availability{Open: true, Answer: 2 * time.Hour, Zone: "Europe/Berlin"})
		d.wantAvailable("15:00", desk.Availability{Open: true, Answer: 18 * time.Hour, Zone: "Europe/Berlin"}) // until 10:00 there
		opens := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
		d.wantAvailable("03:00", desk.Availability{OpensAt: opens, Answer: 2 * time.Hour, Zone: "Europe/Berlin"})

		later := d.publish(`{"name":"Sooner","trigger":{"events":["$conversation_message_received"]},"steps":[` +
			set(`"sla_amount":1,"sla_mode":"earlier"`) + `]}`)
		d.wantAvailable("10:00", desk.Availability{Open: true, Answer: time.Hour})
		send(t, d.store, `UPDATE workflows SET tripped_at = ?, tripped_why = 'Too many.' WHERE id = ?`, d.clock.read(), later.ID)
		send(t, d.store, `UPDATE teams SET rules_version = rules_version + 1`)
		d.wantAvailable("10:00", desk.Availability{Open: true, Answer: 2 * time.Hour, Zone: "Europe/Berlin"})
		if n, err := d.store.Pending(t.Context(), d.clock.read(), 9); err != nil || len(n) != 0 {
			t.Errorf("asking has left %d events (%v)", len(n), err)
		}
	})
}

func TestWithoutAnSLAItTakesWhatItUsuallyTakes(t *testing.T) {
	onStage(t, func(d *stage) {
		answer := func(after time.Duration) {
			ticket := openTicket(t, d.store, d.team, question("Hello"))
			d.clock.add(after)
			if _, err := d.store.ChangeTicket(t.Context(), ann, d.team, ticket.ID, desk.AddMessage{Body: "Hi"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, took := range []time.Duration{90 * time.Minute, 10 * time.Minute, 20 * time.Minute, 10 * time.Hour} {
			answer(took)
		}
		openTicket(t, d.store, d.team, question("Nobody answers"))
		want := func(answer time.Duration) {
			t.Helper()
			got, err := d.store.Availability(t.Context(), d.team)
			if err != nil || got != (desk.Availability{Open: true, Answer: answer}) {
				t.Errorf("got %+v (%v), want an answer within %s", got, err, answer)
			}
		}
		want(0) // four are no habit
		answer(30 * time.Minute)
		want(30 * time.Minute)
		d.clock.add(31 * 24 * time.Hour)
		want(0)
	})
}

func TestVisitorsOfOneMinuteAreToldAlike(t *testing.T) {
	onStage(t, func(d *stage) {
		slow := func(took time.Duration) {
			for range 5 {
				ticket := openTicket(t, d.store, d.team, question("Hello"))
				send(t, d.store, `UPDATE tickets SET first_response_at = created_at + ? WHERE id = ?`, took.Microseconds(), ticket.ID)
			}
		}
		want := func(what string, answer time.Duration) {
			t.Helper()
			if got, err := d.store.Availability(t.Context(), d.team); err != nil || got.Answer != answer {
				t.Errorf("%s: got %+v (%v), want an answer within %s", what, got, err, answer)
			}
		}
		slow(time.Hour)
		want("first", time.Hour)
		slow(3 * time.Hour)
		want("again", time.Hour)
		d.clock.add(time.Minute)
		want("a minute later", 3*time.Hour)
		slow(5 * time.Hour)
		send(t, d.store, `UPDATE teams SET rules_version = rules_version + 1`)
		want("under new rules", 3*time.Hour)
		left, leave := context.WithCancel(t.Context())
		leave()
		if _, err := d.store.Availability(left, d.team); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the caller has left", err)
		}
	})
}
