package mail_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/mail"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

func TestARestoreJobMailsALinkThatWorks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made, err := s.Setup(t.Context(), store.NewDesk{Team: "Fern & Kettle", AdminEmail: "ann@desk.test", AdminName: "Ann", PasswordHash: "x"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.OpenTicket(t.Context(), desk.Actor{}, made.TeamID, store.NewTicket{
			Channel: desk.Widget, Body: "Hello", Customer: store.CustomerInput{Email: "zoe@mail.test"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RequestRestore(t.Context(), made.TeamID, "zoe@mail.test", "https://shop.test/help?a=1&b=2"); err != nil {
			t.Fatal(err)
		}
		jobs, err := s.Jobs().Claim(t.Context(), time.Now(), 1)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("got %+v, %v, want one job", jobs, err)
		}
		box := &outbox{}
		if _, err := mail.Restore(box, s)(t.Context(), jobs[0]); err != nil || len(box.mails) != 1 {
			t.Fatalf("got %+v, %v, want one mail", box.mails, err)
		}
		m := box.mails[0]
		if m.To != "zoe@mail.test" || m.Sender != "Fern & Kettle" || m.Subject != "Your conversations with Fern & Kettle" || m.ID != jobs[0].Key.String() {
			t.Errorf("got %+v", m)
		}
		link := regexp.MustCompile(`https://shop\.test/help\?a=1&b=2&ph_conv_restore=([\w-]{43})`).FindStringSubmatch(m.Text)
		if len(link) != 2 || !strings.Contains(m.HTML, `href="`+strings.ReplaceAll(link[0], "&", "&amp;")+`"`) {
			t.Fatalf("want the same link in both:\n%s\n%s", m.Text, m.HTML)
		}
		if payload, err := json.Marshal(jobs[0]); err != nil || strings.Contains(string(payload), link[1]) {
			t.Errorf("the job has the token: %s, %v", payload, err)
		}
		got, err := s.Restore(t.Context(), made.TeamID, link[1], store.Visitor{Session: []byte("a browser")})
		if err != nil || got != desk.Restored {
			t.Errorf("got %q, %v, want the link to work", got, err)
		}
	})
}

func TestWithoutAMailServerARestoreFailsForGood(t *testing.T) {
	_, err := mail.Restore(nil, nil)(t.Context(), job.Job{})
	wantFailure(t, err, "No mail server is set: start with --smtp.", true)
}
