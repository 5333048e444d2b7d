package views

import (
	"strings"
	"time"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

// Ago is an instant as the distance to now, which the browser keeps up to date.
func Ago(at, now time.Time) ui.Time {
	text := "now"
	if since := now.Sub(at); since >= time.Minute {
		text = largest(since)
	}
	return ui.Time{At: at, Text: text, Style: ui.Ago}
}

// Clock is an instant as a time of day in zone, with the date when it is not today.
func Clock(at, now time.Time, zone *time.Location) ui.Time {
	local, today := at.In(zone), now.In(zone)
	layout := "2 Jan 2006 15:04"
	switch {
	case local.Year() == today.Year() && local.YearDay() == today.YearDay():
		layout = "15:04"
	case local.Year() == today.Year():
		layout = "2 Jan 15:04"
	}
	return ui.Time{At: at, Text: local.Format(layout), Style: ui.At}
}

// largest words a length of time by its largest unit: "26 min".
func largest(d time.Duration) string {
	text := span(d)
	if first, _, two := strings.Cut(text, " h "); two {
		return first + " h"
	}
	if first, _, two := strings.Cut(text, " d "); two {
		return first + " d"
	}
	return text
}

// StatusBadge shows a status by an icon and its name.
func StatusBadge(s desk.Status) ui.Badge {
	return ui.Badge{Text: titled(string(s)), Icon: statusIcon(s), Tone: statusTone(s)}
}

func statusIcon(s desk.Status) string {
	switch s {
	case desk.New:
		return "circle-dot"
	case desk.Open:
		return "circle"
	case desk.Pending:
		return "hourglass"
	case desk.OnHold:
		return "pause"
	case desk.Resolved:
		return "check"
	}
	return "circle"
}

func statusTone(s desk.Status) ui.Tone {
	switch s {
	case desk.New:
		return ui.Accent
	case desk.Open, desk.Pending, desk.OnHold, desk.Resolved:
		return ui.Plain
	}
	return ui.Plain
}

func priorityText(p desk.Priority) string {
	if p == desk.NoPriority {
		return "No priority"
	}
	return titled(string(p))
}

func priorityIcon(p desk.Priority) string {
	switch p {
	case desk.High:
		return "chevrons-up"
	case desk.Medium:
		return "chevron-up"
	case desk.Low:
		return "chevron-down"
	case desk.NoPriority:
		return "minus"
	}
	return "minus"
}

func channelIcon(c desk.Channel) string {
	switch c {
	case desk.Widget:
		return "message-circle"
	case desk.Email:
		return "mail"
	case desk.Slack:
		return "hash"
	case desk.APIDoor:
		return "code"
	}
	return "globe"
}

// channelText names a channel for a filter; the list is open.
func channelText(c desk.Channel) string {
	if c == desk.APIDoor {
		return "API"
	}
	return titled(string(c))
}

// slaText names a state for a filter.
func slaText(s desk.SLAState) string {
	switch s {
	case desk.SLAOnTrack:
		return "On track"
	case desk.SLAAtRisk:
		return "At risk"
	case desk.SLABreached:
		return "Breached"
	case desk.SLAPaused:
		return "Paused"
	case desk.SLANone:
		return "No SLA"
	}
	return string(s)
}

func statusOptions() []ui.Option {
	options := make([]ui.Option, 0, len(desk.Statuses()))
	for _, s := range desk.Statuses() {
		options = append(options, ui.Option{Value: string(s), Text: titled(string(s))})
	}
	return options
}

// priorityOptions lists the priorities, highest first, then none under the given value.
func priorityOptions(none string) []ui.Option {
	all := desk.Priorities()
	options := make([]ui.Option, 0, len(all)+1)
	for i := len(all) - 1; i >= 0; i-- {
		options = append(options, ui.Option{Value: string(all[i]), Text: titled(string(all[i]))})
	}
	return append(options, ui.Option{Value: none, Text: priorityText(desk.NoPriority)})
}
