package workflow

import (
	"fmt"
	"reflect"
	"slices"

	"signalbox/workflow/desk"
)

// The templates of PostHog's functions that have a step here.
const (
	callGetTicket    = "template-posthog-get-ticket"
	callUpdateTicket = "template-posthog-update-ticket"
)

func (im *importer) refuse(n *posthogNode, format string, args ...any) {
	im.read(n.label, func(r *reader) { r.refuse(n.label, format, args...) })
}

// node opens a node: its step with what every node has, and its config.
func (im *importer) node(r *reader, n *posthogNode, id string) (Step, *object) {
	o := &object{fields: n.action, r: r, at: n.label, taken: map[string]bool{"id": true, "type": true, "config": true}}
	s := Step{ID: id, Name: o.text("name"), Description: o.text("description")}
	switch on := OnError(o.text("on_error")); on {
	case "", Abort: // which is also what no answer means here
	case Continue:
		s.OnError = Continue
	default:
		r.refuse(n.label, "the answer %q to an error cannot be carried over", string(on))
	}
	if n.kind == nodeCall {
		o.field("output_variable")
	}
	if filters, ok := o.field("filters").(*fields); ok {
		gate := r.object(filters, n.label+", filters")
		gate.closeBut("source", "bytecode", "transpiled")
	}
	o.closeBut("created_at", "updated_at", "position", "layoutData")
	config := &object{fields: &fields{}, r: r, at: n.label, taken: map[string]bool{}}
	if c, ok := n.action.values["config"].(*fields); ok {
		config.fields = c
	}
	return s, config
}

// steps makes the step of a node that does not branch, and with it the one that its output needs.
func (im *importer) steps(n *posthogNode, id string) []Step {
	var out []Step
	im.read(n.label, func(r *reader) {
		s, config := im.node(r, n, id)
		switch n.kind {
		case nodeDelay:
			s.Type, s.Wait = Wait, &WaitStep{For: im.duration(config, "delay_duration")}
			config.closeBut()
		case nodeWindow:
			s.Type, s.Wait = Wait, &WaitStep{Window: im.window(config)}
		case nodeCall:
			out = im.call(n, s, config)
			return
		case nodeBranch:
			r.refuse(n.label, "it has no conditions")
		default:
			r.refuse(n.label, "a node of the type %q cannot be carried over", n.kind)
		}
		out = []Step{s}
	})
	return out
}

func (im *importer) duration(config *object, name string) string {
	text := config.text(name)
	if _, ok := durationOf(text); !ok {
		config.r.refuse(config.at, "%.40q is not a duration such as 90m or 2d", text)
	}
	return text
}

// window is open on the days and at the time of a node; PostHog's own default zone is UTC.
func (im *importer) window(config *object) *desk.Hours {
	h := desk.Hours{Timezone: config.text("timezone")}
	if h.Timezone == "" {
		h.Timezone = "UTC"
	}
	switch days := config.field("day").(type) {
	case nil:
	case string:
		named, ok := dayNames(days)
		if !ok {
			config.r.refuse(config.at, "the days %.40q cannot be carried over", days)
		}
		h.Days = named
	default:
		h.Days = config.texts("day")
	}
	if at := config.field("time"); at != nil && at != "any" {
		pair := config.texts("time")
		if len(pair) != 2 {
			config.r.refuse(config.at, `its time is neither "any" nor a beginning and an end`)
			return nil
		}
		h.Windows = desk.Windows{[2]string(pair)}
	}
	config.closeBut("fallback_timezone")
	if err := h.Check(); err != nil {
		config.r.refuse(config.at, "%v", err)
	}
	return &h
}

// dayNames are the days that PostHog's words stand for; nil is every day.
func dayNames(word string) (days []string, ok bool) {
	switch word {
	case "any":
		return nil, true
	case "weekday":
		return []string{"monday", "tuesday", "wednesday", "thursday", "friday"}, true
	case "weekend":
		return []string{"saturday", "sunday"}, true
	}
	return nil, false
}

func (im *importer) exit(r *reader, n *posthogNode) Step {
	s, config := im.node(r, n, "")
	s.Type, s.Stop = Stop, &StopStep{Reason: config.text("reason")}
	config.closeBut()
	return s
}

