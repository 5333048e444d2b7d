package store_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// writing is a ticket, the admin who answers it and a colleague.
type writing struct {
	*testing.T
	store    *store.Store
	clock    *clock
	team     int64
	ticket   desk.Ticket
	ann, bob desk.Actor
	opening  desk.ID // the customer's message
}

func onWriting(t *testing.T, test func(w *writing)) {
	t.Helper()
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		bob, err := s.AddUser(t.Context(), store.NewUser{TeamID: made.TeamID, Email: "bob@example.com", Name: "Bob"})
		check(t, err)
		opened, err := s.OpenTicket(t.Context(), desk.Actor{}, made.TeamID, question("Where is it?"))
		check(t, err)
		test(&writing{
			T: t, store: s, clock: clock, team: made.TeamID, ticket: opened.Ticket, opening: opened.Message.PublicID,
			ann: desk.Agent(made.UserID, newDesk.AdminName), bob: desk.Agent(bob, "Bob"),
		})
	}, clock.use)
}

// hold lets Ann send a reply in ten seconds and returns its id.
func (w *writing) hold(m store.Outgoing) desk.ID {
	w.Helper()
	m.TicketID, m.At = w.ticket.ID, w.clock.read().Add(10*time.Second)
	if m.ID.IsZero() {
		m.ID = w.store.NewID()
	}
	id, err := w.store.HoldMessage(w.Context(), w.ann, w.team, m)
	if err != nil {
		w.Fatalf("hold: %v", err)
	}
	return id
}

func (w *writing) release(after time.Duration, want int) {
	w.Helper()
	w.clock.add(after)
	if n, err := w.store.ReleaseReplies(w.Context(), w.clock.read(), 9); n != want || err != nil {
		w.Errorf("%v later: released %d, %v, want %d", after, n, err, want)
	}
}

func (w *writing) say(by desk.Actor, m desk.AddMessage) {
	w.Helper()
	_, err := w.store.ChangeTicket(w.Context(), by, w.team, w.ticket.ID, m)
	check(w.T, err)
}

// bodies is the thread, without the opening.
func (w *writing) bodies() []string {
	w.Helper()
	messages, err := w.store.Messages(w.Context(), w.team, w.ticket.ID, store.MessageQuery{Limit: 100})
	check(w.T, err)
	var out []string
	for _, m := range messages[1:] {
		out = append(out, m.AuthorName+": "+m.Body)
	}
	return out
}

// waiting are the replies that the ticket shows, as state and why.
func (w *writing) waiting() []string {
	w.Helper()
	replies, err := w.store.Replies(w.Context(), w.team, w.ticket.ID)
	check(w.T, err)
	var out []string
	for _, r := range replies {
		out = append(out, strings.TrimSpace(string(r.State)+" "+r.Why))
	}
	return out
}

