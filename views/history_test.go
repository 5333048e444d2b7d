package views

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestHistoryPages(t *testing.T) {
	at := Clock(minutesAgo(5), noon(), time.UTC)
	page := HistoryPage{
		Shell: someShell(), Number: 42, Subject: "Export <fails>", By: "workflows", OlderHref: "/tickets/42/history?before=7",
		Entries: []Entry{
			{Kind: Did, Author: desk.ByWorkflow, By: "Full SLA", Sentence: "set priority to High", Automatic: true, RunHref: "/runs/1", At: at},
			{Kind: Did, Author: desk.ByAgent, By: "Ada", Sentence: "set status to Open (was New)", At: at},
		},
	}
	golden(t, "history", History(page))
	golden(t, "history-none", History(HistoryPage{Shell: someShell(), Number: 42, Subject: "Export", Field: "tags"}))
}