// branching makes the step of a node with branches, without what lies within them.
func (im *importer) branching(n *posthogNode, id string) Step {
	var s Step
	im.read(n.label, func(r *reader) {
		var config *object
		if s, config = im.node(r, n, id); n.kind == nodeWaitFor {
			s.Type, s.Wait = Wait, im.waitFor(config)
			return
		}
		s.Type, s.If = If, &IfStep{}
		for i, v := range config.list("conditions") {
			c := r.object(v, fmt.Sprintf("%s, condition %d", n.label, i+1))
			s.If.Branches = append(s.If.Branches, Branch{Name: c.text("name"), When: im.condition(c)})
		}
		config.closeBut()
	})
	if s.If == nil && s.Wait == nil {
		s.Type, s.If = If, &IfStep{} // refused above
	}
	return s
}

func (im *importer) waitFor(config *object) *WaitStep {
	w := WaitStep{Timeout: im.duration(config, "max_wait_duration"), When: &Group{}}
	if v := config.field("condition"); v != nil {
		c := config.r.object(v, config.at)
		c.field("name") // a label
		*w.When = im.condition(c)
	}
	if len(w.When.All) == 0 {
		config.r.refuse(config.at, "it waits for no condition")
	}
	config.closeBut()
	w.TicketID, w.Output = im.waitTicket(*w.When)
	return &w
}

// waitTicket is the ticket that a wait reads anew: that of the variable which its condition looks at.
func (im *importer) waitTicket(when Group) (ticketID, output string) {
	for _, c := range when.All {
		p, err := compilePath(c.Left)
		if err != nil || p.root != rootVariables || len(p.keys) == 0 {
			continue
		}
		if out, ok := im.outputs[p.keys[0]]; ok && out.path == "" {
			if p.keys[0] != defaultOutput {
				output = p.keys[0]
			}
			if out.ticketID != EventTicket {
				ticketID = out.ticketID
			}
			return ticketID, output
		}
	}
	return "", ""
}

// trigger reads that of the trigger's node. The workflow has a copy of it, which must say the same.
func (im *importer) trigger(f *posthogFlow, copied tree) []EventTrigger {
	var events []EventTrigger
	im.read(f.trigger.label, func(r *reader) {
		_, config := im.node(r, f.trigger, "")
		if len(config.names) > 0 {
			events = im.events(config)
		}
		c, ok := copied.(*fields)
		if !ok || vacant(c.values["filters"]) && len(config.names) > 0 {
			return
		}
		again := im.events(&object{fields: c, r: r, at: f.trigger.label, taken: map[string]bool{}})
		if len(config.names) == 0 {
			events = again
		} else if !reflect.DeepEqual(events, again) {
			r.refuse(f.trigger.label, "the workflow's trigger and that of this node differ")
		}
	})
	if len(events) == 0 {
		im.refuse(f.trigger, "it names no event")
	}
	return events
}

func (im *importer) events(config *object) []EventTrigger {
	r := config.r
	if kind := config.text("type"); kind != "event" {
		r.refuse(config.at, "a trigger of the type %.40q cannot be carried over", kind)
	}
	filters := r.object(config.field("filters"), config.at)
	config.closeBut()
	if source := filters.text("source"); source != "" && source != "events" {
		r.refuse(config.at, "a trigger on %.40q cannot be carried over", source)
	}
	shared := im.properties(filters)
	var out []EventTrigger
	for i, v := range filters.list("events") {
		e := r.object(v, fmt.Sprintf("%s, event %d", config.at, i+1))
		t := EventTrigger{Event: desk.EventName(e.text("id"))}
		if !slices.Contains(desk.EventNames(), t.Event) {
			r.refuse(config.at, "there is no event %.60q here", string(t.Event))
		}
		if kind := e.text("type"); kind != "" && kind != "events" {
			r.refuse(config.at, "a trigger on %.40q cannot be carried over", kind)
		}
		if where := slices.Concat(im.properties(e), shared); len(where) > 0 {
			t.Where = &Group{All: where}
		}
		e.closeBut("name", "custom_name", "order", "uuid")
		out = append(out, t)
	}
	filters.closeBut("bytecode", "transpiled")
	return out
}
