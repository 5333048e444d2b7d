package store_test

import (
	"errors"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// unconfirmed is a ticket with its confirmation, whose first attempt found no mail server.
func (p *post) unconfirmed(body string) (ticket desk.Ticket, link string, j job.Job) {
	p.t.Helper()
	ticket, link = contact(p.t, p.Store, p.team, body)
	j = claimJobs(p.t, p.Store, p.now, 1)[0]
	_, err := p.Confirmation(p.t.Context(), j)
	check(p.t, err)
	check(p.t, p.Jobs().Retry(p.t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The mail server did not answer in time."}, p.now.Add(time.Minute)))
	return ticket, link, j
}

// wantEnded takes a confirmation that was ended: neither a runner that holds it nor a retry revives the access.
func (p *post) wantEnded(ticket desk.Ticket, j job.Job) {
	p.t.Helper()
	var failed *job.Error
	if _, err := p.Confirmation(p.t.Context(), j); !errors.As(err, &failed) || !failed.Permanent {
		p.t.Errorf("an attempt that was under way: got %v, want the job to end", err)
	}
	check(p.t, p.Jobs().Fail(p.t.Context(), j, job.Attempt{StartedAt: p.now, Error: "It came to its end."}, nil))
	check(p.t, p.RetryJob(p.t.Context(), p.team, desk.ID(j.Key)))
	got := delivery(p.t, p.Store, p.team, desk.ID(j.Key))
	if got.State != job.Cancelled || got.Error != "The private links to the ticket were ended." {
		p.t.Errorf("the delivery: got %s, %q, want it cancelled", got.State, got.Error)
	}
	p.now = p.now.Add(time.Hour)
	p.jobs(0)
	wantLinks(p.t, p.Store, ticket, 0)
}

func TestAConfirmationDoesNotReviveAccessThatWasEnded(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		ticket, _, j := p.unconfirmed("By an agent")
		_, _, others := p.unconfirmed("Another ticket")
		check(t, p.EndLinks(t.Context(), ann, p.team, ticket.ID))
		p.now = p.now.Add(time.Minute)
		if left := p.jobs(1)[0]; left.ID != others.ID {
			t.Errorf("job %d is due, want that of another ticket alone", left.ID)
		}
		p.wantEnded(ticket, j)
	})
}

func TestWhoEndsTheirLinksGetsNoneByAConfirmation(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		ticket, link, j := p.unconfirmed("By their writer")
		check(t, p.EndLinksBy(t.Context(), link))
		p.wantEnded(ticket, j)
	})
}

func TestAFailedConfirmationOfAMergedTicketEndsWithItsLinks(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		from, _, _ := p.unconfirmed("Merged")
		p.now = p.now.Add(time.Minute)
		j := claimJobs(t, p.Store, p.now, 1)[0]
		check(t, p.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The mail server refuses the recipient (550)."}, nil))
		_, err := p.MergeTickets(t.Context(), ann, p.team, store.NewMerge{From: from.Number, Into: p.ticket.Number, Vouched: true})
		check(t, err)
		check(t, p.EndLinks(t.Context(), ann, p.team, p.ticket.ID))
		p.wantEnded(p.ticket, j)
	})
}
