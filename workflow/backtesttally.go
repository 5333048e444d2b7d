package workflow

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// Bounds of what a backtest notes.
const (
	maxTallied = 100_000 // tickets
	maxTrips   = 20
	longestWhy = 200 // characters
)

// tally is what the watched workflow did in a sandbox.
type tally struct {
	directory *Directory
	branches  []BacktestBranch // as people read them
	exits     map[Exit]int     // where each stands among them
	paths     map[string]int   // on which of them each step lies
	calls     map[string]*BacktestCall
	failures  map[string]*BacktestFailure
	failed    []string // steps in the order in which they first failed
	tickets   map[desk.ID]*tallied
	beyond    int // changes of tickets that there was no room for

	runs, passedOver, failedRuns, tripped int
	trips                                 []BacktestTrip
}

// tallied is what the workflow did about one ticket.
type tallied struct {
	number  int64
	changed bool
	values  [len(comparedFields)]setValue
	counts  [5]int32 // replies, notes, notices, messages outside, calls
}

// setValue is the last value that was set: as text, "" for none.
type setValue struct {
	value string
	set   bool
	path  int16 // where it was set, among the branches
}

// comparedFields are the fields of which a backtest asks what became of them.
var comparedFields = [...]desk.Field{desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA}

func newTally(d Definition, directory *Directory) *tally {
	t := &tally{
		directory: directory, exits: map[Exit]int{}, paths: map[string]int{},
		calls: map[string]*BacktestCall{}, failures: map[string]*BacktestFailure{}, tickets: map[desk.ID]*tallied{},
	}
	t.survey(d.Steps, Exit{})
	EachStep(d, func(s *Step) {
		if s.Webhook != nil {
			t.calls[s.ID] = &BacktestCall{StepID: s.ID, Method: callStep{source: s.Webhook}.method(), URL: s.Webhook.URL}
		}
	})
	return t
}

func (t *tally) survey(steps []Step, on Exit) {
	path := len(t.branches)
	t.exits[on] = path
	t.branches = append(t.branches, BacktestBranch{Exit: on, BacktestCounts: BacktestCounts{Fields: make(map[desk.Field]int)}})
	for i := range steps {
		t.paths[steps[i].ID] = path
		for _, exit := range steps[i].Exits() {
			t.survey(steps[i].Path(exit), Exit{StepID: steps[i].ID, Branch: exit})
		}
	}
}

// begun counts how an event was answered first.
func (t *tally) begun(r *Result) {
	switch r.Outcome {
	case NotTriggered:
		t.passedOver++
	case Completed, Failed, Waiting, Cancelled:
		t.runs++
		t.branches[0].Runs++
	case Tripped:
	}
}

// add counts what a run did since it began, or since its last wait.
func (t *tally) add(event *Event, r *Result, at time.Time) {
	switch r.Outcome {
	case NotTriggered:
		return
	case Failed:
		t.failedRuns++
	case Tripped:
		t.tripped++
		if len(t.trips) < maxTrips {
			t.trips = append(t.trips, BacktestTrip{At: at, Why: r.Why})
		}
	case Completed, Waiting, Cancelled:
	}
	number := ticketNumber(event)
	t.follow(r, number)
	for i := range r.Effects {
		t.effect(&r.Effects[i])
	}
	if len(r.Notices)+len(r.Jobs) > 0 {
		t.orders(event, r, number)
	}
}

func ticketNumber(event *Event) int64 {
	n, _ := strconv.ParseInt(textOf(event.Properties["ticket_number"]), 10, 64)
	return n
}

// follow counts the paths that the run took, and the steps that failed.
func (t *tally) follow(r *Result, number int64) {
	for i := range r.Steps {
		step := &r.Steps[i]
		if step.Exit != nil {
			if path, known := t.exits[Exit{StepID: step.StepID, Branch: *step.Exit}]; known {
				t.branches[path].Runs++
			}
		}
		if step.Outcome == StepFailed {
			t.failure(step.StepID, step.Detail, number)
		}
	}
	if n := len(r.Steps); r.Outcome == Failed && (n == 0 || r.Steps[n-1].Outcome != StepFailed) {
		t.failure("", r.Why, number)
	}
}