func (w *writing) want(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (w *writing) draft(of desk.Actor) store.ReplyDraft {
	w.Helper()
	d, err := w.store.ReplyDraft(w.Context(), store.DraftKey{Team: w.team, User: of.ID, Ticket: w.ticket.ID})
	check(w.T, err)
	return d
}

func (w *writing) key(id desk.ID) store.ReplyKey {
	return store.ReplyKey{Team: w.team, Ticket: w.ticket.ID, ID: id}
}

func TestAHeldReplyBecomesMessageEventAndStatusAtItsTimeAndNotBefore(t *testing.T) {
	onWriting(t, func(w *writing) {
		id := w.hold(store.Outgoing{Body: "On its way", Then: desk.Pending, Seen: w.opening})
		w.release(10*time.Second-time.Microsecond, 0)
		before, err := w.store.Ticket(w.Context(), w.team, w.ticket.Number)
		check(w.T, err)
		w.want("the ticket while it waits", before, w.ticket)
		w.want("what waits", w.waiting(), []string{"waiting"})

		w.release(time.Microsecond, 1)
		w.release(time.Hour, 0)
		w.want("thread", w.bodies(), []string{"Ann: On its way"})
		w.want("what waits", w.waiting(), []string(nil))
		after, err := w.store.Ticket(w.Context(), w.team, w.ticket.Number)
		if err != nil || after.Status != desk.Pending {
			w.Errorf("the status is %s, %v, want pending", after.Status, err)
		}
		events, err := w.store.Events(w.Context(), w.team, w.ticket.ID, 2)
		if err != nil || events[0].Name != desk.MessageSent || events[1].Name != desk.StatusChanged || events[0].Properties["message_id"] != id.String() {
			w.Errorf("events: %+v, %v, want the message of id %s, then the status", events, err, id)
		}
	})
}

func TestAHeldReplyIsNotSentOnceOthersHaveWritten(t *testing.T) {
	for name, c := range map[string]struct {
		say  func(w *writing)
		want []string
	}{
		"the customer": {
			func(w *writing) {
				w.say(desk.Actor{Kind: desk.ByCustomer, Name: "Carl"}, desk.AddMessage{Body: "Solved!"})
			},
			[]string{"stale Carl replied while you were writing. Read it, then send your reply anyway or edit it."},
		},
		"a colleague's note": {
			func(w *writing) { w.say(w.bob, desk.AddMessage{Body: "Wait", Private: true}) },
			[]string{"stale Bob left a note while you were writing. Read it, then send your reply anyway or edit it."},
		},
		"a program": {
			func(w *writing) {
				w.say(desk.Actor{Kind: desk.ByAPI, ID: 1, Name: "Sync"}, desk.AddMessage{Body: "Shipped"})
			}, nil,
		},
		"the writer": {func(w *writing) { w.say(w.ann, desk.AddMessage{Body: "First"}) }, nil},
		"nobody":     {func(*writing) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			onWriting(t, func(w *writing) {
				w.hold(store.Outgoing{Body: "On its way", Seen: w.opening})
				c.say(w)
				w.release(10*time.Second, 1)
				w.want("what waits", w.waiting(), c.want)
				notices, err := w.store.Notifications(w.Context(), w.team, w.ann.ID, 0, 9)
				if err != nil || len(notices) != len(c.want) {
					w.Errorf("notices: %+v, %v, want %d", notices, err, len(c.want))
				}
			})
		})
	}
}

func TestAStaleReplyIsSentAnywayOnlyByItsWriterAndOnlyOnce(t *testing.T) {
	onWriting(t, func(w *writing) {
		id := w.hold(store.Outgoing{Body: "On its way", Seen: w.opening})
		note := w.store.NewID()
		w.say(w.bob, desk.AddMessage{ID: note, Body: "Wait", Private: true})
		w.release(time.Minute, 1)

		_, err := w.store.SendReplyNow(w.Context(), w.bob, w.key(id), note)
		wantKind(w.T, "sent by somebody else", err, desk.Forbidden)
		_, err = w.store.SendReplyNow(w.Context(), w.ann, w.key(id), w.opening)
		if !desk.IsStale(err) {
			w.Errorf("sent without having seen the note: got %v, want it refused as stale", err)
		}
		_, err = w.store.SendReplyNow(w.Context(), w.ann, w.key(id), note)
		check(w.T, err)
		if _, err = w.store.SendReplyNow(w.Context(), w.ann, w.key(id), note); !errors.Is(err, store.ErrSent) {
			w.Errorf("sent twice: got %v, want ErrSent", err)
		}
		w.want("thread", w.bodies(), []string{"Bob: Wait", "Ann: On its way"})
	})
}

func TestAReplyWhoseTicketWasSplitWaitsForItsWriter(t *testing.T) {
	onWriting(t, func(w *writing) {
		left := w.store.NewID()
		w.say(desk.Actor{Kind: desk.ByCustomer, Name: "Carl"}, desk.AddMessage{ID: left, Body: "And another thing"})
		id := w.hold(store.Outgoing{Body: "On its way", Seen: left})
		_, err := w.store.SplitTicket(w.Context(), w.ann, w.team, store.NewSplit{Number: w.ticket.Number, Messages: []desk.ID{left}})
		check(w.T, err)
		w.release(10*time.Second, 1)
		if got := w.waiting(); len(got) != 1 || !strings.HasPrefix(got[0], "stale Messages of this ticket went to another one") {
			w.Errorf("got %v, want it to wait for its writer", got)
		}
		_, err = w.store.SendReplyNow(w.Context(), w.ann, w.key(id), w.opening)
		check(w.T, err)
		w.want("thread", w.bodies(), []string{"Ann: On its way"})
	})
}

