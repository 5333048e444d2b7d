package store_test

import (
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// contactAs writes on the contact page, as anybody may under any address.
func contactAs(t *testing.T, s *store.Store, team int64, email string) (desk.Ticket, string) {
	t.Helper()
	n := store.NewContact{Link: store.NewPrivateLink(), NewTicket: store.NewTicket{
		Channel: desk.Widget, Body: "Hello", Customer: store.CustomerInput{Email: email},
	}}
	opened, err := s.OpenContact(t.Context(), team, n)
	check(t, err)
	return opened.Ticket, n.Link
}

func TestATypedAddressIsMailedAndShownAndNoOtherOfItsCustomer(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		carl := openTicket(t, s, team, question("Hello")).Customer
		check(t, s.AddAddress(t.Context(), ann, team, carl.PublicID, "carl@work.test"))
		ticket, link := contactAs(t, s, team, " Carl@Work.test ")
		if ticket.Customer.ID != carl.ID {
			t.Fatalf("the ticket is of %+v, want Carl", ticket.Customer)
		}
		if got := linked(t, s, link); got.MailTo != "carl@work.test" || !got.Mailed {
			t.Errorf("the page shows %q, want what was typed", got.MailTo)
		}
		_, err := s.ChangeTicket(t.Context(), ann, team, ticket.ID, desk.AddMessage{Body: "Hello"})
		check(t, err)
		clock.add(desk.ReplyDelay)
		for _, j := range claimJobs(t, s, clock.read(), 2) {
			if text := string(j.Payload); !strings.Contains(text, "carl@work.test") || strings.Contains(text, "carl@example.com") {
				t.Errorf("%s: got %s, want it to go to what was typed alone", j.Kind, text)
			}
			if j.Kind == job.KindReply {
				letter, err := s.Letter(t.Context(), j)
				if err != nil || letter.To != "carl@work.test" {
					t.Errorf("the letter goes to %q, %v, want what was typed", letter.To, err)
				}
			}
		}
	}, clock.use)
}

func TestAnAddressOfASignedCustomerLeadsToNobodyWhoSigns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		n := question("Signed")
		n.Visitor = store.Visitor{Identity: "carl"}
		signed := openTicket(t, s, team, n).Customer
		check(t, s.AddAddress(t.Context(), ann, team, signed.PublicID, "carl@work.test"))
		old, _ := contactAs(t, s, team, "carl@old.test")
		check(t, s.MergeCustomers(t.Context(), ann, team, old.Customer.PublicID, signed.PublicID))
		for _, email := range []string{"carl@work.test", "carl@old.test"} {
			first, link := contactAs(t, s, team, email)
			second, _ := contactAs(t, s, team, email)
			if first.Customer.ID == signed.ID || first.Customer.Email != email || second.Customer.ID != first.Customer.ID {
				t.Errorf("%s: the tickets are of %+v and %+v, want one customer who is not the signed one", email, first.Customer, second.Customer)
			}
			if got := linked(t, s, link); got.MailTo != email {
				t.Errorf("%s: the page shows %q", email, got.MailTo)
			}
		}
	})
}

func TestWhoWasMailedSeesTheAddressAndAnAgentsMergeShowsNoOther(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket, link := contactAs(t, s, team, "zoe@mail.test")
		target := openTicket(t, s, team, question("Mine"))
		check(t, s.MergeCustomers(t.Context(), ann, team, ticket.Customer.PublicID, target.Customer.PublicID))
		if got := linked(t, s, link); got.MailTo != "zoe@mail.test" {
			t.Errorf("the page shows %q, want what was typed still", got.MailTo)
		}
		merge := store.NewMerge{From: ticket.Number, Into: target.Number, Vouched: true}
		_, err := s.MergeTickets(t.Context(), ann, team, merge)
		check(t, err)
		if got := linked(t, s, link); got.ID != target.ID || got.MailTo != "" || !got.Mailed {
			t.Errorf("got #%d with %q, want the target without the address of its customer", got.Number, got.MailTo)
		}
		_, err = s.ChangeTicket(t.Context(), ann, team, target.ID, desk.AddMessage{Body: "Hello"})
		check(t, err)
		clock.add(desk.ReplyDelay)
		for _, j := range claimJobs(t, s, clock.read(), 2) {
			if j.Kind != job.KindReply {
				continue
			}
			letter, err := s.Letter(t.Context(), j)
			check(t, err)
			_, mailed, _ := strings.Cut(letter.Link, "/contact/ticket/")
			if got := linked(t, s, mailed); letter.To != "carl@example.com" || got.MailTo != "carl@example.com" {
				t.Errorf("the mail to %q leads to a page with %q, want the address that it went to", letter.To, got.MailTo)
			}
		}
	}, clock.use)
}
