package desk_test

import (
	"slices"
	"testing"

	"signalbox/workflow/desk"
)

func TestUnreadRepliesGoOutByMail(t *testing.T) {
	away := func(unread int) *desk.Ticket {
		return &desk.Ticket{Channel: desk.Widget, Customer: desk.Customer{Email: "zoe@mail.test"}, UnreadCustomer: unread}
	}
	with := func(change func(*desk.Ticket)) *desk.Ticket {
		ticket := away(1)
		change(ticket)
		return ticket
	}
	for name, c := range map[string]struct {
		before, after *desk.Ticket
		want          desk.MailStep
	}{
		"a reply":              {away(0), away(1), desk.SendMail},
		"another reply":        {away(1), away(2), desk.SendMail},
		"the team begins":      {nil, away(1), desk.SendMail},
		"the customer opens":   {nil, away(0), desk.KeepMail},
		"a note, or a field":   {away(1), away(1), desk.KeepMail},
		"the customer reads":   {away(3), away(0), desk.DropMail},
		"nothing was unread":   {away(0), away(0), desk.KeepMail},
		"some went back":       {away(3), away(1), desk.KeepMail},
		"it came by email":     {away(0), with(func(t *desk.Ticket) { t.Channel = desk.Email }), desk.KeepMail},
		"it goes on elsewhere": {away(0), with(func(t *desk.Ticket) { t.MergedInto = 7 }), desk.KeepMail},
	} {
		if got := desk.MailAfter(c.before, c.after); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestALetterIsNotSentForNothing(t *testing.T) {
	unread := []desk.Message{{Author: desk.ByAgent, Body: "Hello"}}
	fine := desk.Letter{Ticket: &desk.Ticket{UnreadCustomer: 1}, Unread: unread}
	if why := fine.Needless(); why != "" {
		t.Errorf("got %q, want it to be sent", why)
	}
	for name, l := range map[string]desk.Letter{
		"merged":  {Ticket: &desk.Ticket{UnreadCustomer: 1, MergedInto: 7}, Unread: unread},
		"blocked": {Ticket: &desk.Ticket{UnreadCustomer: 1}, Unread: unread, Blocked: true},
		"read":    {Ticket: &desk.Ticket{}, Unread: unread},
		"empty":   {Ticket: &desk.Ticket{UnreadCustomer: 1}},
		"moved":   {Ticket: &desk.Ticket{UnreadCustomer: 1}, Unread: unread, Elsewhere: true},
		"newer":   {Ticket: &desk.Ticket{UnreadCustomer: 1}, Unread: unread, Newer: true},
	} {
		if l.Needless() == "" {
			t.Errorf("%s: it is sent, want a reason not to", name)
		}
	}
}

func TestAStrangersAddressGetsTheWordsOfPeopleAlone(t *testing.T) {
	l := desk.Letter{Ticket: &desk.Ticket{UnreadCustomer: 2}, Unread: []desk.Message{
		{Author: desk.ByWorkflow, Body: "You wrote: buy pills"}, {Author: desk.ByAgent, Body: "Hello"}, {Author: desk.ByAPI, Body: "Pills"},
	}}
	bodies := func() []string {
		out := []string{}
		for _, m := range l.Told() {
			out = append(out, m.Body)
		}
		return out
	}
	if got := bodies(); !slices.Equal(got, []string{"Hello"}) || l.Most() != 0 {
		t.Errorf("got %q, %d a day, want the agent's words, as often as there are some", got, l.Most())
	}
	l.Proven = true
	if got := bodies(); len(got) != 3 || l.Most() != 0 {
		t.Errorf("proven: got %q, %d a day, want all of them", got, l.Most())
	}
	l.Unread = l.Unread[:1]
	if got := bodies(); len(got) != 1 || l.Most() != desk.MaxProvenMails {
		t.Errorf("proven, only a workflow: got %q, %d a day, want its words, %d times a day", got, l.Most(), desk.MaxProvenMails)
	}
	l.Proven = false
	if got := bodies(); len(got) != 0 || l.Most() != desk.MaxAutomaticMails {
		t.Errorf("only a workflow: got %q, %d a day, want no words in one of the few mails", got, l.Most())
	}
}
