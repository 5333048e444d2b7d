package workflow

import (
	"bytes"
	"encoding/json"

	"signalbox/workflow/desk"
)

// Format writes the native format: the same definition always gives the same bytes. It leaves out the ids
// of this desk, so that the file means the same on another.
func Format(d Definition) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(wireOf(d, formatter{})); err != nil {
		// Only a value that no file and no form can hold, such as a channel, gets here.
		return []byte("null\n")
	}
	return b.Bytes()
}

// MarshalJSON writes the stored form: that of Format with the ids of users and roles.
func (d Definition) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireOf(d, formatter{ids: true}))
}

// The wire types are the native format: a step is one flat object.
type (
	wireDefinition struct {
		Name        string      `json:"name"`
		Description string      `json:"description,omitempty"`
		Trigger     wireTrigger `json:"trigger"`
		Limits      Limits      `json:"limits,omitzero"`
		Steps       []wireStep  `json:"steps"`
	}
	wireTrigger struct {
		Events   []wireEvent `json:"events"`
		Manual   bool        `json:"manual,omitempty"`
		Schedule *Schedule   `json:"schedule,omitempty"`
		Webhook  bool        `json:"webhook,omitempty"`
		Limit    *KeyLimit   `json:"limit,omitempty"`
	}
	wireEvent struct {
		Event desk.EventName `json:"event"`
		Where *wireGroup     `json:"where,omitempty"`
	}
	wireStep struct {
		ID       string        `json:"id,omitempty"`
		Type     StepType      `json:"type"`
		Name     string        `json:"name,omitempty"`
		About    string        `json:"description,omitempty"`
		OnError  OnError       `json:"on_error,omitempty"`
		Disabled bool          `json:"disabled,omitempty"`
		TicketID string        `json:"ticket_id,omitempty"`
		Output   string        `json:"output,omitempty"`
		Status   string        `json:"status,omitempty"`
		Priority string        `json:"priority,omitempty"`
		Amount   any           `json:"sla_amount,omitempty"`
		Unit     string        `json:"sla_unit,omitempty"`
		Hours    *desk.Hours   `json:"sla_business_hours,omitempty"`
		SLAMode  desk.SLAMode  `json:"sla_mode,omitempty"`
		Assignee any           `json:"assignee,omitempty"` // nil: absent; a nil *wireTarget: null
		Tags     []string      `json:"tags,omitempty"`
		TagsMode desk.TagsMode `json:"tags_mode,omitempty"`
		Branches []wireBranch  `json:"branches,omitempty"`
		Else     []wireStep    `json:"else,omitempty"`
		Reason   string        `json:"reason,omitempty"`

		For      string       `json:"for,omitempty"`
		Until    string       `json:"until,omitempty"`
		Window   *desk.Hours  `json:"window,omitempty"`
		When     *wireGroup   `json:"when,omitempty"`
		Timeout  string       `json:"timeout,omitempty"`
		Held     []wireStep   `json:"held,omitempty"`
		TimedOut []wireStep   `json:"timed_out,omitempty"`
		Role     *wireTarget  `json:"role,omitempty"`
		Mode     TurnMode     `json:"mode,omitempty"`
		To       *wireTarget  `json:"to,omitempty"`
		Address  string       `json:"address,omitempty"`
		Method   string       `json:"method,omitempty"`
		URL      string       `json:"url,omitempty"`
		Headers  []wireHeader `json:"headers,omitempty"`
		Body     string       `json:"body,omitempty"`
		Via      []string     `json:"via,omitempty"`
		Text     string       `json:"text,omitempty"`
		Variable string       `json:"variable,omitempty"`
		Value    any          `json:"value,omitempty"`
	}
	wireHeader struct {
		Name  string `json:"name"`
		Value string `json:"value,omitempty"` // a secret: written to the desk's own storage alone
	}
	wireTarget struct {
		Role *string `json:"role,omitempty"`
		User *string `json:"user,omitempty"`
		ID   int64   `json:"id,omitempty"`
	}
	wireBranch struct {
		Name  string     `json:"name,omitempty"`
		When  wireGroup  `json:"when"`
		Steps []wireStep `json:"steps,omitempty"`
	}
	wireGroup struct {
		All []any `json:"all,omitzero"` // of Condition and wireGroup
		Any []any `json:"any,omitzero"`
	}
)

// formatter knows whether what belongs to this desk alone is written: the ids of users and roles, and secrets.
type formatter struct{ ids bool }

