package workflow

import (
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const (
	maxWait  = 5 * 366 * 24 * time.Hour
	lookEach = time.Minute // how often a condition about the time is looked at
)

// waitStep holds the run up.
type waitStep struct {
	source   *WaitStep
	duration *template
	until    *template
	timeout  *template
	when     *group
	ticket   ticketRef
	output   string
	timed    bool // time alone may make the condition hold
	held     []step
	timedOut []step
}

func compileWait(s *WaitStep) (runner, error) {
	w := waitStep{
		source: s, duration: compileTemplate(s.For), until: compileTemplate(s.Until), timeout: compileTemplate(s.Timeout),
		ticket: compileTicketRef(orDefault(s.TicketID, EventTicket)), output: orDefault(s.Output, defaultOutput),
	}
	if s.When == nil {
		return w, nil
	}
	w.when, w.timed = compileGroup(*s.When), aboutTime(*s.When)
	var err error
	if w.held, err = compileSteps(s.Held); err != nil {
		return nil, err
	}
	w.timedOut, err = compileSteps(s.TimedOut)
	return w, err
}

func (s waitStep) paths() [][]step { return [][]step{s.held, s.timedOut} }

// aboutTime reports whether a condition of the group compares with the moment of evaluation.
func aboutTime(g Group) bool {
	for _, c := range append(g.All[:len(g.All):len(g.All)], g.Any...) {
		if c.Group != nil && aboutTime(*c.Group) {
			return true
		}
		switch c.Op {
		case Before, After, WithinLast:
			return true
		case Equals, NotEquals, Contains, NotContains, Matches, NotMatches, Greater, AtLeast, Less, AtMost,
			IsSet, IsNotSet, HasAny, HasAll, HasNone:
		}
		if text, ok := c.Value.(string); c.Left == string(rootNow) || ok && strings.Contains(text, "{now") {
			return true
		}
	}
	return false
}

func (s waitStep) run(e *evaluation, t *StepTrace) flow {
	at := e.resumed
	e.resumed = nil
	if s.when != nil {
		return s.runCondition(e, t, at)
	}

	if at == nil {
		until, err := s.end(e, t)
		if err != nil {
			return failStep(t, err)
		}
		at = &Resumption{Position: Position{Since: e.facts.Now, Until: until}}
	} else {
		t.Inputs = at.inputs()
	}
	if at.Until.After(e.facts.Now) {
		t.Detail = fmt.Sprintf("Waits until %s.", timeText(at.Until))
		return e.pause(t, Position{Since: at.Since, Until: at.Until})
	}
	t.Detail = waited(at.Since, e.facts.Now)
	return next
}

func waited(since, now time.Time) string {
	if d := now.Sub(since).Round(time.Second); d > 0 {
		return fmt.Sprintf("Waited %s.", spanText(d))
	}
	return "There was nothing to wait for."
}

// spanText is a duration as people write it in a workflow, the two largest units of it: 5d, 1h 30m.
func spanText(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		length time.Duration
		letter string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := d / unit.length; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d%s", n, unit.letter))
			d %= unit.length
		}
	}
	if len(parts) == 0 {
		return "0s"
	}
	return strings.Join(parts, " ")
}

// end is when the wait is over.
func (s waitStep) end(e *evaluation, t *StepTrace) (time.Time, error) {
	if s.source.Window != nil {
		t.Inputs = append(t.Inputs, Named{Name: "window", Value: s.source.Window})
		return s.source.Window.Opens(e.facts.Now, e.facts.Directory.Team.Timezone)
	}
	if s.source.For != "" {
		return e.after(t, "for", s.duration)
	}
	text, err := e.input(t, "until", s.until)
	if err != nil {
		return time.Time{}, err
	}
	at, ok := instantOf(text)
	if !ok {
		return time.Time{}, desk.FieldErrorf("until", "%.60q is not a time to wait for. Use one like 2026-01-31T09:00:00Z.", text)
	}
	if at.Sub(e.facts.Now) > maxWait {
		return time.Time{}, desk.FieldErrorf("until", "%s is more than 5 years away. Choose an earlier time.", timeText(at))
	}
	return at, nil
}

// after resolves a duration and returns when it has passed.
func (e *evaluation) after(t *StepTrace, name string, value *template) (time.Time, error) {
	text, err := e.input(t, name, value)
	if err != nil {
		return time.Time{}, err
	}
	d, ok := durationOf(text)
	if !ok || d > maxWait {
		return time.Time{}, desk.FieldErrorf(name, "%.60q is not a time to wait. Use one like 90m, 12h or 2d, of 5 years at most.", text)
	}
	return e.facts.Now.Add(d), nil
}

// runCondition reads the ticket anew, looks at the condition, and waits on while it does not hold.
func (s waitStep) runCondition(e *evaluation, t *StepTrace, at *Resumption) flow {
	own, goOn, err := s.refresh(e, t)
	if goOn != next || err != nil {
		return failedOr(t, goOn, err)
	}
	var tried BranchTrace
	tried.Matched = s.when.match(&e.scope, &tried.Tested)
	t.Branches = append(t.Branches, tried)

	now := e.facts.Now
	p := Position{Since: now, Watch: true}
	if at != nil {
		p.Since, p.Until = at.Since, at.Until
	} else if s.source.Timeout != "" {
		if p.Until, err = e.after(t, "timeout", s.timeout); err != nil {
			return failStep(t, err)
		}
	}
	switch {
	case tried.Matched:
		t.Detail = "The condition held. " + waited(p.Since, now)
		return e.enter(t, 0, s.held)
	case !p.Until.IsZero() && !p.Until.After(now):
		t.Detail = fmt.Sprintf("Timed out: the condition did not hold within %s.", spanText(now.Sub(p.Since)))
		return e.enter(t, Else, s.timedOut)
	}
	t.Detail = "Waits until the condition holds."
	if !p.Until.IsZero() {
		t.Detail = fmt.Sprintf("Waits until the condition holds, until %s at the latest.", timeText(p.Until))
	}
	p.Other = !own && !s.timed
	if s.timed || p.Other {
		p.Look = now.Add(lookEach)
	}
	return e.pause(t, p)
}

// refresh puts the ticket, as it is now, into its variable, and reports whether it is the run's own. A run without a
// ticket has none to read.
func (s waitStep) refresh(e *evaluation, t *StepTrace) (own bool, goOn flow, err error) {
	if strings.TrimSpace(s.source.TicketID) == "" && walk(e.facts.Event.Properties, []string{"ticket_id"}) == nil {
		return true, next, nil
	}
	facts, goOn, err := s.ticket.load(e, t)
	if goOn != next || err != nil {
		return false, goOn, err
	}
	own = textOf(walk(e.facts.Event.Properties, []string{"ticket_id"})) == facts.Ticket.PublicID.String()
	return own, next, e.setVariable(s.output, ticketValue(facts, e.facts.Directory, e.facts.URL))
}

func failedOr(t *StepTrace, goOn flow, err error) flow {
	if err != nil {
		return failStep(t, err)
	}
	return goOn
}

func orDefault(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}
