package store_test

import (
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func given(user int64) store.BulkChange {
	return store.BulkChange{Assignee: &desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: user}}}
}

// byMail lets a member be mailed of tickets that become theirs.
func (d *stage) byMail(user int64) {
	d.Helper()
	settings := make(map[desk.NoticeKind]desk.Channels)
	settings[desk.AssignedNotice] = desk.Channels{InApp: true, Email: true}
	check(d.T, d.store.SetNoticeSettings(d.Context(), d.team, user, settings))
}

func (d *stage) wantMails(what string, want ...string) {
	d.Helper()
	if got := d.mails(); !slices.Equal(got, want) {
		d.Errorf("%s: got mails %q, want %q", what, got, want)
	}
}

func TestABulkTellsItsAssigneeOnceOfAllTickets(t *testing.T) {
	var rung []int64
	onStageWith(t, func(c *store.Config) {
		rung = nil
		c.Told = func(_ int64, users []int64) { rung = append(rung, users...) }
	}, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		d.byMail(bob)
		d.openMany(60) // some batches
		change(d.T, d.store, d.ticket(7), desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: bob}})
		before := d.told(bob)
		d.mails()
		rung = nil
		id := d.startBulk(store.NewBulk{Change: given(bob), Query: d.everything()})
		d.step(2)
		d.wantTold("half way", bob, before...)
		d.finish(id)
		notices, err := d.store.Notifications(d.Context(), d.team, bob, 0, 99)
		check(d.T, err)
		if n := notices[0]; len(notices) != 1+len(before) || n.Kind != desk.AssignedNotice || n.Tickets != 59 || n.TicketNumber != 0 || n.Actor != "Ann" {
			d.Errorf("got %+v, want one notice of 59 tickets", notices)
		}
		if !slices.Equal(rung, []int64{bob}) {
			d.Errorf("bells rang for %v, want once for Bob", rung)
		}
		d.wantMails("the bulk", "bob@desk.test: Ann assigned 59 tickets to you.")
		var kept int
		check(d.T, d.store.Column(d.Context(), &kept, `SELECT COUNT(*) FROM bulk_given`))
		if kept != 0 {
			d.Errorf("%d counts of a bulk that is over are kept", kept)
		}
	})
}

func TestABulkOfOneTicketSaysWhich(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		d.byMail(bob)
		d.openMany(2)
		d.finish(d.startBulk(store.NewBulk{Change: given(bob), Numbers: []int64{2, 77}}))
		notices, err := d.store.Notifications(d.Context(), d.team, bob, 0, 99)
		if err != nil || len(notices) != 1 || notices[0].TicketNumber != 2 {
			d.Errorf("got %+v, %v, want one of ticket 2", notices, err)
		}
		d.wantMails("of one ticket", "bob@desk.test: [#2] Question 2")
	})
}

func TestABulkTellsNobodyOfTheirOwnActAndWhoeverGetsTicketsBackOnce(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		d.openMany(3)
		d.finish(d.startBulk(store.NewBulk{Change: given(bob), Numbers: []int64{1, 2, 3}}))
		mine := d.startBulk(store.NewBulk{Change: given(1), Numbers: []int64{1, 2, 3}})
		d.finish(mine)
		d.wantTold("of her own act", 1)
		d.undoBulk(mine)
		d.wantTold("of tickets that come back", bob, "assigned by Ann: ", "assigned by Ann: ")
	})
}

func TestACancelledBulkTellsOfWhatItGave(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		d.openMany(30)
		id := d.startBulk(store.NewBulk{Change: given(bob), Query: d.everything()})
		d.step(2)
		check(d.T, d.store.CancelBulk(d.Context(), d.member(), id))
		notices, err := d.store.Notifications(d.Context(), d.team, bob, 0, 99)
		if err != nil || len(notices) != 1 || notices[0].Tickets != 25 {
			d.Errorf("got %+v, %v, want one of 25 tickets", notices, err)
		}
	})
}
