package workflow

import "fmt"

func (r *reader) limits(v tree, at string) Limits {
	if v == nil {
		return Limits{}
	}
	o := r.object(v, at)
	l := Limits{
		MessagesPerTicketHour: int(o.whole("messages_per_ticket_hour")), RunsPerMinute: int(o.whole("runs_per_minute")),
	}
	o.close()
	return l
}

func (r *reader) schedule(v tree, at string) *Schedule {
	if v == nil {
		return nil
	}
	o := r.object(v, at)
	s := Schedule{Cron: o.text("cron"), Zone: o.text("zone")}
	o.close()
	return &s
}

func (r *reader) keyLimit(v tree, at string) *KeyLimit {
	if v == nil {
		return nil
	}
	o := r.object(v, at)
	l := KeyLimit{Times: int(o.whole("times")), Within: o.text("within"), Key: o.text("key")}
	o.close()
	return &l
}

func (r *reader) wait(o *object, depth int) *WaitStep {
	s := WaitStep{
		For: o.text("for"), Until: o.text("until"), Timeout: o.text("timeout"),
		Window:   r.hours(o.field("window"), o.place("window")),
		TicketID: o.text("ticket_id"), Output: o.text("output"),
		Held: r.steps(o, "held", depth+1), TimedOut: r.steps(o, "timed_out", depth+1),
	}
	if when := o.field("when"); when != nil {
		g := r.group(when, o.place("when"), 1)
		s.When = &g
	}
	return &s
}

func (r *reader) notify(o *object) *NotifyStep {
	return &NotifyStep{
		To: r.target(o, "to"), Address: o.text("address"), URL: o.text("url"), Via: o.texts("via"),
		TicketID: o.text("ticket_id"), Text: o.text("text"),
	}
}

func (r *reader) webhook(o *object) *WebhookStep {
	s := WebhookStep{Method: o.text("method"), URL: o.text("url"), Body: o.text("body"), Output: o.text("output")}
	for i, v := range o.list("headers") {
		h := r.object(v, fmt.Sprintf("%s[%d]", o.place("headers"), i))
		s.Headers = append(s.Headers, Header{Name: h.text("name"), Value: h.text("value")})
		h.close()
	}
	return &s
}
