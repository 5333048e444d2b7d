package views

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestSnoozePages(t *testing.T) {
	pane := someTicket()
	pane.Facts.Snooze = SnoozeForm{
		ByReply: true, Words: "tomorow at nine",
		Choices: []SnoozeChoice{{Text: "Tomorrow 9:00", Words: "tomorrow 9", Means: "Tue 6 Jan, 09:00"}, {Text: "Until they reply", Words: "until they reply"}},
	}
	golden(t, "snooze", snoozeFact(pane))
	pane.Facts.Snooze = SnoozeForm{Until: Clock(noon().Add(25*time.Hour), noon(), time.UTC)}
	golden(t, "snooze-until", snoozeFact(pane))
}

func TestASnoozeIsWordedInFull(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	if got, want := SnoozeText(desk.Snooze{Until: at}, "Europe/Stockholm"), "Wed 25 Nov 2026, 09:00 Europe/Stockholm"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := SnoozeText(desk.Snooze{UntilReply: true}, "UTC"), "Until the customer replies"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
