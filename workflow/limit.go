package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// defaultRuns is how many runs a workflow that reaches people or programs outside may begin within a minute when it
// sets no limit. One that only changes tickets has none: it floods nobody.
const defaultRuns = 1_000

// keyLimit is a compiled KeyLimit.
type keyLimit struct {
	times  int
	within time.Duration
	text   string // of within, for people
	key    *template
	err    error
}

func compileKeyLimit(l *KeyLimit) *keyLimit {
	if l == nil {
		return nil
	}
	out := &keyLimit{times: l.Times, text: l.Within, key: compileTemplate(orDefault(l.Key, EventTicket))}
	d, ok := durationOf(l.Within)
	if !ok || l.Times < 1 {
		out.err = desk.Errorf(desk.Invalid, "The trigger's limit is not a number of times within a duration such as 1h.")
	}
	out.within = d
	return out
}

// runsPerMinute is the limit on new runs; 0: none.
func runsPerMinute(d Definition) int {
	if d.Limits.RunsPerMinute > 0 {
		return d.Limits.RunsPerMinute
	}
	outward := false
	eachStep(d.Steps, func(s *Step) {
		switch s.Type {
		case SendReply, Notify, Webhook:
			outward = true
		case GetTicket, UpdateTicket, If, Wait, AddNote, AssignInTurn, SetVariable, Stop:
		}
	})
	if outward {
		return defaultRuns
	}
	return 0
}

// admit asks the limits about a run that its trigger lets begin.
func (e *evaluation) admit() flow {
	if e.facts.Paused {
		return e.trip("The workflow is paused.")
	}
	if goOn := e.admitKey(); goOn != next {
		return goOn
	}
	limit := e.program.runsPerMinute
	if limit == 0 {
		return next
	}
	if e.facts.Started == nil {
		e.result.Need = &Need{Started: limit}
		return lacked
	}
	if *e.facts.Started >= limit {
		return e.trip(fmt.Sprintf("It has begun %d runs within a minute, which is its limit.", *e.facts.Started))
	}
	return next
}

func (e *evaluation) admitKey() flow {
	l := e.program.limit
	if l == nil {
		return next
	}
	v, err := any(nil), l.err
	if err == nil {
		v, err = l.key.resolve(&e.scope)
	}
	if err != nil {
		e.fail(err.Error())
		return ended
	}
	sum := sha256.Sum256([]byte(textOf(v)))
	key := hex.EncodeToString(sum[:16])
	uses, known := e.facts.Uses[key]
	if !known {
		e.result.Need = &Need{Limit: key, Within: l.within}
		return lacked
	}
	if uses >= l.times {
		e.result.Outcome = NotTriggered
		e.result.Why = fmt.Sprintf("The limit of the trigger was reached: %d of at most %d runs within %s for %s.", uses, l.times, l.text, shown(v))
		return ended
	}
	e.result.LimitKey = key
	return next
}

// trip ends the run before it did anything: the workflow is over a limit, and its event is kept.
func (e *evaluation) trip(why string) flow {
	e.result = Result{Outcome: Tripped, Why: why}
	return ended
}
