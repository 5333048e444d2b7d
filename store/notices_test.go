package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// told are the notices of a user, newest first: why, of whom and with which words.
func (d *stage) told(user int64) []string {
	d.Helper()
	notices, err := d.store.Notifications(d.Context(), d.team, user, 0, 99)
	check(d.T, err)
	out := []string{}
	for _, n := range notices {
		out = append(out, fmt.Sprintf("%s by %s: %s", n.Kind, n.Actor, n.Body))
	}
	return out
}

func (d *stage) wantTold(what string, user int64, want ...string) {
	d.Helper()
	if got := d.told(user); !slices.Equal(got, want) {
		d.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// mails are whom the queue writes to until now, and takes away.
func (d *stage) mails() []string {
	d.Helper()
	jobs, err := d.store.Jobs().Claim(d.Context(), d.clock.read(), 99)
	check(d.T, err)
	out := []string{}
	for _, j := range jobs {
		public, err := job.Show(j.Kind, j.Payload)
		check(d.T, err)
		out = append(out, public.Target+": "+public.Subject)
		check(d.T, d.store.Jobs().Done(d.Context(), j, job.Attempt{StartedAt: d.clock.read()}, nil))
	}
	return out
}

func (d *stage) write(by desk.Actor, t desk.Ticket, c desk.Change) {
	d.Helper()
	_, err := d.store.ChangeTicket(d.Context(), by, d.team, t.ID, c)
	check(d.T, err)
}

func note(text string) desk.AddMessage { return desk.AddMessage{Body: text, Private: true} }

func TestAMentionIsToldOnceAndMakesAFollower(t *testing.T) {
	onStage(t, func(d *stage) {
		ids := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test", "cyd@desk.test")
		bob, cyd := ids[0], ids[1]
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		d.wantTold("a new ticket", bob)
		d.write(byAnn(), ticket, note("@billing and @bob@desk.test: look"))
		d.wantTold("mentioned by name and by role", bob, "mention by Ann: @billing and @bob@desk.test: look")
		d.wantTold("mentioned by role", cyd, "mention by Ann: @billing and @bob@desk.test: look")
		if got, want := d.mails(), []string{"bob@desk.test: [#1] Hello", "cyd@desk.test: [#1] Hello"}; !cmp.Equal(got, want) {
			d.Errorf("mails: got %q, want %q", got, want)
		}
		d.write(byAnn(), ticket, desk.AddMessage{Body: "@Billing is only text here"})
		d.wantTold("as a follower", cyd, "followed by Ann: @Billing is only text here", "mention by Ann: @billing and @bob@desk.test: look")
		check(d.T, d.store.Unfollow(d.Context(), d.team, ticket.ID, cyd))
		d.write(desk.Agent(bob, "Bob"), ticket, note("Done"))
		if got := len(d.told(cyd)); got != 2 {
			d.Errorf("got %d notices, want none after unfollowing", got)
		}
		if got := len(d.told(bob)); got != 2 {
			d.Errorf("got %d notices, want none of one's own note", got)
		}
	})
}

func TestNoticesComeAsTheirReaderChose(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		settings, err := d.store.NoticeSettings(d.Context(), d.team, bob)
		check(d.T, err)
		if got := settings[desk.AssignedNotice]; got != (desk.Channels{InApp: true}) {
			d.Errorf("got %+v, want the default", got)
		}
		settings = make(map[desk.NoticeKind]desk.Channels)
		settings[desk.AssignedNotice], settings[desk.ReplyNotice] = desk.Channels{}, desk.Channels{Email: true}
		check(d.T, d.store.SetNoticeSettings(d.Context(), d.team, bob, settings))
		d.write(byAnn(), ticket, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: bob}})
		d.wantTold("switched off", bob)
		d.write(desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID, Name: "Carl"}, ticket, desk.AddMessage{Body: "Still there?"})
		d.wantTold("by email alone", bob)
		if got, want := d.mails(), []string{"bob@desk.test: [#1] Hello"}; !cmp.Equal(got, want) {
			d.Errorf("mails: got %q, want %q", got, want)
		}
		settings, err = d.store.NoticeSettings(d.Context(), d.team, bob)
		if settings[desk.ReplyNotice] != (desk.Channels{Email: true}) || err != nil {
			d.Errorf("got %+v, %v, want what was chosen", settings, err)
		}
	})
}

