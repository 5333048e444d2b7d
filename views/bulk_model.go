package views

import (
	"net/url"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

// BulksPath lists the latest bulk changes.
const BulksPath = "/bulks"

// BulkCountPath counts what a query of the inbox finds, as a choice for the bar.
func BulkCountPath(query string) string { return withQuery(BulksPath+"/count", query) }

// BulkStripPath is the state of the member's own bulks.
const BulkStripPath = BulksPath + "/strip"

// OneBulkPath is one bulk change.
func OneBulkPath(id desk.ID) string { return BulksPath + "/" + id.String() }

// BulkDo takes a POST: "cancel" or "undo".
func BulkDo(id desk.ID, what string) string { return OneBulkPath(id) + "/" + what }

// BulkPart is one of the things that a bulk does to each ticket: "Status", "Resolved".
type BulkPart struct{ Name, Value string }

// BulkLine is a bulk in a line.
type BulkLine struct {
	ID      desk.ID
	TeamID  int64
	Parts   []BulkPart
	Undoes  desk.ID // what it takes back
	By      string
	Started ui.Time
	State   BulkState
	Why     string // it stopped, or left tickets as they were

	Total, Changed, Same, Refused int

	CanUndo bool
	Undone  bool
}

// BulkState is what readers are told of where a bulk stands.
type BulkState string

// The states of a bulk.
const (
	BulkListing   BulkState = "listing"
	BulkRunning   BulkState = "running"
	BulkDone      BulkState = "done"
	BulkCancelled BulkState = "cancelled"
	BulkStopped   BulkState = "stopped"
)

// Open reports whether it is still going on.
func (l BulkLine) Open() bool { return l.State == BulkListing || l.State == BulkRunning }

func (l BulkLine) done() int { return l.Changed + l.Same + l.Refused }

// what words the change: "Status: Resolved · Add tags: vip".
func (l BulkLine) what() string {
	if !l.Undoes.IsZero() {
		return "Undo"
	}
	parts := make([]string, len(l.Parts))
	for i, p := range l.Parts {
		parts[i] = p.Name + ": " + p.Value
	}
	return strings.Join(parts, " · ")
}

// result words how far it is, or what came of it.
func (l BulkLine) result() string {
	switch l.State {
	case BulkListing:
		return "Finding the tickets: " + thousands(l.Total) + " so far"
	case BulkRunning:
		return thousands(l.done()) + " of " + thousands(l.Total) + " tickets"
	case BulkCancelled:
		return "Cancelled: " + l.tally()
	case BulkStopped:
		return "Stopped: " + l.tally()
	case BulkDone:
	}
	return l.tally()
}

// tally counts what changed, and then what was as it should be already.
func (l BulkLine) tally() string {
	verb := " changed"
	if l.runs() {
		verb = " begun"
	}
	if !l.Undoes.IsZero() {
		verb = " restored"
	}
	tally := thousands(l.Changed) + " of " + plural(l.Total, "ticket") + verb
	switch {
	case l.Same == 1:
		tally += "; 1 was so already"
	case l.Same > 1:
		tally += "; " + thousands(l.Same) + " were so already"
	}
	tally += "."
	if !l.Undoes.IsZero() {
		tally += " Workflows answer this as any change: see what they did on the tickets."
	}
	return tally
}

// BulkRun names the part that runs a workflow.
const BulkRun = "Run"

func (l BulkLine) runs() bool { return len(l.Parts) == 1 && l.Parts[0].Name == BulkRun }

// BulkPage is GET /bulks/<id>.
type BulkPage struct {
	Shell   AppShell
	Line    BulkLine
	ListURL string // the list that its tickets were taken from, "" where they were named
	Ended   ui.Time
	Reasons []BulkReason
	Outcome string // that is listed, "" for all
	Items   []BulkItem
	After   int64 // the last number of the page before
	Next    int64 // the last number of this page, 0 on the last
}

// BulkReason is why tickets were left as they were.
type BulkReason struct {
	Text    string
	Tickets int
}

// BulkItem is one ticket of a bulk.
type BulkItem struct {
	Number  int64
	Subject string // "" where there is no such ticket
	Outcome string
	Reason  string
}

func (p BulkPage) path(outcome string, after int64) string {
	query := url.Values{}
	if outcome != "" {
		query.Set("outcome", outcome)
	}
	if after != 0 {
		query.Set("after", number(after))
	}
	return withQuery(OneBulkPath(p.Line.ID), query.Encode())
}

func (p BulkPage) tabs() []ui.Tab {
	tabs := []ui.Tab{{Text: "All " + thousands(p.Line.Total), Href: p.path("", 0), Current: p.Outcome == ""}}
	for _, t := range []struct {
		outcome, text string
		count         int
	}{
		{"changed", "Changed", p.Line.Changed},
		{"refused", "Left as they were", p.Line.Refused},
		{"same", "Were so already", p.Line.Same},
		{"waiting", "Not yet", p.Line.Total - p.Line.done()},
	} {
		if t.count > 0 || p.Outcome == t.outcome {
			tabs = append(tabs, ui.Tab{Text: t.text + " " + thousands(t.count), Href: p.path(t.outcome, 0), Current: p.Outcome == t.outcome})
		}
	}
	return tabs
}

func (i BulkItem) badge() ui.Badge {
	switch i.Outcome {
	case "changed":
		return ui.Badge{Text: "Changed", Tone: ui.Good, Icon: "check"}
	case "same":
		return ui.Badge{Text: "Was so already", Icon: "minus"}
	case "refused":
		return ui.Badge{Text: "Left as it was", Tone: ui.Warn, Icon: "triangle-alert"}
	}
	return ui.Badge{Text: "Not yet", Icon: "hourglass"}
}

// BulkListPage is GET /bulks.
type BulkListPage struct {
	Shell AppShell
	Lines []BulkLine
}

// BulkConfirm asks before a change of a whole view that named no number.
type BulkConfirm struct {
	Shell  AppShell
	Parts  []BulkPart
	Count  BulkCount
	Back   string
	Fields []HiddenField
}

func (c BulkConfirm) line() BulkLine { return BulkLine{Parts: c.Parts} }

func (c BulkConfirm) deed() string {
	if c.line().runs() {
		return "Run it"
	}
	return "Change them"
}

// HiddenField is sent on as it came.
type HiddenField struct{ Name, Value string }

// BulkCount is how many tickets a change would touch.
type BulkCount struct {
	Query string
	Count int
	More  bool // than Count
	Cut   bool // they are the newest that were found, not all
}

// Tickets words the number: exact, or the bound beyond which is not counted.
func (c BulkCount) Tickets() string {
	switch {
	case c.More:
		return "more than " + plural(c.Count, "ticket")
	case c.Cut:
		return "the newest " + plural(c.Count, "ticket") + " found"
	}
	return plural(c.Count, "ticket")
}

func (c BulkCount) all() string {
	if c.Cut {
		return "Select the newest " + thousands(c.Count) + " found"
	}
	if c.More {
		return "Select all, more than " + thousands(c.Count) + ", in this view"
	}
	return "Select all " + thousands(c.Count) + " in this view"
}

// short is what the bar shows once all are selected.
func (c BulkCount) short() string {
	if c.Cut {
		return "The newest " + thousands(c.Count) + " selected"
	}
	if c.More {
		return "More than " + thousands(c.Count) + " selected"
	}
	return "All " + thousands(c.Count) + " selected"
}

// TagsDeed words what is done with tags.
func TagsDeed(m desk.TagsMode) string {
	switch m {
	case desk.AddTags:
		return "Add tags"
	case desk.RemoveTags:
		return "Remove tags"
	case desk.ReplaceTags:
	}
	return "Tags"
}
