package views

import (
	"net/url"
	"strings"
	"time"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// WorkflowBacktest is GET /workflows/<id>/backtest.
type WorkflowBacktest struct {
	Shell   AppShell
	ID      desk.ID
	Name    string
	Days    int            // that are chosen
	Problem string         // why it was not started
	Shown   *BacktestShown // nil: there was none yet
	Listed  TicketChoice
	Former  []BacktestLine
}

// TicketChoice says which tickets of a result are listed.
type TicketChoice string

// The choices of tickets.
const (
	FirstTickets   TicketChoice = ""        // those that deserve a look first
	DifferentOnly  TicketChoice = "differs" // those about which the live version would have done otherwise
	AllTickets     TicketChoice = "all"
	ticketsAtFirst              = 50
)

// BacktestShown is the backtest that the page is about.
type BacktestShown struct {
	BacktestLine
	Open       bool // it is not over
	Queued     bool
	Done       int // events
	Total      int
	Error      string
	Moved      bool // the draft says something else by now
	Definition workflow.Definition
	Result     *workflow.BacktestResult // nil unless it is done
}

// BacktestLine is a backtest in a list.
type BacktestLine struct {
	ID    desk.ID
	Days  int
	State ui.Badge
	By    string
	At    time.Time
}

// FormerBacktestPath shows one backtest, and of its tickets those that are chosen.
func FormerBacktestPath(id, backtest desk.ID, listed TicketChoice) string {
	query := url.Values{"of": {backtest.String()}}
	if listed != FirstTickets {
		query.Set("tickets", string(listed))
	}
	return BacktestPath(id) + "?" + query.Encode()
}

// path is where this backtest is shown.
func (p WorkflowBacktest) path(listed TicketChoice) string {
	return FormerBacktestPath(p.ID, p.Shown.ID, listed)
}

// daysOffered are the lengths to choose from.
func (p WorkflowBacktest) daysOffered() []ui.Group {
	var options []ui.Option
	for _, n := range []int{7, 30, 90} {
		options = append(options, ui.Option{Value: number(int64(n)), Text: plural(n, "day")})
	}
	return []ui.Group{{Options: options}}
}

// pathName names a path of the definition that was tried.
func (s *BacktestShown) pathName(exit workflow.Exit) string {
	if exit.StepID == "" {
		return "Main path"
	}
	title := ""
	workflow.EachStep(s.Definition, func(step *workflow.Step) {
		if step.ID == exit.StepID {
			b := flowBranch{Step: step.ID, Exit: exit.Branch}
			b.describe(step)
			title = b.title()
		}
	})
	return title
}

func (s *BacktestShown) stepName(id string) string {
	title := "The run"
	workflow.EachStep(s.Definition, func(step *workflow.Step) {
		if step.ID == id {
			title = StepTitle(*step)
		}
	})
	return title
}

// agreement says of each field that was set how often the tickets ended so.
func (s *BacktestShown) agreement() string {
	var words []string
	for _, field := range []desk.Field{desk.FieldPriority, desk.FieldAssignee, desk.FieldStatus, desk.FieldTags, desk.FieldSLA} {
		agreed, compared := 0, 0
		for _, a := range s.Result.Agreements {
			if a.Field == field {
				agreed, compared = agreed+a.Agreed, compared+a.Tickets
			}
		}
		if compared > 0 {
			words = append(words, fieldName(field)+" in "+percent(agreed, compared))
		}
	}
	return strings.Join(words, ", ")
}

// different is how many of the tickets that were kept differ from live.
func (s *BacktestShown) different() int {
	n := 0
	for _, t := range s.Result.Tickets {
		if t.Differs {
			n++
		}
	}
	return n
}

// tickets are those that are listed, and how many there are to choose from.
func (p WorkflowBacktest) tickets() (listed []workflow.BacktestTicket, all int) {
	for _, t := range p.Shown.Result.Tickets {
		if p.Listed == DifferentOnly && !t.Differs {
			continue
		}
		all++
		if p.Listed == AllTickets || len(listed) < ticketsAtFirst {
			listed = append(listed, t)
		}
	}
	return listed, all
}

// outcomes says what became of the runs.
func (s *BacktestShown) outcomes() string {
	r := s.Result
	words := []string{plural(r.Runs, "run")}
	for _, more := range []struct {
		n    int
		word string
	}{{r.Failed, "failed"}, {r.Waiting, "still waiting at the end"}, {r.Tripped, "stopped by a limit"}} {
		if more.n > 0 {
			words = append(words, thousands(more.n)+" "+more.word)
		}
	}
	return strings.Join(words, ", ")
}

// outward is what a path sent beside the thread.
func outward(c workflow.BacktestCounts) string {
	var words []string
	for _, more := range []struct {
		n    int
		word string
	}{{c.Notices, "notice"}, {c.Emails, "email"}, {c.Posts, "post"}, {c.Calls, "call"}} {
		if more.n > 0 {
			words = append(words, plural(more.n, more.word))
		}
	}
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

// changesOf lists the fields that a path changed.
func changesOf(c workflow.BacktestCounts) string {
	var words []string
	for _, field := range []desk.Field{desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA, desk.FieldSnooze} {
		if n := c.Fields[field]; n > 0 {
			words = append(words, fieldName(field)+" "+thousands(n))
		}
	}
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

func countText(n int) string {
	if n == 0 {
		return "–"
	}
	return thousands(n)
}

// agreedText is "83% of 120".
func agreedText(agreed, compared int) string {
	if compared == 0 {
		return "–"
	}
	return percent(agreed, compared) + " of " + thousands(compared)
}

// setWords is what would have been set on a ticket.
func setWords(v workflow.ValueInTest) string { return titled(fieldName(v.Field)) + ": " + v.Set }
