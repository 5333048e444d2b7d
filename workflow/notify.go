package workflow

import (
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// Job is work outside that a run has ordered: delivered at least once, under a key that stays the same.
type Job struct {
	Key      desk.ID
	Kind     job.Kind
	Payload  any // job.Email, job.Channel or job.Webhook
	StepID   string
	TicketID int64 // 0: none
}

// Notice tells members of the team something within the desk.
type Notice struct {
	Key      desk.ID // names the notice; those of several users are told apart by the store
	UserIDs  []int64
	Text     string
	StepID   string
	TicketID int64 // 0: none
}

// notifyStep tells somebody of the team.
type notifyStep struct {
	source  *NotifyStep
	ticket  ticketRef
	address *template
	url     *template
	text    *template
}

func compileNotify(s *NotifyStep) runner {
	return notifyStep{
		source: s, ticket: compileTicketRef(orDefault(s.TicketID, EventTicket)),
		address: compileTemplate(s.Address), url: compileTemplate(s.URL), text: compileTemplate(s.Text),
	}
}

func (s notifyStep) run(e *evaluation, t *StepTrace) flow {
	about, goOn, err := s.about(e, t)
	if goOn != next || err != nil {
		return failedOr(t, goOn, err)
	}
	v, err := s.text.resolve(&e.scope)
	if err != nil {
		return failStep(t, err)
	}
	text := strings.TrimSpace(textOf(v))
	if err := desk.CheckText("text", text); err != nil {
		return failStep(t, err)
	}
	t.Inputs = append(t.Inputs, Named{Name: "text", Value: text})
	if text == "" {
		t.Outcome, t.Detail = StepSkipped, "There was nothing to tell: the text is empty."
		return next
	}
	notice := notice{text: text}
	if about != nil {
		notice.ticketID, notice.number = about.Ticket.ID, about.Ticket.Number
		notice.link = fmt.Sprintf("%s/tickets/%d", e.facts.URL, notice.number)
	}
	if err := s.tell(e, t, notice); err != nil {
		return failStep(t, err)
	}
	return next
}

// about is the ticket that the notice links to; nil for a run without a ticket.
func (s notifyStep) about(e *evaluation, t *StepTrace) (*TicketFacts, flow, error) {
	if strings.TrimSpace(s.source.TicketID) == "" && walk(e.facts.Event.Properties, []string{"ticket_id"}) == nil {
		return nil, next, nil
	}
	return s.ticket.load(e, t)
}

type notice struct {
	text     string
	link     string // "" without a ticket
	ticketID int64
	number   int64
}

func (s notifyStep) tell(e *evaluation, t *StepTrace, n notice) error {
	switch {
	case s.source.To != nil:
		return s.tellMembers(e, t, n)
	case s.source.URL != "":
		address, err := s.url.resolveURL(&e.scope) // a secret as a whole: whoever has it can write to the channel
		if err != nil {
			return err
		}
		if err := e.outside(address); err != nil {
			return err
		}
		text := n.text
		if n.link != "" {
			text += "\n" + n.link
		}
		e.order(t, n.ticketID, job.KindChannel, job.Channel{URL: address, Text: text})
		t.Detail = "Told the channel."
		return nil
	}
	address, err := e.input(t, "address", s.address)
	if err != nil {
		return err
	}
	if !plausibleAddress(address) {
		return desk.FieldErrorf("address", "%.80q is not an email address. Use one like team@example.com.", address)
	}
	e.order(t, n.ticketID, job.KindEmail, n.email(address))
	t.Detail = fmt.Sprintf("Sent an email to %s.", address)
	return nil
}

func (s notifyStep) tellMembers(e *evaluation, t *StepTrace, n notice) error {
	t.Inputs = append(t.Inputs, Named{Name: "to", Value: map[string]any{string(s.source.To.Kind): s.source.To.Name}})
	found, ok := e.facts.Directory.resolve(*s.source.To)
	if !ok {
		return errNoTarget(*s.source.To)
	}
	users := e.facts.Directory.members(found)
	if len(users) == 0 {
		return desk.FieldErrorf("to", "Nobody of the role %.80q can be told. Add a member to it.", found.Name)
	}
	via := s.source.Via
	if len(via) == 0 {
		via = []string{ViaApp, ViaEmail}
	}
	if slices.Contains(via, ViaApp) {
		ids := make([]int64, len(users))
		for i, u := range users {
			ids[i] = u.ID
		}
		e.result.Notices = append(e.result.Notices, Notice{
			Key: e.key(t), UserIDs: ids, Text: n.text, StepID: t.StepID, TicketID: n.ticketID,
		})
	}
	if slices.Contains(via, ViaEmail) {
		for _, u := range users {
			e.order(t, n.ticketID, job.KindEmail, n.email(u.Email))
		}
	}
	t.Detail = fmt.Sprintf("Told %s.", found.Name)
	return nil
}

func (n notice) email(to string) job.Email {
	subject, _, _ := strings.Cut(n.text, "\n")
	if n.number != 0 {
		subject = fmt.Sprintf("[#%d] %s", n.number, subject)
	}
	const longest = 150
	return job.Email{To: to, Subject: desk.Cut(subject, longest), Text: n.text, Link: n.link}
}

// members are the users that a target stands for, those who are disabled left out.
func (d *Directory) members(t Target) []desk.User {
	ids := []int64{t.ID}
	if t.Kind == desk.ToRole {
		ids = d.Roles[t.ID].Members
	}
	var users []desk.User
	for _, id := range ids {
		if u, ok := d.Users[id]; ok {
			users = append(users, u)
		}
	}
	return users
}

// plausibleAddress is all that can be known of an address before a mail is sent to it.
func plausibleAddress(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " \t\r\n,;<>\"")
}

// order adds a job to what the run leaves behind.
func (e *evaluation) order(t *StepTrace, ticketID int64, kind job.Kind, payload any) {
	e.result.Jobs = append(e.result.Jobs, Job{Key: e.key(t), Kind: kind, Payload: payload, StepID: t.StepID, TicketID: ticketID})
}

// key names what the run sends out, the same each time that it is decided anew.
func (e *evaluation) key(t *StepTrace) desk.ID {
	return e.facts.RunID.Derive(t.StepID, e.executed<<16+len(e.result.Jobs)+len(e.result.Notices))
}
