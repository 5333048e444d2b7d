package views

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"signalbox/views/ui"
	"signalbox/workflow"
)

func (f panelForm) check(name, label string, checked bool) ui.Check {
	return ui.Check{ID: f.id(name), Name: name, Label: label, Checked: checked, Attrs: f.attrs(name)}
}

func (f panelForm) cron(t workflow.Trigger) ui.Field {
	value := ""
	if t.Schedule != nil {
		value = t.Schedule.Cron
	}
	field := f.text("cron", "on the schedule", value)
	field.Placeholder, field.Hint = "0 9 * * 1-5", "Minute, hour, day, month, weekday"
	field.Attrs["dir"], field.Attrs["data-code"] = "ltr", true
	return field
}

func (f panelForm) scheduleZone(t workflow.Trigger) ui.Field {
	value := ""
	if t.Schedule != nil {
		value = t.Schedule.Zone
	}
	return f.timezone(value)
}

// nextWords says when a schedule comes round, in its own zone.
func nextWords(times []time.Time) string {
	words := make([]string, len(times))
	for i, at := range times {
		words[i] = at.Format("Mon 2 Jan 2006, 15:04")
	}
	return strings.Join(words, "; ") + " (" + times[0].Location().String() + ")"
}

func copying(selector string) templ.Attributes { return templ.Attributes{"data-copy": selector} }

func limitOf(t workflow.Trigger) workflow.KeyLimit {
	if t.Limit == nil {
		return workflow.KeyLimit{}
	}
	return *t.Limit
}

func (f panelForm) limitTimes(t workflow.Trigger) ui.Field {
	field := f.whole("limit.times", "Runs", limitOf(t).Times)
	field.Placeholder = "any number"
	return field
}

func (f panelForm) limitWithin(t workflow.Trigger) ui.Field {
	field := f.text("limit.within", "within", limitOf(t).Within)
	field.Placeholder = "1h"
	return field
}

func (f panelForm) limitKey(t workflow.Trigger) templateField {
	field := f.template("limit.key", "for each", limitOf(t).Key)
	field.Placeholder, field.Hint = workflow.EventTicket, "Empty counts for each ticket"
	return field
}

func (f panelForm) messageLimit(l workflow.Limits) ui.Field {
	field := f.whole("limits.messages_per_ticket_hour", "Messages to a ticket", l.MessagesPerTicketHour)
	field.Placeholder, field.Hint = "the default", "in an hour"
	return field
}

func (f panelForm) runLimit(l workflow.Limits) ui.Field {
	field := f.whole("limits.runs_per_minute", "Runs", l.RunsPerMinute)
	field.Placeholder, field.Hint = "the default", "in a minute"
	return field
}

// whole is a field for a number of which zero stands for none.
func (f panelForm) whole(name, label string, n int) ui.Field {
	value := ""
	if n != 0 {
		value = strconv.Itoa(n)
	}
	field := f.text(name, label, value)
	field.Attrs["inputmode"] = "numeric"
	return field
}

// otherStarts are those that are no event of a ticket.
func otherStarts(t workflow.Trigger) []string {
	var out []string
	if t.Manual {
		out = append(out, "Run by an agent")
	}
	if t.Schedule != nil {
		out = append(out, "On the schedule "+t.Schedule.Cron)
	}
	if t.Webhook {
		out = append(out, "Called from outside")
	}
	return out
}

func triggerTitle(t workflow.Trigger) string {
	var names []string
	for _, e := range t.Events {
		names = append(names, eventWord(e.Event))
	}
	if names = append(names, otherStarts(t)...); len(names) == 0 {
		return "Choose what starts it"
	}
	return strings.Join(names, " or ")
}

func triggerConditions(t workflow.Trigger) string {
	var parts []string
	for _, e := range t.Events {
		if e.Where == nil {
			continue
		}
		text := "where " + groupWords(*e.Where)
		if len(t.Events) > 1 {
			text = eventWord(e.Event) + " " + text
		}
		parts = append(parts, text)
	}
	if l := t.Limit; l != nil {
		parts = append(parts, "at most "+plural(l.Times, "run")+" within "+orDots(lengthWords(l.Within)))
	}
	return strings.Join(parts, "; ")
}
