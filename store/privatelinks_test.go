package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// contact writes on the contact page as Zoë, and returns her ticket with her link.
func contact(t *testing.T, s *store.Store, team int64, body string) (desk.Ticket, string) {
	t.Helper()
	n := store.NewContact{Link: store.NewPrivateLink(), NewTicket: store.NewTicket{
		Channel: desk.Widget, Body: body, Customer: store.CustomerInput{Name: "Zoë", Email: "Zoe@mail.test"},
	}}
	opened, err := s.OpenContact(t.Context(), team, n)
	check(t, err)
	return opened.Ticket, n.Link
}

func linked(t *testing.T, s *store.Store, link string) store.LinkedTicket {
	t.Helper()
	found, err := s.LinkedTicket(t.Context(), link)
	check(t, err)
	return found
}

func wantNowhere(t *testing.T, s *store.Store, what, link string) {
	t.Helper()
	_, err := s.LinkedTicket(t.Context(), link)
	wantKind(t, what, err, desk.NotFound)
	if err != nil && !strings.HasPrefix(err.Error(), "This link leads nowhere, or no longer.") {
		t.Errorf("%s: got %q, want the words that every such link gets", what, err)
	}
}

func TestAPrivateLinkLeadsToItsTicketAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		first, link := contact(t, s, team, "First")
		second, other := contact(t, s, team, "Second")
		if got := linked(t, s, link); got.ID != first.ID || got.Team != newDesk.Team || got.Opened {
			t.Errorf("got %+v, want the first ticket of %s, not opened yet", got, newDesk.Team)
		}
		if got := linked(t, s, other); got.ID != second.ID {
			t.Errorf("the other link: got ticket %d, want %d", got.ID, second.ID)
		}
		check(t, s.ReadLinked(t.Context(), link, desk.ID{}))
		if got := linked(t, s, link); !got.Opened {
			t.Error("it is not opened, want it noted")
		}
		for what, bad := range map[string]string{
			"none": "", "a wrong one": store.NewPrivateLink(), "a part": link[:42], "more": link + "A", "no base64url": strings.Repeat("+", 43),
		} {
			wantNowhere(t, s, what, bad)
		}
		var kept int
		check(t, s.Column(t.Context(), &kept, `SELECT COUNT(*) FROM private_links WHERE CAST(hash AS TEXT) = ?`, link))
		if kept != 0 {
			t.Error("the link itself is kept, want its hash alone")
		}
	})
}

func TestAContactFormThatIsSentTwiceOpensOneTicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket, link := contact(t, s, team, "Hello")
		_, err := s.OpenContact(t.Context(), team, store.NewContact{Link: link, NewTicket: question("Hello")})
		if !errors.Is(err, store.ErrSent) {
			t.Errorf("got %v, want it to be sent already", err)
		}
		if next, _ := contact(t, s, team, "Next"); next.Number != ticket.Number+1 {
			t.Errorf("the next ticket is #%d, want #%d", next.Number, ticket.Number+1)
		}
	})
}

