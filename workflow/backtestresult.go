package workflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const (
	maxListed     = 1_000 // tickets
	maxAgreements = 200
	nearly        = time.Minute // deadlines that are no further apart count as the same
)

// BacktestResult says what a draft would have done. Its JSON form is what the store keeps.
type BacktestResult struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Events int       `json:"events"`

	Runs    int `json:"runs"`    // that began
	Passed  int `json:"passed"`  // events that its triggers or its limit kept from starting it
	Failed  int `json:"failed"`  // runs
	Waiting int `json:"waiting"` // runs that were still waiting at the end
	Tripped int `json:"tripped"` // runs that a limit of the workflow stopped: live, it would have been paused
	Touched int `json:"touched"` // tickets that it would have changed or written on

	Total      BacktestCounts    `json:"total"`
	Branches   []BacktestBranch  `json:"branches"` // as people read them, the main path first
	Agreed     int               `json:"agreed"`   // values that the tickets have now, of those Compared
	Compared   int               `json:"compared"`
	Agreements []Agreement       `json:"agreements,omitempty"`
	Live       int               `json:"live,omitempty"`    // the version that is live, 0: none
	Differs    int               `json:"differs"`           // tickets about which the live version would have done otherwise
	Tickets    []BacktestTicket  `json:"tickets,omitempty"` // up to 1,000, those that deserve a look first
	Calls      []BacktestCall    `json:"calls,omitempty"`
	Failures   []BacktestFailure `json:"failures,omitempty"`
	Trips      []BacktestTrip    `json:"trips,omitempty"`
	Notes      []string          `json:"notes,omitempty"` // sentences about what was not exact
}

// Exit is a path behind a step, as in Step.Exits; the zero Exit is the main path.
type Exit struct {
	StepID string `json:"step,omitempty"`
	Branch int    `json:"branch"`
}

// BacktestCounts is what would have been done.
type BacktestCounts struct {
	Fields  map[desk.Field]int `json:"fields,omitempty"` // changes
	Replies int                `json:"replies"`
	Notes   int                `json:"notes"`
	Notices int                `json:"notices"` // in the app
	Emails  int                `json:"emails"`
	Posts   int                `json:"posts"` // to channels
	Calls   int                `json:"calls"` // each answered with an empty body
}

// Changes is how many fields were changed.
func (c *BacktestCounts) Changes() int {
	all := 0
	for _, n := range c.Fields {
		all += n
	}
	return all
}

func (c *BacktestCounts) add(other *BacktestCounts) {
	for field, n := range other.Fields {
		c.Fields[field] += n
	}
	c.Replies += other.Replies
	c.Notes += other.Notes
	c.Notices += other.Notices
	c.Emails += other.Emails
	c.Posts += other.Posts
	c.Calls += other.Calls
}

// BacktestBranch is what the steps right on one path did.
type BacktestBranch struct {
	Exit
	Runs int `json:"runs"` // that took the path
	BacktestCounts
	Agreed   int `json:"agreed"`
	Compared int `json:"compared"`
}

// Agreement compares a value that was last set on tickets with what the tickets have now.
type Agreement struct {
	Exit
	Field   desk.Field `json:"field"`
	Value   string     `json:"value"` // as people read it; "" where each ticket has its own
	Tickets int        `json:"tickets"`
	Agreed  int        `json:"agreed"`
}

// BacktestTicket is a ticket to open.
type BacktestTicket struct {
	Number  int64         `json:"number"`
	Values  []ValueInTest `json:"values,omitempty"`
	Replies int           `json:"replies,omitempty"`
	Differs bool          `json:"differs,omitempty"` // from what the live version would have done
}

// ValueInTest is a value that would have been set, and what the ticket has now.
type ValueInTest struct {
	Field  desk.Field `json:"field"`
	Set    string     `json:"set"`
	Ended  string     `json:"ended"`
	Agrees bool       `json:"agrees"`
}

// BacktestCall is an address that would have been called.
type BacktestCall struct {
	StepID string `json:"step"`
	Method string `json:"method"`
	URL    string `json:"url"` // as the step has it, with its templates
	Times  int    `json:"times"`
}

// BacktestFailure is a step that failed, or with no step the run as a whole.
type BacktestFailure struct {
	StepID string `json:"step,omitempty"`
	Why    string `json:"why"` // of the first time
	Ticket int64  `json:"ticket,omitempty"`
	Times  int    `json:"times"`
}

// BacktestTrip is a moment at which the workflow went over a limit.
type BacktestTrip struct {
	At  time.Time `json:"at"`
	Why string    `json:"why"`
}

// Result lets the time pass until the end of the plan and says what the draft did.
func (b *Backtest) Result(ctx context.Context) (BacktestResult, error) {
	err := b.each(func(s *sandbox) error { return s.pass(ctx, b.plan.To) })
	if err != nil {
		return BacktestResult{}, err
	}
	s := b.sandboxes[0]
	r := s.tally.summary()
	r.From, r.To, r.Events = b.plan.From, b.plan.To, b.events
	r.Waiting = s.waits.of(b.plan.Draft)
	r.Notes = b.notes(s)
	report := report{tally: s.tally, result: &r, agreements: map[agreementKey]*Agreement{}}
	if len(b.sandboxes) > 1 {
		report.live = b.sandboxes[1].tally
		r.Live = versionOf(b.plan.Live, b.plan.Draft)
	}
	if err := report.compare(ctx, b.plan.Archive); err != nil {
		return BacktestResult{}, err
	}
	return r, nil
}

func versionOf(workflows []Workflow, id int64) int {
	for i := range workflows {
		if workflows[i].ID == id {
			return workflows[i].Version
		}
	}
	return 0
}

// notes says where the bounds of a backtest made it less than exact.
func (b *Backtest) notes(s *sandbox) []string {
	var notes []string
	note := func(is bool, format string, args ...any) {
		if is {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	note(b.forgotten > 0, "%d tickets were idle for long and were then taken up again as they really were: no more than %d are kept in mind.", b.forgotten, maxHeld)
	note(s.tally.beyond > 0, "%d changes are of tickets beyond the first %d: they are counted, and not compared.", s.tally.beyond, maxTallied)
	note(s.waits.dropped > 0, "%d runs did not wait: no more than %d can wait at once here.", s.waits.dropped, maxWaiting)
	note(s.waits.coarse, "Some conditions about the time were looked at once an hour only.")
	note(s.tally.tripped > len(s.tally.trips), "Only the first %d of %d trips are listed.", len(s.tally.trips), s.tally.tripped)
	return notes
}

// summary is what needs no comparing.
func (t *tally) summary() BacktestResult {
	r := BacktestResult{
		Runs: t.runs, Passed: t.passedOver, Failed: t.failedRuns, Tripped: t.tripped, Trips: t.trips,
		Total: BacktestCounts{Fields: make(map[desk.Field]int)},
	}
	r.Branches = t.branches
	for i := range t.branches {
		r.Total.add(&t.branches[i].BacktestCounts)
	}
	for _, ticket := range t.tickets {
		if ticket.changed {
			r.Touched++
		}
	}
	for _, call := range t.calls {
		if call.Times > 0 {
			r.Calls = append(r.Calls, *call)
		}
	}
	slices.SortFunc(r.Calls, func(a, b BacktestCall) int { return strings.Compare(a.StepID, b.StepID) })
	for _, step := range t.failed {
		r.Failures = append(r.Failures, *t.failures[step])
	}
	slices.SortStableFunc(r.Failures, func(a, b BacktestFailure) int { return cmp.Compare(b.Times, a.Times) })
	return r
}