func TestManyMailsAboutOneTicketBecomeOneInAWhile(t *testing.T) {
	onStage(t, func(d *stage) {
		addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")
		ticket, other := openTicket(d.T, d.store, d.team, question("Hello")), openTicket(d.T, d.store, d.team, question("Other"))
		sent := []int{}
		for i := range 4 {
			d.write(byAnn(), ticket, note(fmt.Sprintf("@billing %d", i)))
			sent = append(sent, len(d.mails()))
			d.clock.add(time.Minute)
		}
		d.write(byAnn(), other, note("@billing here, too"))
		sent = append(sent, len(d.mails()))
		d.clock.add(time.Minute) // five minutes after the first one
		sent = append(sent, len(d.mails()))
		d.clock.add(time.Hour)
		sent = append(sent, len(d.mails()))
		if want := []int{1, 0, 0, 0, 1, 1, 0}; !slices.Equal(sent, want) {
			d.Errorf("got %v mails, want %v", sent, want)
		}
	})
}

func TestWhoHasLeftIsToldNothing(t *testing.T) {
	onStage(t, func(d *stage) {
		ids := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test", "cyd@desk.test")
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		for _, id := range ids {
			check(d.T, d.store.Follow(d.Context(), d.team, ticket.ID, id))
		}
		check(d.T, d.store.RemoveMember(d.Context(), d.team, ids[0]))
		check(d.T, d.store.DisableUser(d.Context(), d.team, ids[1]))
		d.write(byAnn(), ticket, note("@billing @bob@desk.test @cyd@desk.test"))
		for _, id := range ids {
			d.wantTold("after leaving", id)
		}
		if got := d.mails(); len(got) != 0 {
			d.Errorf("got mails %q, want none", got)
		}
		if followers, err := d.store.Followers(d.Context(), d.team, ticket.ID); len(followers) != 0 || err != nil {
			d.Errorf("got followers %v, %v, want none", followers, err)
		}
		wantKind(d.T, "following after leaving", d.store.Follow(d.Context(), d.team, ticket.ID, ids[0]), desk.NotFound)
		wantKind(d.T, "another team's ticket", d.store.Follow(d.Context(), d.team+1, ticket.ID, 1), desk.NotFound)
	})
}

func TestAWorkflowThatAssignsTellsTheAssignee(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		d.publish(flow("Give to Bob", set(`"assignee":{"user":"bob@desk.test"}`)))
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		if got := d.ticket(ticket.Number).Assignee.ID; got != bob {
			d.Fatalf("got assignee %d, want the workflow to give it to Bob", got)
		}
		d.wantTold("by a workflow", bob, "assigned by Give to Bob: ")
	})
}

func TestAChangeThatFailsTellsNobody(t *testing.T) {
	onStage(t, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		id := d.store.NewID()
		for range 2 {
			_, err := d.store.ChangeTicket(d.Context(), byAnn(), d.team, ticket.ID, desk.AddMessage{ID: id, Body: "@billing", Private: true})
			if err != nil && !desk.IsKind(err, desk.Conflict) {
				d.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(d.Context())
		cancel()
		if _, err := d.store.ChangeTicket(ctx, byAnn(), d.team, ticket.ID, note("@billing")); err == nil {
			d.Error("got nil, want the error of a caller who has left")
		}
		d.wantTold("sent twice, and given up", bob, "mention by Ann: @billing")
	})
}

func TestReadersAreToldOfAfterTheCommit(t *testing.T) {
	rung := map[int64]int{}
	onStageWith(t, func(c *store.Config) {
		clear(rung)
		c.Told = func(_ int64, users []int64) {
			for _, u := range users {
				rung[u]++
			}
		}
	}, func(d *stage) {
		bob := addMembers(d.T, d.store, d.team, "Billing", "bob@desk.test")[0]
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		d.write(byAnn(), ticket, note("@billing"))
		check(d.T, d.store.Notify(d.Context(), d.team, store.NewNotice{UserIDs: []int64{bob}, Body: "From a workflow"}))
		if rung[bob] != 2 || len(rung) != 1 {
			d.Errorf("got %v, want Bob's bell to ring twice", rung)
		}
	})
}
