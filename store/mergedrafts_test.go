package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (d *stage) draft(user int64, t desk.Ticket) store.ReplyDraft {
	d.Helper()
	draft, err := d.store.ReplyDraft(d.Context(), store.DraftKey{Team: d.team, User: user, Ticket: t.ID})
	check(d.T, err)
	return draft
}

func (d *stage) types(user int64, t desk.Ticket, draft store.ReplyDraft) {
	d.Helper()
	_, err := d.store.SaveReplyDraft(d.Context(), store.DraftKey{Team: d.team, User: user, Ticket: t.ID}, draft)
	check(d.T, err)
}

func TestWhatIsTypedAndNotSentGoesWithAMerge(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		colleague := d.agent("ben@example.com").ID
		macro := d.store.NewID()
		d.types(1, source, store.ReplyDraft{Body: "Of the source", Private: true, Macro: macro})
		d.types(1, target, store.ReplyDraft{Body: "Of the target"})
		d.types(colleague, source, store.ReplyDraft{Body: "A colleague's"})
		before := d.draft(1, target)
		m := d.merge(source, target)

		if got := d.draft(1, target); got.Body != "Of the target\n\nOf the source" || !got.Private || got.Macro != macro || got.Rev <= before.Rev {
			d.Errorf("got %+v, want both texts, for the team alone and with the macro, as a new revision", got)
		}
		if got := d.draft(colleague, target); got.Body != "A colleague's" || got.Private {
			d.Errorf("got %+v, want the colleague's text", got)
		}
		for _, user := range []int64{1, colleague} {
			if got := d.draft(user, source); got.Body != "" {
				d.Errorf("user %d: got %q at the source, want nothing", user, got.Body)
			}
		}
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if got := d.draft(colleague, target); got.Body != "A colleague's" {
			d.Errorf("after the undo: got %+v, want the text where it went", got)
		}
	})
}
