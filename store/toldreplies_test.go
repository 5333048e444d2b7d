package store_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"signalbox/store/migrations"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// forgetTold makes the messages those of a desk from before they remembered their mails, and upgrades it.
func (p *post) forgetTold() {
	p.t.Helper()
	text, err := fs.ReadFile(migrations.Files, "sqlite/00022_told_replies.sql") // the same on both engines
	check(p.t, err)
	_, upgrade, found := strings.Cut(string(text), "\nUPDATE messages\n")
	upgrade, _, ended := strings.Cut(upgrade, ";")
	if !found || !ended {
		p.t.Fatal("the migration upgrades no messages")
	}
	check(p.t, p.Write(p.t.Context(), func(exec func(query string, args ...any) error) error {
		if err := exec(`UPDATE messages SET told_by = NULL`); err != nil {
			return err
		}
		return exec("UPDATE messages\n" + upgrade)
	}))
}

func (p *post) wantMarked(want string) {
	p.t.Helper()
	var got string
	check(p.t, p.Read(p.t.Context(), &got, `
		SELECT COALESCE(STRING_AGG(body, '|' ORDER BY created_at), '')
		FROM messages
		WHERE told_by IS NOT NULL`))
	if got != want {
		p.t.Errorf("mails are taken to have told %q, want %q", got, want)
	}
}

func TestAnUpgradedDeskMailsNothingThatWasMailedBefore(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		_, err := p.ChangeTicket(t.Context(), ann, p.team, p.ticket.ID, desk.AddMessage{Body: "Between us", Private: true})
		check(t, err)
		j, _ := p.letter()
		left := p.now
		p.now = p.now.Add(time.Second)
		p.reply(ann, "Two")
		check(t, p.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: left, Took: 2 * time.Second}, nil))

		p.forgetTold()
		p.wantMarked("One")
		_, letter := p.letter()
		p.wantTold("the next mail", letter, "Two")
	})
}

func TestAnUpgradedDeskMailsWhatAFailedMailDidNotTell(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.reply(ann, "One")
		j, _ := p.letter()
		check(t, p.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: p.now, Error: "The mail server refuses the recipient (550)."}, nil))

		p.forgetTold()
		p.wantMarked("")
		p.reply(ann, "Two")
		_, letter := p.letter()
		p.wantTold("the next mail", letter, "One|Two")
	})
}
