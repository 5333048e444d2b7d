package workflow

import (
	"encoding/json"
	"fmt"

	"signalbox/workflow/desk"
)

// Parse reads the native format. It refuses, by name and place, everything that it would otherwise have to
// drop; whether the workflow makes sense is for Validate. Steps without an id get the next free of s1, s2 ….
func Parse(data []byte) (Definition, error) {
	root, err := readTree(data)
	if err != nil {
		return Definition{}, err
	}
	return definitionOf(root)
}

func definitionOf(root tree) (Definition, error) {
	var r reader
	d := r.definition(root)
	if r.err != nil {
		return Definition{}, r.err
	}
	assignIDs(d.Steps)
	return d, nil
}

// UnmarshalJSON reads what MarshalJSON wrote, as strictly as Parse.
func (d *Definition) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func (r *reader) definition(v tree) Definition {
	o := r.object(v, "")
	d := Definition{
		Name:        o.text("name"),
		Description: o.text("description"),
		Trigger:     r.trigger(o.field("trigger"), o.place("trigger")),
		Limits:      r.limits(o.field("limits"), o.place("limits")),
		Steps:       r.steps(o, "steps", 1),
	}
	o.close()
	return d
}

func (r *reader) trigger(v tree, at string) Trigger {
	if v == nil {
		return Trigger{}
	}
	o := r.object(v, at)
	var t Trigger
	for i, e := range o.list("events") {
		t.Events = append(t.Events, r.eventTrigger(e, fmt.Sprintf("%s.events[%d]", at, i)))
	}
	t.Manual, t.Webhook = o.truth("manual"), o.truth("webhook")
	t.Schedule = r.schedule(o.field("schedule"), o.place("schedule"))
	t.Limit = r.keyLimit(o.field("limit"), o.place("limit"))
	o.close()
	return t
}

// eventTrigger also takes the bare name of an event.
func (r *reader) eventTrigger(v tree, at string) EventTrigger {
	if name, ok := v.(string); ok {
		return EventTrigger{Event: desk.EventName(name)}
	}
	o := r.object(v, at)
	t := EventTrigger{Event: desk.EventName(o.text("event"))}
	if where := o.field("where"); where != nil {
		g := r.group(where, o.place("where"), 1)
		t.Where = &g
	}
	o.close()
	return t
}

func (r *reader) steps(o *object, name string, depth int) []Step {
	list := o.list(name)
	if len(list) > 0 && r.tooDeep(depth, o.place(name)) {
		return nil
	}
	var out []Step
	for i, v := range list {
		out = append(out, r.step(v, fmt.Sprintf("%s[%d]", o.place(name), i), depth))
	}
	return out
}

func (r *reader) step(v tree, at string, depth int) Step {
	o := r.object(v, at)
	s := Step{
		ID: o.text("id"), Type: StepType(o.text("type")), Name: o.text("name"), Description: o.text("description"),
		OnError: OnError(o.text("on_error")), Disabled: o.truth("disabled"),
	}
	switch s.Type {
	case GetTicket:
		s.Get = &GetTicketStep{TicketID: o.text("ticket_id"), Output: o.text("output")}
	case UpdateTicket:
		s.Update = r.update(o)
	case If:
		s.If = r.ifStep(o, depth)
	case Wait:
		s.Wait = r.wait(o, depth)
	case SendReply, AddNote:
		s.Message = &MessageStep{TicketID: o.text("ticket_id"), Body: o.text("body")}
	case Notify:
		s.Notify = r.notify(o)
	case Webhook:
		s.Webhook = r.webhook(o)
	case AssignInTurn:
		s.Assign = &AssignStep{TicketID: o.text("ticket_id"), Role: r.target(o, "role"), Mode: TurnMode(o.text("mode"))}
	case SetVariable:
		s.Variable = &VariableStep{Variable: o.text("variable"), Value: r.literal(o, "value")}
	case Stop:
		s.Stop = &StopStep{Reason: o.text("reason")}
	default:
		r.refuse(o.place("type"), "unknown step type %q. Use one of %s", s.Type, listed(StepTypes()))
	}
	o.close()
	return s
}

func (r *reader) update(o *object) *UpdateTicketStep {
	return &UpdateTicketStep{
		TicketID:      o.text("ticket_id"),
		Status:        o.text("status"),
		Priority:      o.text("priority"),
		SLAAmount:     r.amount(o),
		SLAUnit:       o.text("sla_unit"),
		BusinessHours: r.hours(o.field("sla_business_hours"), o.place("sla_business_hours")),
		SLAMode:       desk.SLAMode(o.text("sla_mode")),
		Assignee:      r.target(o, "assignee"),
		Tags:          r.tags(o),
		TagsMode:      desk.TagsMode(o.text("tags_mode")),
	}
}

