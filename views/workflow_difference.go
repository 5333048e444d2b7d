package views

import (
	"strconv"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// DifferenceGroup is what differs in one step, or in the workflow and its trigger.
type DifferenceGroup struct {
	Step  string // its id, "" for the workflow
	Title string
	Icon  string
	Lines []DifferenceLine
}

// DifferenceLine is one difference in words; what is blank is not said.
type DifferenceLine struct {
	Kind          workflow.DifferenceKind
	What          string
	Before, After string
	Note          string // in place of the two
}

// Differences words what was compared, step by step.
func Differences(list []workflow.Difference, dir *workflow.Directory) []DifferenceGroup {
	var groups []DifferenceGroup
	for _, d := range list {
		if n := len(groups); n == 0 || groups[n-1].Step != d.StepID() {
			groups = append(groups, differenceGroup(&d))
		}
		last := &groups[len(groups)-1]
		last.Lines = append(last.Lines, differenceLine(&d, dir))
	}
	return groups
}

func differenceGroup(d *workflow.Difference) DifferenceGroup {
	if d.Step == nil {
		return DifferenceGroup{Title: "Workflow and trigger", Icon: "zap"}
	}
	return DifferenceGroup{Step: d.Step.ID, Title: StepTitle(*d.Step), Icon: stepIcon(d.Step.Type)}
}

func differenceLine(d *workflow.Difference, dir *workflow.Directory) DifferenceLine {
	line := DifferenceLine{Kind: d.Kind, What: fieldWord(d.Field)}
	switch {
	case d.Field == "" && d.Kind == workflow.Moved:
		line.Note = "The step is moved"
	case d.Field == "" && d.Kind == workflow.Added:
		line.Note = joinNote("The step is new", stepWords(d.Step, dir))
	case d.Field == "":
		line.Note = joinNote("The step is gone", stepWords(d.Step, dir))
	case strings.HasPrefix(d.Field, "headers["):
		line.Note = "The secret is another one"
	case d.Kind == workflow.Moved:
		line.Note = "is tried in another order"
	case d.Kind == workflow.Added:
		line.Note = saidWords(d.Field, d.After, dir)
	case d.Kind == workflow.Removed:
		line.Note = saidWords(d.Field, d.Before, dir)
	default:
		line.Before, line.After = saidWords(d.Field, d.Before, dir), saidWords(d.Field, d.After, dir)
	}
	if isSwitch(d.Before) || isSwitch(d.After) {
		line.Before, line.After = switchWord(d.Before), switchWord(d.After)
	}
	return line
}

func isSwitch(v any) bool {
	_, ok := v.(bool)
	return ok
}

func switchWord(v any) string {
	if on, ok := v.(bool); ok && on {
		return "on"
	}
	return "off"
}

func joinNote(note, words string) string {
	if words == "" {
		return note
	}
	return note + ": " + words
}

// DifferenceMarks are badges for the cards of the steps that differ.
func DifferenceMarks(list []workflow.Difference) map[string]ui.Badge {
	marks := map[string]ui.Badge{}
	for _, d := range list {
		id := d.StepID()
		if id == "" {
			id = TriggerStep
		}
		if _, marked := marks[id]; !marked {
			marks[id] = kindBadge(d.Kind)
		}
	}
	return marks
}

func kindBadge(k workflow.DifferenceKind) ui.Badge {
	switch k {
	case workflow.Added:
		return ui.Badge{Text: "New", Icon: "plus", Tone: ui.Good}
	case workflow.Removed:
		return ui.Badge{Text: "Gone", Icon: "minus", Tone: ui.Bad}
	case workflow.Moved:
		return ui.Badge{Text: "Moved", Icon: "arrow-right", Tone: ui.Accent}
	case workflow.Changed:
		return ui.Badge{Text: "Changed", Icon: "pencil", Tone: ui.Accent}
	}
	return ui.Badge{Text: string(k)}
}

// fieldWord says what a field of the native format is called in the forms.
func fieldWord(field string) string {
	name, rest, indexed := strings.Cut(field, "[")
	if !indexed {
		return plainFieldWord(field)
	}
	index, rest, _ := strings.Cut(rest, "]")
	if name == "headers" {
		return "Header " + index
	}
	n, err := strconv.Atoi(index)
	if err != nil {
		return field
	}
	branch := "Path " + strconv.Itoa(n+1)
	switch rest {
	case ".name":
		return branch + ", name"
	case ".when":
		return branch + ", conditions"
	}
	return branch
}

func plainFieldWord(field string) string {
	words := map[string]string{
		"trigger.events": "Trigger", "trigger.manual": "Run by hand", "trigger.webhook": "Inbound webhook",
		"trigger.schedule": "Schedule", "trigger.schedule.cron": "Schedule, times", "trigger.schedule.zone": "Schedule, time zone",
		"trigger.limit": "Limit", "trigger.limit.times": "Limit, runs", "trigger.limit.within": "Limit, within",
		"trigger.limit.key": "Limit, counted for", "limits.messages_per_ticket_hour": "Messages to a ticket in an hour",
		"limits.runs_per_minute": "Runs in a minute", "on_error": "If it fails", "ticket_id": "Ticket", "output": "Variable",
		"sla_amount": "SLA", "sla_unit": "SLA unit", "sla_business_hours": "Business hours", "sla_mode": "SLA mode", "for": "How long",
		"window": "Hours", "when": "Condition", "timeout": "At most", "url": "Address", "body": "Text", "to": "Whom", "via": "How",
	}
	if word, ok := words[field]; ok {
		return word
	}
	return titled(field)
}

// saidWords says a value as cards do.
func saidWords(field string, v any, dir *workflow.Directory) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case string:
		return valueWord(field, v)
	case *workflow.Group:
		return groupWords(*v)
	case *workflow.Target:
		return targetWords(*v, dir)
	case *desk.Hours:
		return hoursWords(*v)
	case workflow.Branch:
		return flowBranch{Name: v.Name, When: groupWords(v.When)}.words()
	case workflow.EventTrigger:
		return TriggerWords(workflow.Trigger{Events: []workflow.EventTrigger{v}})
	case int:
		return thousands(v)
	}
	return ValueText(v)
}

// longestValue is how many characters of a value are shown where it differs.
const longestValue = 600

func valueWord(field, value string) string {
	switch field {
	case "status", "priority", "on_error", "mode", "sla_unit", "sla_mode", "tags_mode":
		return titled(value)
	case "type":
		return stepWord(workflow.StepType(value))
	}
	if short := desk.Cut(value, longestValue); short != value {
		return short + "…"
	}
	return value
}
