package workflow

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// example makes an event of the world; nil where the analyser does not know what such events carry.
func (a *analysis) example(w *world) map[string]any {
	more, _ := moreProperties(w.event)
	if !carriesTicket(w.event) {
		return nil
	}
	out := map[string]any{}
	for _, name := range slices.Concat(ticketProperties(), more) {
		out[name] = a.valueOf(w, a.property(w.event, name), name)
		if read, ok := a.readValue(w, name); ok {
			out[name] = read // as far as that can be: the event said the same
		}
	}
	out["ticket_id"] = exampleTicket().String()
	return out
}

// exampleTicket is the ticket of every example.
func exampleTicket() desk.ID { return desk.ID{6: 0x70, 8: 0x80, 15: 1} }

// readValue is a value for what steps have read of the ticket, where that matters.
func (a *analysis) readValue(w *world, name string) (any, bool) {
	matters := func(term int) bool { return a.terms[term].key.name == readPrefix+name }
	for _, m := range w.masks {
		if matters(m.term) {
			return a.valueOf(w, m.term, name), true
		}
	}
	for _, l := range w.literals {
		if matters(l.term) && l.holds {
			return a.valueOf(w, l.term, name), true
		}
	}
	return nil, false
}

// valueOf is a value that the term can have, and one with something in it where there is a choice.
func (a *analysis) valueOf(w *world, term int, name string) any {
	set := a.maskOf(w, term)
	var found any
	for i, c := range slices.Backward(a.terms[term].domain.cells) {
		if set&(1<<i) == 0 {
			continue
		}
		switch c.kind {
		case exactly:
			found = cmp.Or(c.value, found)
		case whole:
			found = max(c.low, min(c.high, 1))
		case text:
			found = a.textOf(w, term, name)
		case list:
			found = []string{}
		case someone, anything, unknown:
			found = "1"
		}
	}
	return found
}

// textOf tries to be a text for which the literals hold; whether they do, the run will show.
func (a *analysis) textOf(w *world, term int, name string) string {
	var b strings.Builder
	for _, l := range w.literals {
		if at := a.atoms[l.atom]; l.term == term && l.holds && at.cond.source.Op == Contains {
			b.WriteString(at.cond.operands[0].text)
		}
	}
	switch {
	case b.Len() > 0 && strings.HasPrefix(b.String(), "@"):
		return "sam" + b.String()
	case b.Len() > 0:
		return b.String()
	case name == "customer_email":
		return "sam@customer.example"
	case name == "sla_due_at":
		return timeText(exampleNow().Add(time.Hour))
	case name == "channel_source":
		return "other"
	}
	return "Sam"
}

// exampleNow is when examples happen: a Monday morning.
func exampleNow() time.Time { return time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC) }

// factsOf are those in which the example happens to a ticket that is as the event says.
func (a *analysis) factsOf(w *world, properties map[string]any) Facts {
	word := func(name string) string { return textOf(properties[name]) }
	number, _ := numberOf(properties["ticket_number"])
	t := desk.Ticket{
		PublicID: exampleTicket(), TeamID: 1, Number: number.whole, Subject: "Example", Channel: desk.Channel(word("channel_source")),
		Status: desk.Status(word("status")), Priority: desk.Priority(word("priority")), Tags: []string{},
		Customer:  desk.Customer{Name: word("customer_name"), Email: word("customer_email")},
		CreatedAt: exampleNow(), UpdatedAt: exampleNow(), ThreadAt: exampleNow(), MessageCount: 1,
	}
	for name, field := range map[string]*string{"mailbox": &t.Mailbox, "subject": &t.Subject, "customer_email": &t.Customer.Email} {
		if read, ok := a.readValue(w, name); ok {
			*field = textOf(read)
		}
	}
	count := 1
	e := desk.Event{Name: w.event, Properties: properties, At: exampleNow()}
	return Facts{
		Event: Event{TeamID: 1, Event: e}, Now: exampleNow(), URL: "https://desk.example.com", Directory: a.dir,
		Tickets: map[desk.ID]*TicketFacts{t.PublicID: {Ticket: t, CustomerCount: &count}},
	}
}

// maxPlays bounds how many examples are run.
const maxPlays = 200

// player runs examples, which is how what an example shows is proved.
type player struct {
	programs map[*Workflow]*Program
	plays    int
}

// play runs a workflow on facts and makes its changes part of them. ok is false when it did not come to its end.
func (p *player) play(w *Workflow, f *Facts) (_ Result, ok bool) {
	if p.plays++; p.plays > maxPlays {
		return Result{}, false
	}
	program, known := p.programs[w]
	if !known {
		var err error
		if program, err = Compile(*w); err != nil {
			program = nil
		}
		p.programs[w] = program
	}
	if program == nil {
		return Result{}, false
	}
	result := program.Evaluate(*f)
	for n := 0; result.Need != nil && n < maxNeeds; n++ {
		f.provide(*result.Need)
		result = program.Evaluate(*f)
	}
	tickets := maps.Clone(f.Tickets)
	for _, effect := range result.Effects {
		changed := *tickets[effect.Ticket.PublicID]
		changed.Ticket = effect.Ticket
		tickets[effect.Ticket.PublicID] = &changed
	}
	f.Tickets = tickets
	return result, result.Outcome == Completed || result.Outcome == NotTriggered
}

// maxNeeds is how many facts an example is given.
const maxNeeds = 8

// provide gives what an evaluation needs: in an example nobody has done anything before.
func (f *Facts) provide(n Need) {
	switch {
	case n.Role != 0:
		f.Roles = map[int64]RoleFacts{n.Role: {Open: map[int64]int{}}}
	case n.Limit != "":
		f.Uses = map[string]int{n.Limit: 0}
	case !n.Sent.IsZero():
		f.Sent = map[desk.ID]int{n.Sent: 0}
	case n.Started != 0:
		f.Started = new(int)
	default:
		f.Tickets = maps.Clone(f.Tickets)
		f.Tickets[n.Ticket] = nil
	}
}

// did reports whether the run has done the step.
func (r *Result) did(step *Step) bool {
	return slices.ContainsFunc(r.Steps, func(t StepTrace) bool { return t.StepID == step.ID && t.Outcome == StepDone })
}

// standIns is a directory in which everybody exists whom the workflows name.
func standIns(workflows []Workflow) *Directory {
	dir := &Directory{Team: desk.Team{ID: 1}, Users: map[int64]desk.User{}, Roles: map[int64]desk.Role{}}
	next := int64(1 << 40) // above the ids that targets may have
	for _, w := range workflows {
		eachStep(w.Definition.Steps, func(s *Step) {
			_, t := s.target()
			if t == nil || t.Kind == desk.Nobody {
				return
			}
			if _, known := dir.resolve(*t); known {
				return
			}
			next++
			id := cmp.Or(t.ID, next)
			if t.Kind == desk.ToRole {
				dir.Roles[id] = desk.Role{ID: id, Name: strings.TrimSpace(t.Name)}
				return
			}
			dir.Users[id] = desk.User{ID: id, Email: strings.TrimSpace(t.Name)}
		})
	}
	return dir
}
