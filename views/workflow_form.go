package views

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// The names that the builder's forms and their reader agree on. A group of conditions is named by its
// branch ("b0") or event ("e0"), a condition in it by its number as well ("b0.2"), and so on inwards.
const (
	OtherChoice = "other"  // the openChoice that opens a text field beside a select
	OtherSuffix = ".other" // the name of that text field
	NobodyValue = "nobody" // of an assignee
	KeptValue   = "keep"   // of an assignee that is no longer in the team
	WithHours   = "custom" // the clock runs in business hours
)

// BranchPath names the conditions of a branch.
func BranchPath(i int) string { return "b" + strconv.Itoa(i) }

// EventPath names the conditions of a trigger's event.
func EventPath(i int) string { return "e" + strconv.Itoa(i) }

// ClausePath names a condition within its group.
func ClausePath(group string, i int) string { return group + "." + strconv.Itoa(i) }

// FirstField is where people begin to fill in a step.
func FirstField(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "ticket_id"
	case workflow.UpdateTicket:
		return "status"
	case workflow.If:
		return ClausePath(BranchPath(0), 0) + ".left"
	case workflow.Wait:
		return "wait"
	case workflow.SendReply, workflow.AddNote:
		return "body"
	case workflow.Notify:
		return "to"
	case workflow.Webhook:
		return "url"
	case workflow.AssignInTurn:
		return "role"
	case workflow.SetVariable:
		return "variable"
	case workflow.Stop:
		return "reason"
	}
	return ""
}

// deepestGroup is how many groups within groups the form offers.
const deepestGroup = 4

// panelForm is what all the panel's forms need to know.
type panelForm struct {
	page     *WorkflowPage
	problems []workflow.Problem
	fields   []fieldGroup
}

func (p WorkflowPage) form() panelForm {
	return panelForm{page: &p, problems: p.problemsOf(p.Panel.Step), fields: p.fields()}
}

// key names the form; inputs of another key are others, whatever they are called.
func (f panelForm) key() string {
	return "form" + strconv.Itoa(f.page.Panel.Form) + "-" + f.page.Panel.Step
}

func (f panelForm) id(name string) string { return f.key() + "-" + name }

// attrs marks the field to type into next.
func (f panelForm) attrs(name string) templ.Attributes {
	attrs := templ.Attributes{}
	if f.page.Panel.Focus == name {
		attrs["autofocus"] = true
	}
	return attrs
}