func wireOf(d Definition, f formatter) wireDefinition {
	w := wireDefinition{
		Name: d.Name, Description: d.Description,
		Limits: d.Limits, Steps: f.steps(d.Steps),
		Trigger: wireTrigger{
			Events: []wireEvent{}, Manual: d.Trigger.Manual, Schedule: d.Trigger.Schedule,
			Webhook: d.Trigger.Webhook, Limit: d.Trigger.Limit,
		},
	}
	if w.Steps == nil {
		w.Steps = []wireStep{}
	}
	for _, e := range d.Trigger.Events {
		event := wireEvent{Event: e.Event}
		if e.Where != nil {
			where := f.group(*e.Where)
			event.Where = &where
		}
		w.Trigger.Events = append(w.Trigger.Events, event)
	}
	return w
}

func (f formatter) steps(steps []Step) []wireStep {
	var out []wireStep
	for i := range steps {
		out = append(out, f.step(&steps[i]))
	}
	return out
}

func (f formatter) step(s *Step) wireStep {
	w := wireStep{ID: s.ID, Type: s.Type, Name: s.Name, About: s.Description, OnError: s.OnError, Disabled: s.Disabled}
	if g := s.Get; g != nil {
		w.TicketID, w.Output = g.TicketID, g.Output
	}
	if u := s.Update; u != nil {
		w.TicketID, w.Status, w.Priority = u.TicketID, u.Status, u.Priority
		w.Amount, w.Unit, w.Hours, w.SLAMode = u.SLAAmount, u.SLAUnit, u.BusinessHours, u.SLAMode
		w.Tags, w.TagsMode = u.Tags, u.TagsMode
		if u.Assignee != nil {
			w.Assignee = f.target(u.Assignee)
		}
	}
	if s.If != nil {
		for _, b := range s.If.Branches {
			w.Branches = append(w.Branches, wireBranch{Name: b.Name, When: f.group(b.When), Steps: f.steps(b.Steps)})
		}
		w.Else = f.steps(s.If.Else)
	}
	if s.Stop != nil {
		w.Reason = s.Stop.Reason
	}
	f.waitOrCall(s, &w)
	return w
}

// waitOrCall fills in the steps that wait, write or reach outside.
func (f formatter) waitOrCall(s *Step, w *wireStep) {
	if p := s.Wait; p != nil {
		w.For, w.Until, w.Window, w.Timeout = p.For, p.Until, p.Window, p.Timeout
		w.TicketID, w.Output = p.TicketID, p.Output
		w.Held, w.TimedOut = f.steps(p.Held), f.steps(p.TimedOut)
		if p.When != nil {
			when := f.group(*p.When)
			w.When = &when
		}
	}
	if m := s.Message; m != nil {
		w.TicketID, w.Body = m.TicketID, m.Body
	}
	if n := s.Notify; n != nil {
		w.Address, w.URL, w.Via, w.TicketID, w.Text = n.Address, n.URL, n.Via, n.TicketID, n.Text
		w.To = f.optional(n.To)
	}
	if h := s.Webhook; h != nil {
		w.Method, w.URL, w.Body, w.Output = h.Method, h.URL, h.Body, h.Output
		for _, header := range h.Headers {
			if !f.ids {
				header.Value = ""
			}
			w.Headers = append(w.Headers, wireHeader(header))
		}
	}
	if a := s.Assign; a != nil {
		w.TicketID, w.Role, w.Mode = a.TicketID, f.optional(a.Role), a.Mode
	}
	if v := s.Variable; v != nil {
		w.Variable, w.Value = v.Variable, v.Value
	}
}

func (f formatter) optional(t *Target) *wireTarget {
	if t == nil {
		return nil
	}
	return f.target(t)
}

func (f formatter) target(t *Target) *wireTarget {
	var w wireTarget
	switch t.Kind {
	case desk.Nobody:
		return nil
	case desk.ToRole:
		w.Role = &t.Name
	case desk.ToUser:
		w.User = &t.Name
	}
	if f.ids {
		w.ID = t.ID
	}
	return &w
}

func (f formatter) group(g Group) wireGroup {
	return wireGroup{All: f.clauses(g.All), Any: f.clauses(g.Any)}
}

func (f formatter) clauses(clauses []Clause) []any {
	if clauses == nil {
		return nil
	}
	out := []any{}
	for _, c := range clauses {
		if c.Group != nil {
			out = append(out, f.group(*c.Group))
			continue
		}
		out = append(out, c.Condition)
	}
	return out
}