func TestTheReplyOfWhoHasLeftIsRefusedAndTheAdminsAreTold(t *testing.T) {
	for name, leave := range map[string]func(w *writing) error{
		"disabled": func(w *writing) error { return w.store.DisableUser(w.Context(), w.team, w.bob.ID) },
		"removed":  func(w *writing) error { return w.store.RemoveMember(w.Context(), w.team, w.bob.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			onWriting(t, func(w *writing) {
				id := w.store.NewID()
				_, err := w.store.HoldMessage(w.Context(), w.bob, w.team, store.Outgoing{
					TicketID: w.ticket.ID, ID: id, Body: "Bye", At: w.clock.read().Add(time.Hour),
				})
				check(w.T, err)
				check(w.T, leave(w))
				w.release(time.Hour, 1)
				if got := w.waiting(); len(got) != 1 || !strings.HasPrefix(got[0], "refused Bob ") || len(w.bodies()) != 0 {
					w.Errorf("got %v and the thread %v, want it refused", got, w.bodies())
				}
				notices, err := w.store.Notifications(w.Context(), w.team, w.ann.ID, 0, 9)
				if err != nil || len(notices) != 1 || !strings.Contains(notices[0].Body, "Bob") {
					w.Errorf("the admin hears %+v, %v, want of the reply", notices, err)
				}
				check(w.T, w.store.TakeBackReply(w.Context(), w.ann, w.key(id))) // somebody must be able to go on with it
				w.want("the draft of who took it over", w.draft(w.ann).Body, "Bye")
			})
		})
	}
}

func TestAReplyIsEitherSentOrTakenBack(t *testing.T) {
	onWriting(t, func(w *writing) {
		const rounds = 20
		var sent, taken atomic.Int64
		for range rounds {
			id := w.hold(store.Outgoing{Body: "now?"})
			w.clock.add(10 * time.Second)
			errs := atOnce(2, func(i int) error {
				if i == 0 {
					n, err := w.store.ReleaseReplies(w.Context(), w.clock.read(), 9)
					sent.Add(int64(n))
					return err
				}
				err := w.store.TakeBackReply(w.Context(), w.ann, w.key(id))
				if err == nil {
					taken.Add(1)
				}
				return nil
			})
			check(w.T, errors.Join(errs...))
		}
		if got := len(w.bodies()); got != int(sent.Load()) || sent.Load()+taken.Load() != rounds {
			w.Errorf("%d messages, %d sent and %d taken back, want each of %d to be one of them", got, sent.Load(), taken.Load(), rounds)
		}
	})
}

func TestTwoProcessesSendAReplyOnce(t *testing.T) {
	place := storetest.Postgres(t)
	clock := newClock()
	clock.use(&place)
	a, b := storetest.Open(t, place), storetest.Open(t, place)
	made := setUp(t, a)
	ticket := openTicket(t, a, made.TeamID, question("Hello"))
	const replies = 30
	for range replies {
		_, err := a.HoldMessage(t.Context(), desk.Agent(made.UserID, "Ann"), made.TeamID, store.Outgoing{
			TicketID: ticket.ID, Body: "Once", Then: desk.Pending, At: clock.read().Add(time.Second),
		})
		check(t, err)
	}
	clock.add(time.Second)
	var released atomic.Int64
	check(t, errors.Join(atOnce(4, func(i int) error {
		n, err := []*store.Store{a, b}[i%2].ReleaseReplies(t.Context(), clock.read(), replies)
		released.Add(int64(n))
		return err
	})...))
	messages, err := a.Messages(t.Context(), made.TeamID, ticket.ID, store.MessageQuery{Limit: 100})
	if err != nil || len(messages) != replies+1 || released.Load() != replies {
		t.Errorf("%d messages and %d released, %v, want %d of each beside the opening", len(messages), released.Load(), err, replies)
	}
}