// problem is what is wrong with one field.
func (f panelForm) problem(field string) string {
	for _, p := range f.problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// text is an input of a step; its name is that of the field in the native format.
func (f panelForm) text(name, label, value string) ui.Field {
	return ui.Field{ID: f.id(name), Name: name, Label: label, Value: value, Problem: f.problem(name), Attrs: f.attrs(name)}
}

func (f panelForm) template(name, label, value string) templateField {
	return withFields(f.code(name, label, value))
}

// code is a field for what machines read.
func (f panelForm) code(name, label, value string) ui.Field {
	field := f.text(name, label, value)
	field.Attrs["data-code"] = true
	field.Attrs["dir"] = "ltr"
	field.Attrs["spellcheck"] = "false"
	return field
}

func (f panelForm) pick(name, label, value string, options []ui.Option) ui.Select {
	return ui.Select{
		ID: f.id(name), Name: name, Label: label, Value: value, Groups: []ui.Group{{Options: options}},
		Problem: f.problem(name), Attrs: f.attrs(name),
	}
}

// openChoice is a select whose last option opens a text field.
type openChoice struct {
	Select ui.Select
	Other  templateField
	Opened bool
}

// choose offers groups, and a text field for everything else.
func (f panelForm) choose(s ui.Select, otherWord string) openChoice {
	c := openChoice{Other: f.template(s.Name+OtherSuffix, s.Label+", as a template", s.Value)}
	c.Other.HideLabel = true
	c.Opened = s.Value != "" && !offered(s.Groups, s.Value)
	if c.Opened {
		c.Other.Problem, s.Problem = s.Problem, ""
		s.Value = OtherChoice
	}
	s.Groups = append(slices.Clip(s.Groups), ui.Group{Label: "More", Options: []ui.Option{{Value: OtherChoice, Text: otherWord}}})
	c.Select = s
	return c
}

func offered(groups []ui.Group, value string) bool {
	return slices.ContainsFunc(groups, func(g ui.Group) bool {
		return slices.ContainsFunc(g.Options, func(o ui.Option) bool { return o.Value == value })
	})
}

const templateWord = "A template…"

func (f panelForm) status(u *workflow.UpdateTicketStep) openChoice {
	return f.choose(f.pick("status", "Status", u.Status, leaveOr(desk.Statuses())), templateWord)
}

func (f panelForm) priority(u *workflow.UpdateTicketStep) openChoice {
	return f.choose(f.pick("priority", "Priority", u.Priority, leaveOr(desk.Priorities())), templateWord)
}

func (f panelForm) slaUnit(u *workflow.UpdateTicketStep) openChoice {
	return f.choose(f.pick("sla_unit", "Unit", u.SLAUnit, []ui.Option{
		{Value: "", Text: "hours (default)"},
		{Value: "minute", Text: "minutes"},
		{Value: "hour", Text: "hours"},
		{Value: "day", Text: "days"},
	}), templateWord)
}

func leaveOr[T ~string](values []T) []ui.Option {
	options := []ui.Option{{Value: "", Text: "Leave as is"}}
	for _, v := range values {
		options = append(options, ui.Option{Value: string(v), Text: titled(string(v))})
	}
	return options
}

func (f panelForm) slaMode(u *workflow.UpdateTicketStep) ui.Select {
	return f.pick("sla_mode", "Set it", string(u.SLAMode), []ui.Option{
		{Value: "", Text: "always"},
		{Value: string(desk.SLAEarlier), Text: "only if that is earlier"},
		{Value: string(desk.SLALater), Text: "only if that is later"},
	})
}

func (f panelForm) tagsMode(u *workflow.UpdateTicketStep) ui.Select {
	return f.pick("tags_mode", "These tags", string(u.TagsMode), []ui.Option{
		{Value: "", Text: "replace all"},
		{Value: string(desk.AddTags), Text: "are added"},
		{Value: string(desk.RemoveTags), Text: "are removed"},
	})
}

func (f panelForm) onError(s workflow.Step) ui.Select {
	return f.pick("on_error", "If this step fails", string(s.OnError), []ui.Option{
		{Value: "", Text: "Stop the run"},
		{Value: string(workflow.Continue), Text: "Go on with the next step"},
	})
}

// assignee offers the roles and people of the team.
func (f panelForm) assignee(u *workflow.UpdateTicketStep) ui.Select {
	s := f.pick("assignee", "Assignee", TargetValue(u.Assignee), []ui.Option{
		{Value: "", Text: "Leave as is"}, {Value: NobodyValue, Text: "Nobody"},
	})
	return f.offer(s, u.Assignee, desk.ToRole, desk.ToUser)
}

// offer adds the team's own to a choice, and keeps one that is gone until it is replaced.
func (f panelForm) offer(s ui.Select, t *workflow.Target, kinds ...desk.AssigneeKind) ui.Select {
	for _, kind := range kinds {
		if g := f.members(kind); len(g.Options) > 0 {
			s.Groups = append(s.Groups, g)
		}
	}
	if !offered(s.Groups, s.Value) {
		gone := ui.Option{Value: KeptValue, Text: t.Name + " (not in the team)"}
		s.Groups = append(s.Groups, ui.Group{Label: "Gone", Options: []ui.Option{gone}})
		s.Value = KeptValue
	}
	return s
}

func (f panelForm) members(kind desk.AssigneeKind) ui.Group {
	g := ui.Group{Label: "People"}
	if kind == desk.ToRole {
		g.Label = "Roles"
		for _, r := range f.page.Directory.RoleList() {
			g.Options = append(g.Options, ui.Option{Value: AssigneeValue(kind, r.ID), Text: r.Name})
		}
		return g
	}
	for _, u := range f.page.Directory.UserList() {
		g.Options = append(g.Options, ui.Option{Value: AssigneeValue(kind, u.ID), Text: u.Name})
	}
	return g
}

// TargetValue is the openChoice that a form shows for an assignee.
func TargetValue(t *workflow.Target) string {
	switch {
	case t == nil:
		return ""
	case t.Kind == desk.Nobody:
		return NobodyValue
	}
	return AssigneeValue(t.Kind, t.ID)
}

// AssigneeValue is "role:1" or "user:2".
func AssigneeValue(kind desk.AssigneeKind, id int64) string { return string(kind) + ":" + number(id) }

// Weekdays are the days of business hours, in the words that definitions keep.
func Weekdays() []string {
	return []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
}

// WindowsText writes the windows of business hours as "09:00-12:00, 13:00-17:00".
func WindowsText(windows [][2]string) string {
	parts := make([]string, len(windows))
	for i, w := range windows {
		parts[i] = w[0]
		if w[1] != "" {
			parts[i] += "-" + w[1]
		}
	}
	return strings.Join(parts, ", ")
}

func hoursOf(u *workflow.UpdateTicketStep) desk.Hours {
	if u.BusinessHours == nil {
		return desk.Hours{}
	}
	return *u.BusinessHours
}
