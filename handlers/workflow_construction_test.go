package handlers_test

import (
	"net/http"
	"strconv"
	"strings"

	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const panel = "#panel form"

// construction builds a definition in the browser, form by form.
type construction struct {
	browser
	path string // of the workflow
}

func (c construction) build(d workflow.Definition) page {
	c.t.Helper()
	p := c.open(c.path)
	c.submit(p, panel, map[string]string{"description": d.Description})
	p = c.open(c.path + "?step=trigger")
	for i, e := range d.Trigger.Events {
		p = c.submit(p, panel, map[string]string{views.EventPath(i) + ".event": string(e.Event)})
		if e.Where != nil {
			p = c.conditions(p, views.EventPath(i), *e.Where, 0)
		}
	}
	c.starts(c.open(c.path+"?step=trigger"), d.Trigger)
	c.steps(d.Steps, workflow.Place{})
	return c.open(c.path)
}

func (c construction) steps(steps []workflow.Step, at workflow.Place) {
	c.t.Helper()
	for i, s := range steps {
		at.Index = i
		p := c.open(c.path + "?at=" + at.String())
		p = c.submit(p, panel, nil, "type", string(s.Type))
		id := p.Find(panel+" [name=step]").AttrOr("value", "")
		p = c.submit(p, panel, map[string]string{"name": s.Name})
		switch s.Type {
		case workflow.GetTicket:
			c.submit(p, panel, map[string]string{"ticket_id": s.Get.TicketID, "output": s.Get.Output})
		case workflow.UpdateTicket:
			c.update(p, s.Update)
		case workflow.If:
			c.branches(p, id, s.If)
		case workflow.Wait:
			c.wait(p, id, s.Wait)
		case workflow.SendReply, workflow.AddNote:
			c.submit(p, panel, map[string]string{"body": s.Message.Body, "ticket_id": s.Message.TicketID})
		case workflow.Notify:
			c.notify(p, s.Notify)
		case workflow.Webhook:
			c.call(p, s.Webhook)
		case workflow.AssignInTurn:
			c.submit(p, panel, map[string]string{"role": optionOf(p, "role", s.Assign.Role.Name), "mode": string(s.Assign.Mode)})
		case workflow.SetVariable:
			c.submit(p, panel, map[string]string{"variable": s.Variable.Variable, "value": views.ValueText(s.Variable.Value)})
		case workflow.Stop:
			c.submit(p, panel, map[string]string{"reason": s.Stop.Reason})
		}
		if s.Disabled {
			c.submit(c.open(c.path+"?step="+id), panel, nil, "do", "disable")
		}
	}
}

// starts fills in what starts a workflow beside events.
func (c construction) starts(p page, t workflow.Trigger) {
	c.t.Helper()
	fill := map[string]string{}
	if t.Manual {
		fill["manual"] = "on"
	}
	if t.Webhook {
		fill["webhook"] = "on"
	}
	if t.Schedule != nil {
		fill["cron"], fill["zone"] = t.Schedule.Cron, t.Schedule.Zone
	}
	if t.Limit != nil {
		fill["limit.times"], fill["limit.within"], fill["limit.key"] = strconv.Itoa(t.Limit.Times), t.Limit.Within, t.Limit.Key
	}
	c.submit(p, panel, fill)
}

func (c construction) wait(p page, id string, w *workflow.WaitStep) {
	c.t.Helper()
	p = c.submit(p, panel, map[string]string{"wait": views.WaitKind(w)})
	switch views.WaitKind(w) {
	case views.WaitFor:
		c.submit(p, panel, map[string]string{"for": w.For})
	case views.WaitUntil:
		c.submit(p, panel, map[string]string{"until": w.Until})
	case views.WaitWindow:
		c.submit(p, panel, map[string]string{"zone": w.Window.Timezone})
	case views.WaitWhen:
		p = c.conditions(p, views.WaitGroup, *w.When, 1)
		c.submit(p, panel, map[string]string{"timeout": w.Timeout, "ticket_id": w.TicketID, "output": w.Output})
		c.steps(w.Held, workflow.Place{Parent: id})
		c.steps(w.TimedOut, workflow.Place{Parent: id, Branch: workflow.Else})
	}
}

func (c construction) notify(p page, n *workflow.NotifyStep) {
	c.t.Helper()
	switch {
	case n.Address != "":
		p = c.submit(p, panel, map[string]string{"to": views.ToAddress})
		p = c.submit(p, panel, map[string]string{"address": n.Address})
	case n.URL != "":
		p = c.submit(p, panel, map[string]string{"to": views.ToChannel})
		p = c.submit(p, panel, map[string]string{"url": n.URL})
	default:
		via := ""
		if len(n.Via) == 1 {
			via = n.Via[0]
		}
		p = c.submit(p, panel, map[string]string{"to": optionOf(p, "to", n.To.Name), "via": via})
	}
	c.submit(p, panel, map[string]string{"text": n.Text})
}

func (c construction) call(p page, w *workflow.WebhookStep) {
	c.t.Helper()
	for i, h := range w.Headers {
		p = c.submit(p, panel, nil, "do", "header")
		p = c.submit(p, panel, map[string]string{views.HeaderPath(i) + ".name": h.Name, views.HeaderPath(i) + ".value": h.Value})
	}
	c.submit(p, panel, map[string]string{"verb": w.Method, "url": w.URL, "body": w.Body, "output": w.Output})
}

// optionOf is the value of the option that people read as text.
func optionOf(p page, name, text string) string {
	return p.Find(panel+" [name="+name+"] option").FilterFunction(textIs(text)).AttrOr("value", "not offered")
}

func (c construction) update(p page, u *workflow.UpdateTicketStep) {
	c.t.Helper()
	fill := map[string]string{
		"ticket_id": u.TicketID, "status": u.Status, "priority": u.Priority, "sla_amount": views.ValueText(u.SLAAmount),
		"sla_unit": u.SLAUnit, "sla_mode": string(u.SLAMode), "tags": views.ListText(u.Tags), "tags_mode": string(u.TagsMode),
	}
	if u.Assignee != nil {
		fill["assignee"] = optionOf(p, "assignee", u.Assignee.Name)
	}
	p = c.submit(p, panel, fill)
	if h := u.BusinessHours; h != nil { // which begin with office hours
		p = c.submit(p, panel, map[string]string{"hours": views.WithHours})
		c.submit(p, panel, map[string]string{"windows": views.WindowsText(h.Windows), "zone": h.Timezone, "holidays": views.ListText(h.Holidays)})
	}
}

func (c construction) branches(p page, id string, s *workflow.IfStep) {
	c.t.Helper()
	for i, b := range s.Branches {
		if i > 0 {
			p = c.submit(p, panel, nil, "do", "branch")
		}
		p = c.conditions(p, views.BranchPath(i), b.When, 1)
		p = c.submit(p, panel, map[string]string{views.BranchPath(i) + ".name": b.Name})
	}
	for i, b := range s.Branches {
		c.steps(b.Steps, workflow.Place{Parent: id, Branch: i})
	}
	c.steps(s.Else, workflow.Place{Parent: id, Branch: workflow.Else})
}

// conditions fills a group in, of which there conditions are there already.
func (c construction) conditions(p page, path string, g workflow.Group, there int) page {
	c.t.Helper()
	clauses, join := g.All, views.JoinAll
	if len(g.Any) > 0 {
		clauses, join = g.Any, views.JoinAny
	}
	for i, clause := range clauses {
		at := views.ClausePath(path, i)
		switch {
		case clause.Group != nil:
			p = c.submit(p, panel, nil, "do", "group:"+path)
			p = c.conditions(p, at, *clause.Group, 1)
			continue
		case i >= there:
			p = c.submit(p, panel, nil, "do", "add:"+path)
		}
		p = c.condition(p, at, clause.Condition)
	}
	return c.submit(p, panel, map[string]string{path + ".join": join})
}

func (c construction) condition(p page, at string, source workflow.Condition) page {
	c.t.Helper()
	fill := map[string]string{at + ".op": string(views.ComparisonOf(source)), at + ".left": source.Left}
	if p.Find(panel+` [name="`+at+`.left"] option`).FilterFunction(valueIs(source.Left)).Length() == 0 {
		fill[at+".left"] = views.OtherChoice
	}
	p = c.submit(p, panel, fill)
	if fill[at+".left"] == views.OtherChoice {
		p = c.submit(p, panel, map[string]string{at + ".left" + views.OtherSuffix: source.Left})
	}
	if source.Value != nil {
		p = c.submit(p, panel, map[string]string{at + ".value": views.ValueText(source.Value)})
	}
	return p
}

// start makes an empty draft, as the admin does.
func start(b browser, name string) construction {
	b.t.Helper()
	p := b.submit(b.open("/workflows/new"), "form.new-workflow", map[string]string{"name": name})
	if p.status != http.StatusOK {
		b.t.Fatalf("making a draft answered %d", p.status)
	}
	return construction{browser: b, path: p.at.Path}
}

func (c construction) id() desk.ID {
	c.t.Helper()
	id, err := desk.ParseID(strings.TrimPrefix(c.path, "/workflows/"))
	check(c.t, err)
	return id
}

// withoutDesk leaves out what differs between desks: the ids of steps, roles and users.
func withoutDesk(d workflow.Definition) string {
	d.Steps = withoutIDs(d.Steps)
	return string(workflow.Format(d))
}

func withoutIDs(steps []workflow.Step) []workflow.Step {
	var out []workflow.Step
	for _, s := range steps {
		s.ID = ""
		if s.Wait != nil {
			w := *s.Wait
			w.Held, w.TimedOut = withoutIDs(w.Held), withoutIDs(w.TimedOut)
			s.Wait = &w
		}
		if s.If != nil {
			c := *s.If
			c.Else = withoutIDs(c.Else)
			c.Branches = nil
			for _, b := range s.If.Branches {
				b.Steps = withoutIDs(b.Steps)
				c.Branches = append(c.Branches, b)
			}
			s.If = &c
		}
		out = append(out, s)
	}
	return out
}

func textIs(text string) func(int, *selection) bool {
	return func(_ int, s *selection) bool { return s.Text() == text }
}

func valueIs(value string) func(int, *selection) bool {
	return func(_ int, s *selection) bool { return s.AttrOr("value", "") == value }
}
