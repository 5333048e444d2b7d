package workflow

import (
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// Mapping says who is meant by the ids of users and roles in a PostHog workflow.
type Mapping struct {
	Roles map[string]string // a role's UUID there to its name here
	Users map[string]string // a user's id there to their email address
}

// UnmappedError says which ids of a PostHog workflow a Mapping lacks, each once, in the order of the file.
type UnmappedError struct{ Roles, Users []string }

func (e *UnmappedError) Error() string {
	return "The PostHog workflow assigns to " + strings.Join(e.each(), ", ") +
		". Say who that is here with --role <uuid>=<name> and --user <id>=<email> for each."
}

func (e *UnmappedError) each() []string {
	var out []string
	for _, id := range e.Roles {
		out = append(out, "role "+id)
	}
	for _, id := range e.Users {
		out = append(out, "user "+id)
	}
	return out
}

// Kind is that of a desk.Error.
func (e *UnmappedError) Kind() string { return string(desk.Invalid) }

// ImportPostHog reads a workflow of PostHog (spec/2, Interchange). What a Definition cannot say is refused by the
// name of its node; when only the Mapping lacks something, the error is an *UnmappedError.
func ImportPostHog(data []byte, m Mapping) (Definition, error) {
	root, err := readTree(data)
	if err != nil {
		return Definition{}, err
	}
	o, ok := root.(*fields)
	if !ok || !o.has("actions") || !o.has("edges") {
		return Definition{}, desk.Errorf(desk.Invalid, "This is not a PostHog workflow: it has no actions and edges.")
	}
	return importPostHog(o, m)
}

// importer reads one workflow of PostHog and collects what it refuses, node by node.
type importer struct {
	mapping  Mapping
	refusals []string
	unmapped UnmappedError
	outputs  map[string]ticketOutput // by the key of the variable
}

// read lets one part of the workflow be read, whose first refusal is kept.
func (im *importer) read(part string, f func(r *reader)) {
	var r reader
	f(&r)
	if r.err != nil {
		text := r.err.Error()
		if !strings.HasPrefix(text, part) {
			text = part + ": " + text
		}
		im.add(strings.TrimSuffix(text, "."))
	}
}

// maxRefusals is how many are told at once; a node that is written several times tells its own but once.
const maxRefusals = 20

func (im *importer) add(refusal string) {
	if len(im.refusals) < maxRefusals && !slices.Contains(im.refusals, refusal) {
		im.refusals = append(im.refusals, refusal)
	}
}

func importPostHog(root *fields, m Mapping) (Definition, error) {
	im := importer{mapping: m, outputs: map[string]ticketOutput{}}
	var d Definition
	var flow *posthogFlow
	im.read("the workflow", func(r *reader) {
		o := &object{fields: root, r: r, taken: map[string]bool{}}
		d.Name, d.Description = o.text("name"), o.text("description")
		flow = readFlow(o)
		im.settings(o)
	})
	if err := im.err(); err != nil {
		return Definition{}, err
	}

	im.findOutputs(flow)
	d.Trigger.Events = im.trigger(flow, root.values["trigger"])
	d.Steps = append(im.defaults(root.values["variables"]), im.unfold(flow)...)
	if err := im.err(); err != nil {
		return Definition{}, err
	}
	assignIDs(d.Steps)
	return d, nil
}

func (im *importer) err() error {
	switch {
	case len(im.refusals) > 0:
		all := append(slices.Clone(im.refusals), im.unmapped.each()...)
		return desk.Errorf(desk.Invalid, "The PostHog workflow cannot be imported: %s.", strings.Join(all, "; "))
	case len(im.unmapped.Roles)+len(im.unmapped.Users) > 0:
		return &im.unmapped
	}
	return nil
}

// settings refuses those of the whole workflow that change what it does.
func (im *importer) settings(o *object) {
	o.field("variables")
	o.field("trigger")
	switch when := o.text("exit_condition"); when {
	case "", "exit_only_at_end", "exit_on_conversion": // without a conversion, which is refused, there is none to exit on
	default:
		o.r.refuse("", "the exit condition %q cannot be carried over", when)
	}
	if c, ok := o.field("conversion").(*fields); ok {
		conversion := o.r.object(c, "conversion")
		conversion.closeBut("window_minutes", "bytecode")
	}
	o.closeBut("id", "team_id", "team", "version", "status", "created_at", "updated_at", "created_by", "updated_by",
		"billable_action_types", "email_sending_rate_limit", "action_redirects", "scope", "origin_product")
}

// closeBut refuses the fields that were not taken and say something; the harmless ones say nothing about what a
// workflow does.
func (o *object) closeBut(harmless ...string) {
	for _, name := range o.names {
		if !o.taken[name] && !slices.Contains(harmless, name) && !vacant(o.values[name]) {
			o.r.refuse(o.at, "%q cannot be carried over", name)
		}
	}
}

// vacant reports whether a value says nothing.
func vacant(v tree) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case int64:
		return v == 0
	case []tree:
		return !slices.ContainsFunc(v, func(item tree) bool { return !vacant(item) })
	case *fields:
		return !slices.ContainsFunc(v.names, func(name string) bool { return !vacant(v.values[name]) })
	}
	return false
}

// defaults makes a step of each variable that has a value from the start.
func (im *importer) defaults(v tree) []Step {
	var out []Step
	im.read("the workflow", func(r *reader) {
		o := &object{fields: &fields{values: map[string]tree{"variables": v}}, r: r, taken: map[string]bool{}}
		for i, item := range o.list("variables") {
			variable := r.object(item, fmt.Sprintf("variables[%d]", i))
			key, label, value := variable.text("key"), variable.text("label"), variable.field("default")
			variable.closeBut("id", "type", "label", "description", "required", "secret", "hidden", "order")
			if value == nil || value == "" { // PostHog writes "" where no default is given
				continue
			}
			if path, err := im.variable(key); !variableName.MatchString(key) || err != nil || path != "variables."+key {
				r.refuse(variable.at, "%.60q cannot be a variable with a default", key)
			}
			out = append(out, Step{
				Type: SetVariable, Name: label, Variable: &VariableStep{Variable: key, Value: literalTemplate(r.scalar(value, variable.at))},
			})
		}
	})
	return out
}

// literalTemplate is the template that yields v, whatever braces are in it.
func literalTemplate(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "{", `\{`)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = literalTemplate(item)
		}
		return out
	}
	return v
}

// target is who a ticket is assigned to; one that is not mapped is kept for the refusal.
func (im *importer) target(o *object) *Target {
	kind, id := o.text("type"), textOf(o.r.scalar(o.field("id"), o.place("id")))
	o.closeBut("name", "label")
	known, missing := im.mapping.Roles, &im.unmapped.Roles
	switch desk.AssigneeKind(kind) {
	case desk.ToRole:
	case desk.ToUser:
		known, missing = im.mapping.Users, &im.unmapped.Users
	case desk.Nobody:
		fallthrough
	default:
		o.r.refuse(o.at, "%.40q is neither a user nor a role", kind)
		return nil
	}
	for known, name := range known {
		if strings.EqualFold(known, id) {
			return &Target{Kind: desk.AssigneeKind(kind), Name: name}
		}
	}
	if !slices.Contains(*missing, id) {
		*missing = append(*missing, id)
	}
	return nil
}
