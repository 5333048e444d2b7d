package mail

import (
	"context"
	"fmt"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// Reply does jobs of the kind job.KindReply: what it sends is written at the last moment, from what the customer has
// not read by then. Without a transport they wait for one as long as for a server that does not answer.
func Reply(t Transport, s *store.Store, now func() time.Time) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		if t == nil {
			return job.Receipt{}, &job.Error{Text: noServer}
		}
		letter, err := s.Letter(ctx, j)
		if err != nil {
			return job.Receipt{}, err
		}
		m, err := compose(ctx, &letter)
		if err != nil {
			return job.Receipt{}, err
		}
		m.ID, m.At = j.Key.String(), now()
		return job.Receipt{}, t.Send(ctx, m)
	}
}

// compose words a letter twice, as text and as HTML.
func compose(ctx context.Context, l *store.Letter) (Message, error) {
	m := Message{Thread: l.Ticket.String(), Sender: l.Team, To: l.To}
	m.Subject = fmt.Sprintf("Re: %s (#%d)", desk.Cut(l.Subject, longestSubject), l.Number)
	if len(l.Messages) == 0 {
		m.Subject = fmt.Sprintf("News for you at %s (#%d)", l.Team, l.Number) // the subject is the customer's own text
	}
	model := views.Letter{Team: l.Team, Number: l.Number, Link: l.Link, Note: noteOf(l)}
	for i := range l.Messages {
		model.Messages = append(model.Messages, saying(&l.Messages[i], l.Team))
	}
	m.Text = textOf(&model)
	var html strings.Builder
	if err := views.LetterMail(model).Render(ctx, &html); err != nil {
		return Message{}, fmt.Errorf("draw the mail: %w", err)
	}
	m.HTML = html.String()
	return m, nil
}

const longestSubject = 120

// saying shows a message as customers see it: with the public name of its writer, never an address.
func saying(m *desk.Message, team string) views.Saying {
	by := team
	if name := m.PublicAuthor(); name != "" {
		by = name + ", " + team
	}
	s := views.Saying{By: by, Body: m.Body}
	if m.Author == desk.ByAgent {
		s.Drawn = views.Markdown(m.Body)
	}
	return s
}

// noteOf says what there is beside the words.
func noteOf(l *store.Letter) string {
	switch {
	case len(l.Messages) == 0:
		return fmt.Sprintf("There is something new for you in your conversation with %s.", l.Team)
	case l.More > 0 && l.Files:
		return "There is more in the conversation, and files."
	case l.More > 0:
		return "There is more in the conversation."
	case l.Files:
		return "Files came with it. You find them in the conversation."
	}
	return ""
}

func textOf(l *views.Letter) string {
	var b strings.Builder
	for _, s := range l.Messages {
		fmt.Fprintf(&b, "%s wrote:\n\n", s.By)
		if s.Body != "" {
			fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(s.Body))
		}
	}
	if l.Note != "" {
		fmt.Fprintf(&b, "%s\n\n", l.Note)
	}
	fmt.Fprintf(&b, "%s\n%s\n\n%s\n", views.LetterCall, l.Link, views.LetterFoot)
	return b.String()
}
