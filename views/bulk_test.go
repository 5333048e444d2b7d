package views

import (
	"testing"

	"github.com/a-h/templ"

	"signalbox/workflow/desk"
)

func someBulk() BulkLine {
	return BulkLine{
		ID: desk.ID{7}, TeamID: 1, Parts: []BulkPart{{"Status", "Resolved"}, {"Add tags", "vip, late"}}, By: "Ada Lindqvist",
		Started: Ago(minutesAgo(3), noon()), State: BulkDone, Total: 1284, Changed: 1280, Same: 2, Refused: 2,
		Why: "There is no such ticket in this team.", CanUndo: true,
	}
}

func bulkPages() map[string]templ.Component {
	done, running := someBulk(), someBulk()
	running.State, running.Changed, running.Refused, running.Why, running.CanUndo = BulkRunning, 340, 0, "", false
	undo := BulkLine{ID: desk.ID{8}, TeamID: 1, Undoes: desk.ID{7}, By: "Ada Lindqvist", Started: Ago(minutesAgo(1), noon()), State: BulkCancelled, Total: 9, Changed: 4}
	shell := someShell()
	page := BulkPage{
		Shell: shell, Line: done, ListURL: "/tickets?view=waiting", Next: 4807,
		Reasons: []BulkReason{{Text: done.Why, Tickets: 2}},
		Items: []BulkItem{
			{Number: 77, Outcome: "refused", Reason: done.Why},
			{Number: 4807, Subject: `<script>alert("hi")</script>`, Outcome: "changed"},
			{Number: 4812, Subject: "Invoice 2291 charged twice", Outcome: "same"},
		},
	}
	goesOn := page
	goesOn.Line, goesOn.Reasons, goesOn.Items, goesOn.Next, goesOn.Outcome = running, nil, nil, 0, "waiting"
	return map[string]templ.Component{
		"bulk":           BulkResultPage(page),
		"bulk-running":   BulkResult(goesOn),
		"bulk-strip":     BulkStrip([]BulkLine{running, done, undo}),
		"bulk-count":     BulkAll(BulkCount{Query: "view=waiting&q=%22", Count: 10_000, More: true}),
		"bulk-count-cut": BulkAll(BulkCount{Query: "q=refund", Count: 312, Cut: true}),
		"bulks":          BulksPage(BulkListPage{Shell: shell, Lines: []BulkLine{running, done, undo}}),
		"bulks-none":     BulksPage(BulkListPage{Shell: shell}),
		"bulk-confirm": BulkConfirmPage(BulkConfirm{
			Shell: shell, Parts: done.Parts, Count: BulkCount{Count: 1284}, Back: "/tickets?view=waiting",
			Fields: []HiddenField{{"all", "?view=waiting"}, {"status", "resolved"}},
		}),
		"bulk-confirm-run": BulkConfirmPage(BulkConfirm{
			Shell: shell, Parts: []BulkPart{{BulkRun, "Ask for a review"}}, Count: BulkCount{Count: 312, Cut: true}, Back: "/tickets?q=refund",
			Fields: []HiddenField{{"all", "?q=refund"}},
		}),
	}
}

func TestBulkPages(t *testing.T) {
	for name, page := range bulkPages() {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}