func TestAPrivateLinkEnds(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		c.Now = func() time.Time { return now }
		s, err := store.Open(t.Context(), c)
		check(t, err)
		t.Cleanup(func() { _ = s.Close() })
		team := setUp(t, s).TeamID

		ticket, link := contact(t, s, team, "Hello")
		fresh, err := s.RenewLink(t.Context(), link)
		check(t, err)
		wantNowhere(t, s, "the one before a new one", link)
		if got := linked(t, s, fresh); got.ID != ticket.ID {
			t.Errorf("the new one leads to %d, want %d", got.ID, ticket.ID)
		}
		check(t, s.EndLinksBy(t.Context(), fresh))
		wantNowhere(t, s, "one that its reader ended", fresh)

		third, link := contact(t, s, team, "Third")
		for _, j := range claimJobs(t, s, now, 1) { // that of the first ended with its links
			_, err = s.Confirmation(t.Context(), j)
			check(t, err)
		}
		wantLinks(t, s, third, 2) // the browser's, and the mail's
		check(t, s.EndLinks(t.Context(), desk.Agent(1, "Ann"), team, third.ID))
		wantNowhere(t, s, "one that an agent ended", link)
		wantLinks(t, s, third, 0)
		records, err := s.FieldChanges(t.Context(), team, third.ID, 9)
		if err != nil || len(records) != 1 || records[0].After != "ended 2 private links" || records[0].Actor.Name != "Ann" {
			t.Errorf("the history says %+v, %v, want that Ann ended 2 private links", records, err)
		}

		_, link = contact(t, s, team, "Fourth")
		now = now.Add(desk.LinkLife)
		wantNowhere(t, s, "an old one", link)
		_, link = contact(t, s, team, "Fifth")
		check(t, s.SweepLinks(t.Context()))
		linked(t, s, link)
		var kept int
		check(t, s.Column(t.Context(), &kept, `SELECT COUNT(*) FROM private_links`))
		if kept != 1 {
			t.Errorf("%d links are kept, want the last one alone", kept)
		}
	})
}

func wantLinks(t *testing.T, s *store.Store, ticket desk.Ticket, want int) {
	t.Helper()
	if n, err := s.LiveLinks(t.Context(), ticket.TeamID, ticket.ID); err != nil || n != want {
		t.Errorf("ticket #%d has %d live links, %v, want %d", ticket.Number, n, err, want)
	}
}

func TestOnlyTheTeamsOwnLinksEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		others, err := s.AddTeam(t.Context(), "Others")
		check(t, err)
		ticket, link := contact(t, s, team, "Hello")
		wantKind(t, "another team's", s.EndLinks(t.Context(), desk.Agent(1, "Ann"), others.ID, ticket.ID), desk.NotFound)
		if n, err := s.LiveLinks(t.Context(), others.ID, ticket.ID); err != nil || n != 0 {
			t.Errorf("got %d links for another team, %v, want none", n, err)
		}
		linked(t, s, link)
	})
}

func TestABlockedCustomerHasNoPrivatePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket, link := contact(t, s, team, "Hello")
		check(t, s.BlockCustomer(t.Context(), desk.Agent(1, "Ann"), team, ticket.Customer.PublicID))
		wantNowhere(t, s, "a blocked customer's", link)
		_, err := s.AddLinkedMessage(t.Context(), link, desk.AddMessage{Body: "More"})
		wantKind(t, "their message", err, desk.NotFound)
		check(t, s.UnblockCustomer(t.Context(), desk.Agent(1, "Ann"), team, ticket.Customer.PublicID))
		linked(t, s, link)
	})
}

func TestAPrivateLinkFollowsAMergeThatAnAgentVouchesFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		first, link := contact(t, s, team, "First")
		second, _ := contact(t, s, team, "Second")
		merge := store.NewMerge{From: first.Number, Into: second.Number}
		_, err := s.MergeTickets(t.Context(), desk.Agent(1, "Ann"), team, merge)
		wantKind(t, "without a word that it is the same person", err, desk.Invalid)

		merge.Vouched = true
		_, err = s.MergeTickets(t.Context(), desk.Agent(1, "Ann"), team, merge)
		check(t, err)
		if got := linked(t, s, link); got.ID != second.ID {
			t.Errorf("the link leads to ticket #%d, want the one that it was merged into", got.Number)
		}
		changed, err := s.AddLinkedMessage(t.Context(), link, desk.AddMessage{Body: "More"})
		check(t, err)
		if changed.Ticket.ID != second.ID {
			t.Errorf("a message goes to #%d, want #%d", changed.Ticket.Number, second.Number)
		}
		wantLinks(t, s, second, 2)
		check(t, s.EndLinks(t.Context(), desk.Agent(1, "Ann"), team, second.ID))
		wantNowhere(t, s, "one of a merged ticket", link)
	})
}
