package store_test

import (
	"errors"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (w *writing) save(rev int64, body string) (store.ReplyDraft, error) {
	w.Helper()
	key := store.DraftKey{Team: w.team, User: w.ann.ID, Ticket: w.ticket.ID}
	d, err := w.store.SaveReplyDraft(w.Context(), key, store.ReplyDraft{Body: body, Rev: rev})
	if err != nil && !errors.Is(err, store.ErrDraftChanged) {
		w.Fatal(err)
	}
	return d, err
}

func TestADraftIsOneAgentsAndFollowsItsRevisions(t *testing.T) {
	onWriting(t, func(w *writing) {
		first, err := w.save(0, "Dear")
		check(w.T, err)
		second, err := w.save(first.Rev, "Dear Carl")
		check(w.T, err)
		w.want("the draft", w.draft(w.ann), store.ReplyDraft{Body: "Dear Carl", Rev: second.Rev})
		w.want("the colleague's", w.draft(w.bob), store.ReplyDraft{})
		if again, err := w.save(first.Rev, "Dear Carl"); err != nil || again != second {
			w.Errorf("the same text again: got %+v, %v, want the one that is kept", again, err)
		}
		if blank, err := w.save(second.Rev, " \n"); err != nil || blank != (store.ReplyDraft{}) {
			w.Errorf("blank text: got %+v, %v, want none", blank, err)
		}
		w.want("the draft once it is blank", w.draft(w.ann), store.ReplyDraft{})
	})
}

func TestAnOlderTabNeverOverwritesADraftUnseen(t *testing.T) {
	onWriting(t, func(w *writing) {
		first, err := w.save(0, "One")
		check(w.T, err)
		newer, err := w.save(first.Rev, "Two")
		check(w.T, err)
		for _, rev := range []int64{0, first.Rev} {
			if got, err := w.save(rev, "Three"); err == nil || got != newer {
				w.Errorf("from revision %d: got %+v, %v, want a refusal and the newer draft", rev, got, err)
			}
		}
		if got, err := w.save(newer.Rev, "Three"); err != nil || got.Rev <= newer.Rev {
			w.Errorf("knowing the newer: got %+v, %v, want it saved", got, err)
		}
	})
}

func TestSendingEndsTheDraftThatItWasAndNoOther(t *testing.T) {
	onWriting(t, func(w *writing) {
		send := func(m store.Outgoing) {
			w.Helper()
			m.TicketID = w.ticket.ID
			_, err := w.store.SendMessage(w.Context(), w.ann, w.team, m)
			check(w.T, err)
		}
		d, err := w.save(0, "Dear Carl")
		check(w.T, err)
		send(store.Outgoing{Body: "Dear Carl, hello", Draft: d.Rev})
		w.want("after sending it", w.draft(w.ann), store.ReplyDraft{})

		w.clock.add(time.Microsecond)
		_, err = w.save(d.Rev, "typed on after it was sent elsewhere")
		if err == nil {
			w.Error("text from before the sending was saved, want a refusal")
		}
		newer, err := w.save(0, "Another")
		check(w.T, err)
		send(store.Outgoing{Body: "From an older tab", Draft: d.Rev})
		w.want("after sending another text", w.draft(w.ann), newer)

		w.hold(store.Outgoing{Body: "Another"})
		w.want("after holding that text", w.draft(w.ann), store.ReplyDraft{})
	})
}

func TestATextThatIsTakenBackStandsBeforeWhatWasTypedSince(t *testing.T) {
	onWriting(t, func(w *writing) {
		id := w.hold(store.Outgoing{Body: "First", Private: true})
		_, err := w.save(0, "Second")
		check(w.T, err)
		check(w.T, w.store.TakeBackReply(w.Context(), w.ann, w.key(id)))
		d := w.draft(w.ann)
		if d.Body != "First\n\nSecond" || !d.Private {
			w.Errorf("got %+v, want both texts, for the team alone as one of them was", d)
		}
		wantKind(w.T, "taken back twice", w.store.TakeBackReply(w.Context(), w.ann, w.key(id)), desk.Conflict)
		w.release(time.Minute, 0)
		w.want("thread", w.bodies(), []string(nil))

		// The page that sent it may send its form again: as another message, for this one is over.
		again := store.Outgoing{TicketID: w.ticket.ID, ID: id, Body: "Better"}
		_, err = w.store.SendMessage(w.Context(), w.ann, w.team, again)
		check(w.T, err)
		w.want("thread", w.bodies(), []string{"Ann: Better"})
	})
}

func TestADraftKeepsTheMacroThatGoesWithItAlsoWhenItIsTakenBack(t *testing.T) {
	onWriting(t, func(w *writing) {
		ann, err := w.store.Member(w.Context(), w.team, w.ann.ID)
		check(w.T, err)
		m := macro("Ask", "", "Which?")
		m.Update.Status = "pending"
		id, key := keep(w.T, w.store, ann, m), store.DraftKey{Team: w.team, User: w.ann.ID, Ticket: w.ticket.ID}
		first, err := w.store.SaveReplyDraft(w.Context(), key, store.ReplyDraft{Body: "Which?", Macro: id})
		check(w.T, err)
		w.want("the draft", w.draft(w.ann), store.ReplyDraft{Body: "Which?", Macro: id, Rev: first.Rev})
		without, err := w.store.SaveReplyDraft(w.Context(), key, store.ReplyDraft{Body: "Which?", Rev: first.Rev})
		check(w.T, err)
		w.want("the same text without it", w.draft(w.ann), store.ReplyDraft{Body: "Which?", Rev: without.Rev})

		reply := w.hold(store.Outgoing{Body: "Which?", Macro: id})
		waiting, err := w.store.Replies(w.Context(), w.team, w.ticket.ID)
		if err != nil || len(waiting) != 1 || waiting[0].Macro != id {
			w.Errorf("what waits: got %+v, %v, want its macro with it", waiting, err)
		}
		check(w.T, w.store.TakeBackReply(w.Context(), w.ann, w.key(reply)))
		if d := w.draft(w.ann); d.Body != "Which?" || d.Macro != id {
			w.Errorf("taken back: got %+v, want the text with its macro", d)
		}
	})
}

func TestWhatCouldNotBeSentNowIsNotHeld(t *testing.T) {
	onWriting(t, func(w *writing) {
		for name, m := range map[string]store.Outgoing{
			"empty":          {Body: " "},
			"unknown status": {Body: "x", Then: "sleeping"},
			"passed":         {Body: "x", At: w.clock.read()},
			"too late":       {Body: "x", At: w.clock.read().AddDate(2, 0, 0)},
			"never seen":     {Body: "x", Seen: w.store.NewID()},
		} {
			m.TicketID = w.ticket.ID
			if m.At.IsZero() {
				m.At = w.clock.read().Add(time.Second)
			}
			_, err := w.store.HoldMessage(w.Context(), w.ann, w.team, m)
			wantKind(w.T, name, err, desk.Invalid)
		}
		w.want("what waits", w.waiting(), []string(nil))

		id := w.hold(store.Outgoing{Body: "Once"})
		twice := store.Outgoing{TicketID: w.ticket.ID, ID: id, Body: "Once", At: w.clock.read().Add(time.Second)}
		if again, err := w.store.HoldMessage(w.Context(), w.ann, w.team, twice); again != id || !errors.Is(err, store.ErrSent) {
			w.Errorf("a double press: got %s and %v, want the same reply and ErrSent", again, err)
		}
		wantKind(w.T, "another team", w.store.TakeBackReply(w.Context(), w.ann, store.ReplyKey{Team: w.team + 1, Ticket: w.ticket.ID, ID: id}), desk.NotFound)
	})
}

// Somebody goes back to the page that sent a message, writes something else there and sends that.
func TestAnotherTextUnderTheIDOfAMessageIsAnotherMessage(t *testing.T) {
	onWriting(t, func(w *writing) {
		id := w.store.NewID()
		send := func(m store.Outgoing) error {
			m.TicketID, m.ID = w.ticket.ID, id
			_, err := w.store.SendMessage(w.Context(), w.ann, w.team, m)
			return err
		}
		sent := func(m store.Outgoing) {
			w.Helper()
			if err := send(m); !errors.Is(err, store.ErrSent) {
				w.Errorf("%q again: got %v, want ErrSent", m.Body, err)
			}
		}
		check(w.T, send(store.Outgoing{Body: "First"}))
		sent(store.Outgoing{Body: "First"})
		check(w.T, send(store.Outgoing{Body: "Second"}))
		check(w.T, send(store.Outgoing{Body: "First", Private: true}))
		w.want("thread", w.bodies(), []string{"Ann: First", "Ann: Second", "Ann: First"})

		id = w.hold(store.Outgoing{Body: "Third"})
		sent(store.Outgoing{Body: "Third"})
		w.hold(store.Outgoing{ID: id, Body: "Fourth"})
		w.want("what waits", w.waiting(), []string{"waiting", "waiting"})
		w.release(time.Minute, 2)
		sent(store.Outgoing{Body: "Third"})
		check(w.T, send(store.Outgoing{Body: "Fifth"}))
		w.want("thread", w.bodies()[3:], []string{"Ann: Third", "Ann: Fourth", "Ann: Fifth"})
	})
}
