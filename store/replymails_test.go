package store_test

import (
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// post is a desk whose clock the test sets, with a ticket that Zoë opened on the contact page.
type post struct {
	*store.Store

	t      *testing.T
	now    time.Time
	team   int64
	ticket desk.Ticket
	link   string
}

func eachPost(t *testing.T, test func(t *testing.T, p *post)) {
	t.Helper()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		p := &post{t: t, now: time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)}
		c.Now, c.URL = func() time.Time { return p.now }, "https://desk.test"
		var err error
		p.Store, err = store.Open(t.Context(), c)
		check(t, err)
		t.Cleanup(func() { _ = p.Close() })
		p.team = setUp(t, p.Store).TeamID
		p.ticket, p.link = contact(t, p.Store, p.team, "Where is my parcel?")
		p.jobs(1) // the confirmation
		test(t, p)
	})
}

func (p *post) reply(by desk.Actor, body string) {
	p.t.Helper()
	_, err := p.ChangeTicket(p.t.Context(), by, p.team, p.ticket.ID, desk.AddMessage{Body: body})
	check(p.t, err)
}

// jobs claims exactly as many as are due now, and sends the confirmations among them.
func (p *post) jobs(want int) []job.Job {
	p.t.Helper()
	jobs := claimJobs(p.t, p.Store, p.now, want)
	for _, j := range jobs {
		if j.Kind != job.KindConfirm {
			continue
		}
		if _, err := p.Confirmation(p.t.Context(), j); err == nil {
			check(p.t, p.Jobs().Done(p.t.Context(), j, job.Attempt{StartedAt: p.now}, nil))
		}
	}
	return jobs
}

func (p *post) mail() store.ReplyMail {
	p.t.Helper()
	mail, ok, err := p.ReplyMail(p.t.Context(), p.team, p.ticket.ID)
	if err != nil || !ok {
		p.t.Fatalf("got no mail about the ticket, %v", err)
	}
	return mail
}

func (p *post) newest() desk.ID {
	p.t.Helper()
	messages, err := p.Messages(p.t.Context(), p.team, p.ticket.ID, store.MessageQuery{Newest: true, Limit: 1})
	check(p.t, err)
	return messages[0].PublicID
}

func told(l store.Letter) string {
	var out []string
	for i := range l.Messages {
		out = append(out, l.Messages[i].Body)
	}
	return strings.Join(out, "|")
}

func TestRepliesToWhoHasLeftGoOutInOneMail(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		if got := p.mail(); got.To != "zoe@mail.test" || got.State != job.Pending || !got.DueAt.Equal(p.now.Add(5*time.Minute)) {
			t.Fatalf("got %+v, want a mail to Zoë in five minutes", got)
		}
		p.now = p.now.Add(4 * time.Minute)
		p.jobs(0)
		p.reply(ann, "Two")
		_, err := p.ChangeTicket(t.Context(), ann, p.team, p.ticket.ID, desk.AddMessage{Body: "Between us", Private: true})
		check(t, err)
		p.now = p.now.Add(time.Minute)
		j := p.jobs(1)[0]
		letter, err := p.Letter(t.Context(), j)
		check(t, err)
		if got := told(letter); got != "One|Two" || letter.To != "zoe@mail.test" || letter.Number != p.ticket.Number || letter.More != 0 {
			t.Errorf("got %+v, want both replies to Zoë and no note", letter)
		}
		link := strings.TrimPrefix(letter.Link, "https://desk.test/contact/ticket/")
		if got := linked(t, p.Store, link); got.ID != p.ticket.ID {
			t.Errorf("its link leads to ticket %d, want %d", got.ID, p.ticket.ID)
		}
		check(t, p.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: p.now}, nil))

		p.reply(ann, "Three")
		p.now = p.now.Add(5 * time.Minute)
		letter, err = p.Letter(t.Context(), p.jobs(1)[0])
		check(t, err)
		if got := told(letter); got != "Three" {
			t.Errorf("the next mail says %q, want what the first one did not", got)
		}
	})
}

func TestAReplyThatIsReadIsNotMailed(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		p.now = p.now.Add(time.Minute)
		one := p.newest()
		p.reply(ann, "Half")
		check(t, p.ReadLinked(t.Context(), p.link, one))
		if got := p.mail(); got.State != job.Pending {
			t.Errorf("got %+v, want it to go, as the page did not have the newest reply yet", got)
		}
		check(t, p.ReadLinked(t.Context(), p.link, p.newest()))
		if got := p.mail(); got.State != job.Cancelled || got.Error != "The customer has read it." {
			t.Errorf("got %+v, want it cancelled", got)
		}
		if got := delivery(t, p.Store, p.team, p.mail().ID); got.State != job.Cancelled || got.TicketNumber != p.ticket.Number {
			t.Errorf("the deliveries say %+v, want a cancelled one of the ticket", got)
		}
		p.now = p.now.Add(time.Hour)
		p.jobs(0)

		p.reply(ann, "Two")
		p.now = p.now.Add(5 * time.Minute)
		letter, err := p.Letter(t.Context(), p.jobs(1)[0])
		check(t, err)
		if got := told(letter); got != "Two" {
			t.Errorf("got %q, want the unread reply alone", got)
		}
	})
}

