package store_test

import (
	"errors"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// letter writes the only mail that is due once the wait is over.
func (p *post) letter() (job.Job, store.Letter) {
	p.t.Helper()
	p.now = p.now.Add(desk.ReplyDelay)
	j := p.jobs(1)[0]
	letter, err := p.Letter(p.t.Context(), j)
	check(p.t, err)
	return j, letter
}

func (p *post) done(j job.Job) {
	p.t.Helper()
	check(p.t, p.Jobs().Done(p.t.Context(), j, job.Attempt{StartedAt: p.now}, nil))
}

func (p *post) moveTo(address string) {
	p.t.Helper()
	check(p.t, p.Write(p.t.Context(), func(exec func(query string, args ...any) error) error {
		return exec(`UPDATE tickets SET reply_to = ? WHERE id = ?`, address, p.ticket.ID)
	}))
}

func (p *post) wantTold(what string, got store.Letter, want string) {
	p.t.Helper()
	if words := told(got); words != want || got.More != 0 {
		p.t.Errorf("%s: it tells %q and %d more, want %q", what, words, got.More, want)
	}
}

func TestALinkProvesNoAddressButTheOneThatItWasMailedTo(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		robot := desk.Actor{Kind: desk.ByWorkflow, Name: "Answer"}
		p.reply(robot, "One")
		j, letter := p.letter()
		p.done(j)
		check(t, p.ReadLinked(t.Context(), letter.Link[len(letter.Link)-43:], desk.ID{}))
		p.moveTo("mallory@mail.test")
		p.reply(robot, "Two")
		if _, letter = p.letter(); letter.To != "mallory@mail.test" || len(letter.Messages) != 0 {
			t.Errorf("got %+v, want no words of a workflow for another address than the proven one", letter)
		}
	})
}

func TestAMailGoesToTheAddressOfTheMomentThatItLeaves(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		old := p.mail()
		p.moveTo("zoe@new.test")
		p.now = p.now.Add(desk.ReplyDelay)
		_, err := p.Letter(t.Context(), p.jobs(1)[0])
		var failed *job.Error
		if !errors.As(err, &failed) || !failed.Permanent {
			t.Fatalf("got %v, want the mail to the old address to end", err)
		}
		if got := delivery(t, p.Store, p.team, old.ID); got.State != job.Cancelled || got.Error != "The customer is written to at another address by now." {
			t.Errorf("the old mail: got %s, %q", got.State, got.Error)
		}
		if got := p.mail(); got.To != "zoe@new.test" || got.State != job.Pending || !got.DueAt.Equal(p.now) {
			t.Errorf("got %+v, want one to the new address at once", got)
		}
		letter, err := p.Letter(t.Context(), p.jobs(1)[0])
		check(t, err)
		p.wantTold("the new mail", letter, "One")
	})
}

func TestWhatAFailedMailDidNotTellTheNextOneDoes(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		j, _ := p.letter()
		check(t, p.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The mail server refuses the recipient (550)."}, nil))
		p.reply(ann, "Two")
		next, letter := p.letter()
		p.wantTold("the next mail", letter, "One|Two")
		check(t, p.RetryJob(t.Context(), p.team, desk.ID(j.Key)))
		_, err := p.Letter(t.Context(), p.jobs(1)[0])
		if err == nil || err.Error() != "A newer mail tells of it, too." {
			t.Errorf("the failed one once more: got %v, want it to leave it to the newer one", err)
		}
		p.done(next)
	})
}

func TestWhatIsWrittenWhileAMailIsSentGoesByAnother(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		j, letter := p.letter()
		p.wantTold("the first", letter, "One")
		p.reply(ann, "Two")
		p.done(j)
		j, letter = p.letter()
		p.wantTold("the second", letter, "Two")
		p.done(j)
		p.now = p.now.Add(time.Hour)
		p.jobs(0)
	})
}

func TestAMailThatIsTriedAgainTellsAllOnce(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		j, _ := p.letter()
		check(t, p.Jobs().Retry(t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The mail server did not answer in time."}, p.now.Add(desk.ReplyDelay)))
		p.reply(ann, "Two")
		j, letter := p.letter()
		p.wantTold("the second attempt", letter, "One|Two")
		p.done(j)
		p.now = p.now.Add(time.Hour)
		p.jobs(0)
	})
}

func TestWhoTellsTheirAddressLaterGetsWhatTheyMissed(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		ticket := d.guest(v, store.CustomerInput{DistinctID: "d-1"})
		change(d.T, d.store, ticket, desk.AddMessage{Body: "One"})
		if _, ok, err := d.store.ReplyMail(d.Context(), d.team, ticket.ID); ok || err != nil {
			d.Fatalf("got a mail, %v, before there is an address", err)
		}
		check(d.T, d.introduce(v, "Zoe", ""))
		check(d.T, d.introduce(v, "", "zoe@mail.test"))
		mail, ok, err := d.store.ReplyMail(d.Context(), d.team, ticket.ID)
		if err != nil || !ok || mail.To != "zoe@mail.test" || mail.State != job.Pending {
			d.Fatalf("got %+v, %v, %v, want one to be sent", mail, ok, err)
		}
		d.clock.add(desk.ReplyDelay)
		jobs := claimJobs(d.T, d.store, d.clock.read(), 1)
		letter, err := d.store.Letter(d.Context(), jobs[0])
		if got := told(letter); err != nil || got != "One" {
			d.Errorf("it tells %q, %v, want what was missed", got, err)
		}
	})
}
