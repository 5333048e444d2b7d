package views

import (
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// SLAOf says how a ticket stands to its deadline at now.
func SLAOf(t *desk.Ticket, now time.Time) SLA {
	state, left := t.SLA(now)
	return SLA{State: state, Due: t.SLADueAt, Left: left}
}

// FilterText words an active filter.
func FilterText(name, value string) string {
	switch name {
	case "q":
		return "“" + value + "”"
	case "sla":
		return "SLA: " + slaText(desk.SLAState(value))
	case "assignee":
		if value == "me" {
			return "Assignee: me"
		}
		return "Assignee: " + value
	}
	return titled(name) + ": " + strings.ReplaceAll(value, "_", " ")
}

// EmbedCode is what a site puts before the end of its body.
func EmbedCode(url, token string) string {
	return `<script async src="` + url + `/widget.js" data-token="` + token + `"></script>`
}

// Titled is a word of the vocabulary as it begins a line: "on_hold" is "On hold".
func Titled(word string) string { return titled(word) }

// SetBy names the workflow that set a value.
func SetBy(workflow string, version int) string {
	return "set by " + workflow + " v" + strconv.Itoa(version)
}

// EventText is what people call an event: "ticket created".
func EventText(name desk.EventName) string { return strings.ToLower(eventWord(name)) }
