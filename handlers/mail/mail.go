// Package mail is the door of email: so far its way out, by which notices and replies reach their readers.
// It refuses to queue or to repeat anything: that is for package job.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"signalbox/workflow/job"
)

// Message is a mail to one address.
type Message struct {
	ID      string // names the message: a repeat has the same
	Thread  string // names the conversation that it belongs to, "" for none
	Sender  string // the name of who sends it, "" for the program's
	To      string
	Subject string
	Text    string
	HTML    string    // the same once more, "" for text alone
	At      time.Time // its date
}

// Transport hands messages to a mail server. It reports failures as a *job.Error.
type Transport interface {
	Send(ctx context.Context, m Message) error
}

const noServer = "No mail server is set: start with --smtp."

// Deliver does jobs of the kind job.KindEmail. Without a transport they fail at once.
func Deliver(t Transport) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		if t == nil {
			return job.Receipt{}, &job.Error{Permanent: true, Text: noServer}
		}
		var e job.Email
		if err := json.Unmarshal(j.Payload, &e); err != nil {
			return job.Receipt{}, errors.New("the payload is not the JSON of an email") // err may quote it
		}
		text := e.Text
		if e.Link != "" {
			text += "\n\n" + e.Link
		}
		return job.Receipt{}, t.Send(ctx, Message{ID: j.Key.String(), To: e.To, Subject: e.Subject, Text: text, At: j.CreatedAt})
	}
}
