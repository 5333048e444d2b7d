package mail_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/mail"
	"signalbox/workflow/job"
)

// outbox keeps what it is given.
type outbox struct{ mails []mail.Message }

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.mails = append(o.mails, m)
	return nil
}

func TestAnEmailJobSendsItsTextAndLinkUnderItsKey(t *testing.T) {
	box, at := &outbox{}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	j := job.Job{Key: job.Key{15: 1}, CreatedAt: at, Payload: []byte(`{"to":"bob@shop.test","subject":"Hi","text":"Look","link":"https://desk.test/tickets/1"}`)}
	if _, err := mail.Deliver(box)(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	want := mail.Message{ID: "00000000-0000-0000-0000-000000000001", To: "bob@shop.test", Subject: "Hi", Text: "Look\n\nhttps://desk.test/tickets/1", At: at}
	if len(box.mails) != 1 || box.mails[0] != want {
		t.Errorf("got %+v, want %+v", box.mails, want)
	}
}

func TestWithoutAMailServerAnEmailFailsForGood(t *testing.T) {
	_, err := mail.Deliver(nil)(t.Context(), job.Job{Payload: []byte(`{}`)})
	wantFailure(t, err, "No mail server is set: start with --smtp.", true)
}

func TestAnUnreadablePayloadIsNotQuoted(t *testing.T) {
	_, err := mail.Deliver(&outbox{})(t.Context(), job.Job{Payload: []byte(`"s3cret`)})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v, want an error without the payload", err)
	}
}
