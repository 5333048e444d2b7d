package views

import (
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func stepWord(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "Get ticket"
	case workflow.UpdateTicket:
		return "Update ticket"
	case workflow.If:
		return "If / else"
	case workflow.Stop:
		return "Stop"
	}
	return string(t)
}

func stepIcon(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "eye"
	case workflow.UpdateTicket:
		return "pencil"
	case workflow.If:
		return "git-branch"
	case workflow.Stop:
		return "circle-slash"
	}
	return "circle"
}

// stepHint says what a step is for, where one is chosen.
func stepHint(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "Reads the ticket as it is now, so that later steps can look at it."
	case workflow.UpdateTicket:
		return "Sets status, priority, SLA, assignee or tags."
	case workflow.If:
		return "Takes the first path whose conditions hold."
	case workflow.Stop:
		return "Ends the run here."
	}
	return ""
}

// stepWords says in one line what a step does.
func stepWords(s *workflow.Step, dir *workflow.Directory) string {
	switch s.Type {
	case workflow.GetTicket:
		return "into " + outputOf(s)
	case workflow.UpdateTicket:
		return updateWords(s.Update, dir)
	case workflow.If:
		return "The first path that matches is taken"
	case workflow.Stop:
		return s.Stop.Reason
	}
	return ""
}

func updateWords(u *workflow.UpdateTicketStep, dir *workflow.Directory) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	add(titled(u.Status))
	add(titled(u.Priority))
	add(slaWords(u))
	if u.Assignee != nil {
		add(targetWords(*u.Assignee, dir))
	}
	if len(u.Tags) > 0 {
		add(tagsLead(u.TagsMode) + ListText(u.Tags))
	}
	if len(parts) == 0 {
		return "Changes nothing yet"
	}
	return strings.Join(parts, " · ")
}

func slaWords(u *workflow.UpdateTicketStep) string {
	amount := ValueText(u.SLAAmount)
	switch amount {
	case "":
		return ""
	case "clear":
		return "No SLA"
	default:
		amount = "SLA " + amount + " " + unitWord(u.SLAUnit)
	}
	if u.BusinessHours != nil {
		amount += " in business hours"
	}
	switch u.SLAMode {
	case desk.SLAEarlier:
		return amount + ", if earlier"
	case desk.SLALater:
		return amount + ", if later"
	case desk.SLASet, "":
	}
	return amount
}

func unitWord(unit string) string {
	switch unit {
	case "", "hour":
		return "h"
	case "minute":
		return "min"
	case "day":
		return "d"
	}
	return unit
}

// targetWords prefers the present name to the one that was saved.
func targetWords(t workflow.Target, dir *workflow.Directory) string {
	switch t.Kind {
	case desk.Nobody:
		return "Nobody"
	case desk.ToRole:
		if role, ok := dir.Roles[t.ID]; ok {
			return role.Name
		}
	case desk.ToUser:
		if user, ok := dir.Users[t.ID]; ok {
			return user.Name
		}
	}
	return t.Name
}

func tagsLead(mode desk.TagsMode) string {
	switch mode {
	case desk.AddTags:
		return "add "
	case desk.RemoveTags:
		return "remove "
	case desk.ReplaceTags, "":
	}
	return "tags "
}
