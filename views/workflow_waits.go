package views

import (
	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// What a wait-step can wait for, as its form says it.
const (
	WaitFor    = "for"
	WaitUntil  = "until"
	WaitWindow = "window"
	WaitWhen   = "when"
)

// WaitGroup names the conditions of a wait-step.
const WaitGroup = "w0"

// WaitKind says what a step waits for; a blank one is about to be given a duration.
func WaitKind(w *workflow.WaitStep) string {
	switch {
	case w.When != nil:
		return WaitWhen
	case w.Window != nil:
		return WaitWindow
	case w.Until != "" && w.For == "":
		return WaitUntil
	}
	return WaitFor
}

func (f panelForm) waitKind(w *workflow.WaitStep) ui.Select {
	return f.pick("wait", "Wait", WaitKind(w), []ui.Option{
		{Value: WaitFor, Text: "for some time"},
		{Value: WaitUntil, Text: "until a time"},
		{Value: WaitWindow, Text: "until business hours"},
		{Value: WaitWhen, Text: "until something holds, or a time has passed"},
	})
}

func (f panelForm) duration(name, label, value string) templateField {
	field := f.template(name, label, value)
	field.Placeholder, field.Hint = "2d", "Such as 90m, 12h or 2d"
	return field
}

func (f panelForm) until(w *workflow.WaitStep) templateField {
	field := f.template("until", "Time", blankless(w.Until, BlankTime))
	field.Placeholder, field.Hint = "2026-01-31T09:00:00Z", "An instant with its zone, or a template of one"
	return field
}

func (f panelForm) timeout(w *workflow.WaitStep) templateField {
	field := f.duration("timeout", "At most", w.Timeout)
	field.Hint = "Then the path “Timed out” is taken, such as after 12h or 2d"
	return field
}

func (f panelForm) output(label, value string) ui.Field {
	field := f.code("output", label, value)
	field.Placeholder = "ticket"
	return field
}

// exitWords names the exits of a wait for a condition.
func exitWords(exit int) string {
	if exit == workflow.Else {
		return "Timed out"
	}
	return "Held"
}

func windowOf(w *workflow.WaitStep) desk.Hours {
	if w.Window == nil {
		return desk.Hours{}
	}
	return *w.Window
}
