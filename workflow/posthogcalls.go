package workflow

import (
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// ticketOutput is a variable that a Get ticket node sets: the whole ticket, or what its path leads to.
type ticketOutput struct {
	ticketID string
	path     string
	spread   bool // PostHog sets a variable of each field instead: ticket_status of ticket
}

// findOutputs must come before conditions and templates are read, which look at these variables.
func (im *importer) findOutputs(f *posthogFlow) {
	for _, n := range f.nodes {
		config, _ := n.action.values["config"].(*fields)
		if n.kind != nodeCall || config == nil || config.values["template_id"] != callGetTicket {
			continue
		}
		im.read(n.label, func(r *reader) {
			key, out := im.output(r, n)
			if inputs, ok := config.values["inputs"].(*fields); ok {
				quiet := reader{} // what is wrong with it is said when its step is made
				in := quiet.object(inputs, "")
				out.ticketID, _ = im.input(in, "ticket_id").(string)
			}
			had, twice := im.outputs[key]
			if twice && (had.path != out.path || had.spread != out.spread) {
				r.refuse(n.label, "the variable %q gets different things at different nodes", key)
			}
			im.outputs[key] = out
		})
	}
}

// output is the variable that a node keeps its result in.
func (im *importer) output(r *reader, n *posthogNode) (key string, out ticketOutput) {
	v := n.action.values["output_variable"]
	if list, ok := v.([]tree); ok && len(list) < 2 {
		v = nil
		if len(list) == 1 {
			v = list[0]
		}
	}
	switch v := v.(type) {
	case nil:
		return defaultOutput, out
	case string:
		key = v
	case []tree:
		r.refuse(n.label, "several output variables cannot be carried over")
	default:
		o := r.object(v, n.label+", output variable")
		key, out.path, out.spread = o.text("key"), o.text("result_path"), o.truth("spread")
		o.closeBut("label")
	}
	if !variableName.MatchString(key) {
		r.refuse(n.label, "%.60q is not a name for a variable", key)
	}
	if _, known := ticketFields()[strings.Split(out.path, ".")[0]]; out.path != "" && !known {
		r.refuse(n.label, "Get ticket has no %.60q", out.path)
	}
	if out.path != "" && out.spread {
		r.refuse(n.label, "an output that is both spread and a part of the result cannot be carried over")
	}
	return key, out
}

// ticketFields are the names of what Get ticket reads.
func ticketFields() map[string]any {
	return ticketValue(&TicketFacts{CustomerCount: new(int)}, nil, "")
}

// call makes the step of one of the two functions; a part of a ticket needs a second step that takes it.
func (im *importer) call(n *posthogNode, s Step, config *object) []Step {
	r, template := config.r, config.text("template_id")
	inputs := &object{fields: &fields{}, r: r, at: config.at, taken: map[string]bool{}}
	if v := config.field("inputs"); v != nil {
		inputs = r.object(v, config.at)
	}
	config.closeBut("template_uuid", "inputs_schema")
	switch template {
	case callGetTicket:
		return im.getTicket(n, s, inputs)
	case callUpdateTicket:
		s.Type, s.Update = UpdateTicket, im.update(inputs)
		inputs.closeBut()
		if !vacant(n.action.values["output_variable"]) {
			r.refuse(config.at, "the output of this function cannot be kept")
		}
		return []Step{s}
	}
	r.refuse(config.at, "the function %q cannot be carried over", template)
	return []Step{s}
}

func (im *importer) getTicket(n *posthogNode, s Step, inputs *object) []Step {
	key, out := im.output(inputs.r, n)
	s.Type, s.Get = GetTicket, &GetTicketStep{TicketID: im.inputText(inputs, "ticket_id"), Output: key}
	inputs.closeBut()
	if out.path == "" {
		return []Step{s}
	}
	take := Step{Type: SetVariable, Variable: &VariableStep{Variable: key, Value: "{variables." + key + "." + out.path + "}"}}
	return []Step{s, take}
}

func (im *importer) update(inputs *object) *UpdateTicketStep {
	u := UpdateTicketStep{
		TicketID: im.inputText(inputs, "ticket_id"),
		Status:   im.inputText(inputs, "status"),
		Priority: im.inputText(inputs, "priority"),
		SLAUnit:  im.inputText(inputs, "sla_unit"),
		TagsMode: desk.TagsMode(im.inputText(inputs, "tags_mode")),
	}
	if amount := im.input(inputs, "sla_amount"); amount != nil && amount != "" {
		u.SLAAmount = inputs.r.scalar(amount, inputs.place("sla_amount"))
	}
	if hours := im.input(inputs, "sla_business_hours"); !vacant(hours) {
		u.BusinessHours = inputs.r.hours(hours, inputs.place("sla_business_hours"))
	}
	if assignee := im.input(inputs, "assignee"); !vacant(assignee) {
		u.Assignee = im.target(inputs.r.object(assignee, inputs.place("assignee")))
	}
	switch tags := im.input(inputs, "tags").(type) {
	case nil:
	case []tree:
		for i, tag := range tags {
			u.Tags = append(u.Tags, textOf(inputs.r.scalar(tag, fmt.Sprintf("%s[%d]", inputs.place("tags"), i))))
		}
	default:
		if text := textOf(inputs.r.scalar(tags, inputs.place("tags"))); text != "" {
			u.Tags = []string{text}
		}
	}
	return &u
}

func (im *importer) inputText(inputs *object, name string) string {
	switch v := im.input(inputs, name).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		inputs.r.refuse(inputs.place(name), "must be text")
		return ""
	}
}

// input is the value of an input, its templates made ours; nil where it is not given.
func (im *importer) input(inputs *object, name string) tree {
	v := inputs.field(name)
	if v == nil {
		return nil
	}
	in := inputs.r.object(v, inputs.place(name))
	value := in.field("value")
	switch templating := in.field("templating"); templating {
	case nil, "hog":
	default:
		if !vacant(value) {
			inputs.r.refuse(in.at, "the templating %q cannot be carried over", textOf(templating))
		}
	}
	in.closeBut("order", "bytecode", "secret", "transpiled")
	return im.templates(in, value)
}

// templates goes through the text of a value.
func (im *importer) templates(in *object, v tree) tree {
	switch v := v.(type) {
	case string:
		text, err := im.fromHog(v)
		if err != nil {
			in.r.refuse(in.at, "%v", err)
		}
		return text
	case []tree:
		out := slices.Clone(v)
		for i := range out {
			out[i] = im.templates(in, out[i])
		}
		return out
	}
	return v
}