func (t *tally) failure(step, why string, number int64) {
	f := t.failures[step]
	if f == nil {
		f = &BacktestFailure{StepID: step, Why: desk.Cut(why, longestWhy), Ticket: number}
		t.failures[step] = f
		t.failed = append(t.failed, step)
	}
	f.Times++
}

func (t *tally) effect(e *Effect) {
	path := t.paths[e.StepID]
	counts := &t.branches[path].BacktestCounts
	ticket := t.ticket(e.Ticket.PublicID, e.Ticket.Number)
	ticket.changed = true
	for i := range e.Outcome.Changes {
		r := &e.Outcome.Changes[i]
		switch r.Field {
		case desk.FieldMessage:
			counts.Replies++
			ticket.counts[0]++
		case desk.FieldNote:
			counts.Notes++
			ticket.counts[1]++
		case desk.FieldTicket, desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
			desk.FieldSLA, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
			counts.Fields[r.Field]++
			ticket.put(r, path)
		}
	}
}

// orders counts what the run sent out beside the thread.
func (t *tally) orders(event *Event, r *Result, number int64) {
	id, _ := ticketOf(event)
	ticket := t.ticket(id, number)
	for i := range r.Notices {
		t.branches[t.paths[r.Notices[i].StepID]].Notices++
		ticket.counts[2]++
	}
	for i := range r.Jobs {
		counts := &t.branches[t.paths[r.Jobs[i].StepID]].BacktestCounts
		switch r.Jobs[i].Kind {
		case job.KindEmail:
			counts.Emails++
			ticket.counts[3]++
		case job.KindChannel:
			counts.Posts++
			ticket.counts[3]++
		case job.KindWebhook:
			counts.Calls++
			ticket.counts[4]++
			if call := t.calls[r.Jobs[i].StepID]; call != nil {
				call.Times++
			}
		case job.KindReply, job.KindRestore, job.KindConfirm: // no workflow orders them
		}
	}
}

// ticket is where things about a ticket are noted; beyond the bound, nowhere.
func (t *tally) ticket(id desk.ID, number int64) *tallied {
	ticket := t.tickets[id]
	switch {
	case ticket != nil:
	case len(t.tickets) >= maxTallied:
		t.beyond++
		return &tallied{}
	default:
		ticket = &tallied{number: number}
		t.tickets[id] = ticket
	}
	return ticket
}

func (t *tallied) put(r *desk.Record, path int) {
	for i, field := range comparedFields {
		if field == r.Field {
			t.values[i] = setValue{set: true, value: setText(r), path: int16(path)}
		}
	}
}

// setText is what was set, as text that agrees can compare.
func setText(r *desk.Record) string {
	switch after := r.After.(type) {
	case desk.Status:
		return string(after)
	case string:
		return after
	case desk.Assignee:
		return assigneeKey(after)
	case time.Time:
		return after.Format(time.RFC3339Nano)
	case []string:
		before, _ := r.Before.([]string)
		return tagsText(before, after)
	}
	return ""
}

func assigneeKey(a desk.Assignee) string {
	if a.Kind == desk.Nobody {
		return ""
	}
	return string(a.Kind) + ":" + strconv.FormatInt(a.ID, 10)
}

// tagsText says which tags came and went: "+vip −new".
func tagsText(before, after []string) string {
	var words []string
	for _, tag := range after {
		if !slices.Contains(before, tag) {
			words = append(words, "+"+tag)
		}
	}
	for _, tag := range before {
		if !slices.Contains(after, tag) {
			words = append(words, "−"+tag)
		}
	}
	return strings.Join(words, ", ")
}
