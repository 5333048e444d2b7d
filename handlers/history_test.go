package handlers

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

func TestWhyNamesWhatSetAFieldWhereNoPersonDid(t *testing.T) {
	now := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	run := desk.ID{1}
	record := func(f desk.Field, by desk.Actor) store.HistoryEntry {
		return store.HistoryEntry{Record: desk.Record{Field: f}, Actor: by, WorkflowName: "Full", At: now}
	}
	step := desk.Actor{Kind: desk.ByWorkflow, Step: desk.StepRef{Version: 3, RunID: run, StepID: "s1"}}
	undo := desk.Actor{Kind: desk.ByWorkflow, ID: 1, Name: "Undo by Ada", Step: desk.StepRef{Version: 3, RunID: run}}
	for name, test := range map[string]struct {
		records []store.HistoryEntry
		want    string
	}{
		"a run":        {[]store.HistoryEntry{record(desk.FieldStatus, step)}, "set by Full v3"},
		"an undo":      {[]store.HistoryEntry{record(desk.FieldStatus, undo), record(desk.FieldStatus, step)}, "restored: Undo by Ada of Full"},
		"a snooze":     {[]store.HistoryEntry{record(desk.FieldSnooze, desk.System()), record(desk.FieldStatus, desk.System())}, views.SetAtSnoozeEnd},
		"the clock":    {[]store.HistoryEntry{record(desk.FieldStatus, desk.System())}, views.SetByClock},
		"a program":    {[]store.HistoryEntry{record(desk.FieldStatus, desk.Actor{Kind: desk.ByAPI, Name: "Zapier"})}, "set through the API by Zapier"},
		"a person":     {[]store.HistoryEntry{record(desk.FieldStatus, desk.Agent(1, "Ada")), record(desk.FieldStatus, step)}, ""},
		"nobody":       {nil, ""},
		"other fields": {[]store.HistoryEntry{record(desk.FieldTags, step)}, ""},
	} {
		got := ""
		if w := why(test.records, desk.FieldStatus); w != nil {
			got = w.Text
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
