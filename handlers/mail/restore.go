package mail

import (
	"context"
	"fmt"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/job"
)

// Restore does jobs of the kind job.KindRestore. Without a transport they fail at once: nobody waits for such a mail
// for long.
func Restore(t Transport, s *store.Store) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		if t == nil {
			return job.Receipt{}, &job.Error{Permanent: true, Text: noServer}
		}
		r, err := s.RestoreMail(ctx, j)
		if err != nil {
			return job.Receipt{}, err
		}
		m := Message{
			ID: j.Key.String(), Sender: r.Team, To: r.To, At: j.CreatedAt,
			Subject: "Your conversations with " + r.Team,
			Text:    fmt.Sprintf("%s\n\n%s\n\n%s\n", views.RestoreCall(r.Team), r.Link, views.RestoreFoot),
		}
		var html strings.Builder
		if err := views.RestoreMail(views.Restore{Team: r.Team, Link: r.Link}).Render(ctx, &html); err != nil {
			return job.Receipt{}, fmt.Errorf("draw the mail: %w", err)
		}
		m.HTML = html.String()
		return job.Receipt{}, t.Send(ctx, m)
	}
}
