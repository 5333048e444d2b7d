package mail

import (
	"context"
	"fmt"

	"signalbox/store"
	"signalbox/workflow/job"
)

// Confirm does jobs of the kind job.KindConfirm. Without a transport they fail at once: who wrote has the page that the
// mail would lead to.
func Confirm(t Transport, s *store.Store) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		if t == nil {
			return job.Receipt{}, &job.Error{Permanent: true, Text: noServer}
		}
		c, err := s.Confirmation(ctx, j)
		if err != nil {
			return job.Receipt{}, err
		}
		return job.Receipt{}, t.Send(ctx, Message{
			ID: j.Key.String(), Sender: c.Team, To: c.To, At: j.CreatedAt,
			Subject: fmt.Sprintf("We have your message: #%d, %s", c.Number, c.Team),
			Text:    fmt.Sprintf(confirmation, c.Team, c.Number, c.Link),
		})
	}
}

const confirmation = `Thank you for writing to %s. Your message is here, and its number is #%d.

The page below is yours alone: read our answer there, write more or send files. Whoever has its address can read the conversation, so keep this mail to yourself.

You did not write to us? Then somebody else typed your address. You need do nothing, and we are sorry for this mail.

%s`
