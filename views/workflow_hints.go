package views

import (
	"cmp"
	"context"
	"io"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// fieldGroup is the fields of one source, for people to choose from.
type fieldGroup struct {
	Label  string
	Fields []fieldOption
}

// fieldOption is a field with an example of its value, "" where none is known.
type fieldOption struct{ Path, Text, Example string }

// hints are the fields that exist where the panel's step is reached.
func (p WorkflowPage) hints() []workflow.FieldHint {
	if p.Fields != nil {
		return p.Fields
	}
	d := p.Draft
	d.Trigger = p.trigger()
	return workflow.FieldsAt(d, p.FieldsStep())
}

// FieldsStep is the step whose fields the panel offers, "" for the trigger and what is no step.
func (p WorkflowPage) FieldsStep() string {
	if _, ok := workflow.Find(p.Draft, p.Panel.Step); !ok {
		return ""
	}
	return p.Panel.Step
}

// fields groups what exists by where it comes from, in the order in which it is most likely wanted.
func (p WorkflowPage) fields() []fieldGroup {
	var out []fieldGroup
	for _, h := range p.hints() {
		label := p.sourceWords(h)
		if len(out) == 0 || out[len(out)-1].Label != label {
			out = append(out, fieldGroup{Label: label})
		}
		last := &out[len(out)-1]
		last.Fields = append(last.Fields, fieldOption{Path: h.Path, Text: hintWords(h.Path), Example: exampleText(h.Example)})
	}
	return out
}

func (p WorkflowPage) sourceWords(h workflow.FieldHint) string {
	switch {
	case h.Step != "":
		s, _ := workflow.Find(p.Draft, h.Step)
		return "From “" + excerpt(StepTitle(s), "") + "”"
	case strings.HasPrefix(h.Path, eventRoot):
		return "From the event"
	}
	return "Always there"
}

func hintWords(path string) string {
	name := strings.TrimPrefix(strings.TrimPrefix(path, variableRoot), eventRoot)
	return cmp.Or(fieldWords(path), strings.ReplaceAll(name, ".", " "))
}

func exampleText(v any) string {
	const longest = 40 // characters
	text := strings.Join(strings.Fields(ValueText(v)), " ")
	if short := desk.Cut(text, longest); short != text {
		return short + "…"
	}
	return text
}

// lefts are the left sides that conditions can start from. What is chosen stands in a sentence, without its example.
func lefts(groups []fieldGroup, chosen string) []ui.Group {
	var out []ui.Group
	for _, g := range groups {
		group := ui.Group{Label: g.Label}
		for _, f := range g.Fields {
			text := f.Text
			if f.Example != "" && f.Path != chosen {
				text += " · " + f.Example
			}
			group.Options = append(group.Options, ui.Option{Value: f.Path, Text: text})
		}
		out = append(out, group)
	}
	return out
}

// What takes a field from the list, as its input says in data-template.
const (
	templateMark  = "data-template"
	takesTemplate = "template" // in braces, where the cursor is
	takesPath     = "path"     // bare, in place of all
)

// templateField is a field beside which the existing fields can be looked up.
type templateField struct{ ui.Field }

// Render draws the field with a button that opens the list.
func (t templateField) Render(ctx context.Context, w io.Writer) error {
	return templated(t).Render(ctx, w)
}

// withFields lets a field look the existing fields up. One line also completes what is typed.
func withFields(field ui.Field) templateField {
	field.Attrs[templateMark] = takesTemplate
	if field.Lines == 0 && field.Attrs["list"] == nil {
		field.Attrs["list"] = "field-list"
	}
	return templateField{field}
}

func lookUpLabel(t templateField) string { return "Insert a field into “" + t.Label + "”" }