func (r *reader) amount(o *object) any {
	v := o.field("sla_amount")
	switch v.(type) {
	case nil, string, int64, float64, json.Number:
		return v
	}
	r.refuse(o.place("sla_amount"), "must be a number or text")
	return nil
}

// tags also takes one text for a list of one.
func (r *reader) tags(o *object) []string {
	if one, ok := o.peek("tags").(string); ok {
		o.field("tags")
		return []string{one}
	}
	return o.texts("tags")
}

// target tells apart one that is not given (nil) and null, which unassigns.
func (r *reader) target(o *object, name string) *Target {
	if !o.has(name) {
		return nil
	}
	v := o.field(name)
	if v == nil {
		return &Target{}
	}
	a := r.object(v, o.place(name))
	t := &Target{ID: a.whole("id")}
	switch {
	case a.has("role") == a.has("user"):
		r.refuse(a.at, `must be {"role": name}, {"user": email} or null`)
	case a.has("role"):
		t.Kind, t.Name = desk.ToRole, a.text("role")
	default:
		t.Kind, t.Name = desk.ToUser, a.text("user")
	}
	a.close()
	return t
}

func (r *reader) ifStep(o *object, depth int) *IfStep {
	var s IfStep
	for i, v := range o.list("branches") {
		b := r.object(v, fmt.Sprintf("%s[%d]", o.place("branches"), i))
		branch := Branch{Name: b.text("name"), Steps: r.steps(b, "steps", depth+1)}
		if when := b.field("when"); when != nil {
			branch.When = r.group(when, b.place("when"), 1)
		}
		b.close()
		s.Branches = append(s.Branches, branch)
	}
	s.Else = r.steps(o, "else", depth+1)
	return &s
}

func (r *reader) group(v tree, at string, depth int) Group {
	if r.tooDeep(depth, at) {
		return Group{}
	}
	o := r.object(v, at)
	if o.has("all") && o.has("any") {
		r.refuse(at, "has both all and any. Put one of them into a group of its own")
	}
	g := Group{All: r.clauses(o, "all", depth), Any: r.clauses(o, "any", depth)}
	o.close()
	return g
}

func (r *reader) clauses(o *object, name string, depth int) []Clause {
	if !o.has(name) {
		return nil
	}
	out := []Clause{}
	for i, v := range o.list(name) {
		out = append(out, r.clause(v, fmt.Sprintf("%s[%d]", o.place(name), i), depth))
	}
	return out
}

func (r *reader) clause(v tree, at string, depth int) Clause {
	o := r.object(v, at)
	if o.has("all") || o.has("any") {
		g := r.group(v, at, depth+1)
		return Clause{Group: &g}
	}
	c := Condition{Left: o.text("left"), Op: Operator(o.text("op")), Value: r.literal(o, "value")}
	o.close()
	return Clause{Condition: c}
}

// literal is a scalar or a list of scalars.
func (r *reader) literal(o *object, name string) any {
	switch v := o.field(name).(type) {
	case []tree:
		out := make([]any, 0, len(v))
		for i, item := range v {
			out = append(out, r.scalar(item, fmt.Sprintf("%s[%d]", o.place(name), i)))
		}
		return out
	default:
		return r.scalar(v, o.place(name))
	}
}

func (r *reader) scalar(v tree, at string) any {
	switch v.(type) {
	case nil, bool, string, int64, float64:
		return v
	}
	r.refuse(at, "must be text, a number, true, false, null or a list of these")
	return nil
}

// hours leaves the windows to desk, which knows what they may be.
func (r *reader) hours(v tree, at string) *desk.Hours {
	if v == nil {
		return nil
	}
	o := r.object(v, at)
	raw := map[string]any{}
	for _, name := range []string{"days", "time", "timezone", "holidays"} {
		if o.has(name) {
			raw[name] = o.field(name)
		}
	}
	o.close()
	data, err := json.Marshal(raw)
	if err != nil {
		r.refuse(at, "must be days, time, timezone and holidays")
		return nil
	}
	var h desk.Hours
	if err := json.Unmarshal(data, &h); err != nil {
		r.refuse(at, "%v", err)
	}
	return &h
}

// assignIDs gives every step without an id the first of s1, s2 … that is free, top-down.
func assignIDs(steps []Step) {
	taken := map[string]bool{}
	eachStep(steps, func(s *Step) { taken[s.ID] = true })
	next := 1
	eachStep(steps, func(s *Step) {
		for s.ID == "" {
			if id := fmt.Sprintf("s%d", next); !taken[id] {
				s.ID = id
			}
			next++
		}
	})
}