func TestAMailIsLookedAtOnceMoreBeforeItLeaves(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		p.now = p.now.Add(5 * time.Minute)
		j := p.jobs(1)[0]
		check(t, p.BlockCustomer(t.Context(), ann, p.team, p.ticket.Customer.PublicID))
		_, err := p.Letter(t.Context(), j)
		if err == nil || err.Error() != "The customer is blocked." {
			t.Errorf("got %v, want no mail to who is blocked", err)
		}
		check(t, p.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The customer is blocked."}, nil))
		if got := p.mail(); got.State != job.Cancelled {
			t.Errorf("got %+v, want it cancelled, not failed", got)
		}
	})
}

func TestAMergedTicketMailsNothingButItsTargetDoes(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		target, _ := contact(t, p.Store, p.team, "Where is it?")
		p.jobs(1)
		p.reply(ann, "On its way")
		merge := store.NewMerge{From: p.ticket.Number, Into: target.Number, Vouched: true}
		_, err := p.MergeTickets(t.Context(), ann, p.team, merge)
		check(t, err)
		if got := p.mail(); got.State != job.Cancelled {
			t.Errorf("the merged ticket's: got %+v, want it cancelled", got)
		}
		p.now = p.now.Add(5 * time.Minute)
		letter, err := p.Letter(t.Context(), p.jobs(1)[0])
		check(t, err)
		if got := told(letter); got != "On its way" || letter.Number != target.Number {
			t.Errorf("got %q about #%d, want the reply about #%d", got, letter.Number, target.Number)
		}
	})
}

func TestNobodyIsBombedWithAutomaticMail(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		robot := desk.Actor{Kind: desk.ByWorkflow, Name: "Answer"}
		p.reply(robot, "You wrote: buy pills")
		p.now = p.now.Add(5 * time.Minute)
		j := p.jobs(1)[0]
		letter, err := p.Letter(t.Context(), j)
		check(t, err)
		check(t, p.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: p.now}, nil))
		if len(letter.Messages) != 0 || letter.More != 1 {
			t.Errorf("got %+v, want no words of a workflow for an address that nobody has proven", letter)
		}
		// With the confirmation that was the second; one more is left today, whichever ticket it is about.
		contact(t, p.Store, p.team, "More")
		p.jobs(1)
		contact(t, p.Store, p.team, "And more")
		tooMany := p.jobs(1)[0]
		if got := delivery(t, p.Store, p.team, desk.ID(tooMany.Key)); got.State != job.Cancelled || got.Error != "The address has had 3 automatic mails within a day." {
			t.Errorf("one more: got %s, %q, want it cancelled", got.State, got.Error)
		}

		check(t, p.ReadLinked(t.Context(), strings.TrimPrefix(letter.Link, "https://desk.test/contact/ticket/"), desk.ID{}))
		p.reply(robot, "Is all well?")
		p.now = p.now.Add(5 * time.Minute)
		letter, err = p.Letter(t.Context(), p.jobs(1)[0])
		check(t, err)
		if got := told(letter); got != "Is all well?" {
			t.Errorf("got %q, want the words once Zoë has followed a mail", got)
		}
	})
}

func TestAConfirmationHasNothingOfItsWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		n := store.NewContact{Link: store.NewPrivateLink(), NewTicket: store.NewTicket{
			Channel: desk.Widget, Subject: "PILLS", Body: "PILLS", Customer: store.CustomerInput{Name: "PILLS", Email: "zoe@mail.test"},
		}}
		_, err := s.OpenContact(t.Context(), team, n)
		check(t, err)
		j := claimJobs(t, s, time.Now(), 1)[0]
		mail, err := s.Confirmation(t.Context(), j)
		if err != nil || mail.To != "zoe@mail.test" || mail.Team != newDesk.Team || mail.Number != 1 {
			t.Errorf("got %+v, %v, want one to Zoë", mail, err)
		}
		link := mail.Link[len(mail.Link)-43:]
		linked(t, s, link)
		if text := string(j.Payload); strings.Contains(text, "PILLS") || strings.Contains(text, "/contact/") || strings.Contains(text, n.Link) {
			t.Errorf("got %s, want no link and no words of a stranger", text)
		}
		again, err := s.Confirmation(t.Context(), j)
		if err != nil || again.Link == mail.Link {
			t.Errorf("another attempt: got the same link, %v, want one of its own", err)
		}
	})
}
