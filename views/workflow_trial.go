package views

import (
	"maps"
	"slices"
	"strings"
	"time"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// WorkflowTest is GET /workflows/<id>/test.
type WorkflowTest struct {
	Shell     AppShell
	ID        desk.ID
	Draft     workflow.Definition
	Version   int // that is live, 0 before the first
	Directory *workflow.Directory
	Form      TestForm
	Events    []TestEvent
	Of        int64  // the ticket whose events they are; 0: of all
	Trial     *Trial // nil: nothing is chosen yet
}

// TestForm is what a made-up event is typed into.
type TestForm struct {
	Event      string // the id of a recorded event, "" for one that is made up
	Name       desk.EventName
	Ticket     string
	Properties string
	Others     bool
	Problem    string
}

// TestEvent is a recorded event to choose.
type TestEvent struct {
	ID      desk.ID
	Name    desk.EventName
	Ticket  int64 // 0: it has none
	Subject string
	At      time.Time
	Current bool
}

// Trial is what a draft would do about an event.
type Trial struct {
	Event    workflow.Event
	Ticket   int64
	Before   map[string]any // outputs of Get ticket
	Others   []TrialRun
	Draft    TrialRun
	Live     *TrialRun // nil: no version is published
	CaseHref string
}

// TrialRun is what one version would do.
type TrialRun struct {
	Name    string
	Version int // 0 for a draft
	Result  workflow.Result
	Changes map[string]any // as in spec/7
	Outward []workflow.Outward
}

// trialField is a field that the draft or the live version would change.
type trialField struct {
	Name, Before, Draft, Live string
	Differs                   bool
}

func (t *Trial) fields() []trialField {
	all := maps.Clone(t.Draft.Changes)
	if t.Live != nil {
		maps.Copy(all, t.Live.Changes)
	}
	var out []trialField
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := trialField{Name: name, Before: changeWords(name, t.Before[name]), Draft: changedTo(name, t.Draft.Changes)}
		if t.Live != nil {
			f.Live = changedTo(name, t.Live.Changes)
			f.Differs = f.Live != f.Draft
		}
		out = append(out, f)
	}
	return out
}

// sameOutward reports whether both versions would send out the same.
func (t *Trial) sameOutward() bool {
	plain := func(run *TrialRun) (out []string) {
		for _, o := range run.Outward {
			out = append(out, string(o.Kind)+o.To+"\n"+o.Text)
		}
		return out
	}
	return t.Live == nil || slices.Equal(plain(&t.Draft), plain(t.Live))
}

func changedTo(name string, changes map[string]any) string {
	v, ok := changes[name]
	if !ok {
		return "unchanged"
	}
	return changeWords(name, v)
}

// changeWords words a value of a field as Get ticket and changes write it.
func changeWords(name string, v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case map[string]any:
		text, _ := v["name"].(string)
		return text
	case []string:
		return orNone(strings.Join(v, ", "))
	case []any:
		return orNone(ValueText(v))
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return momentText(at)
		}
		if name == "status" || name == "priority" {
			return titled(v)
		}
		return v
	}
	return shownValue(v)
}

// momentText is a time on the virtual clock, which no script rewords.
func momentText(at time.Time) string { return at.UTC().Format("2 Jan 2006 15:04:05") + " UTC" }

// afterText is how far the virtual clock has gone.
func afterText(from, at time.Time) string { return "+" + span(at.Sub(from)) }

func outwardWords(o workflow.Outward) string {
	switch o.Kind {
	case workflow.OutReply:
		return "would send a reply on " + o.To
	case workflow.OutNote:
		return "would add a private note to " + o.To
	case workflow.OutNotice:
		return "would notify " + o.To
	case workflow.OutEmail:
		return "would send an email to " + o.To
	case workflow.OutChannel:
		return "would post to the channel at " + o.To
	case workflow.OutCall:
		return "would call " + o.To
	}
	return "would reach " + o.To
}

func outwardIcon(k workflow.OutwardKind) string {
	switch k {
	case workflow.OutReply:
		return "reply"
	case workflow.OutNote:
		return "sticky-note"
	case workflow.OutNotice:
		return "bell"
	case workflow.OutEmail:
		return "mail"
	case workflow.OutChannel:
		return "hash"
	case workflow.OutCall:
		return "external-link"
	}
	return "send"
}

// trialDrawing is the flow of a draft with what became of each of its cards.
type trialDrawing struct {
	page  WorkflowPage
	run   *TrialRun
	start time.Time
	steps map[string]*workflow.StepTrace
}

func (p *WorkflowTest) drawing() trialDrawing {
	d := trialDrawing{
		page: WorkflowPage{ID: p.ID, Draft: p.Draft, Directory: p.Directory}, run: &p.Trial.Draft,
		start: p.Trial.Event.At, steps: map[string]*workflow.StepTrace{},
	}
	for i := range d.run.Result.Steps {
		d.steps[d.run.Result.Steps[i].StepID] = &d.run.Result.Steps[i]
	}
	return d
}

// trialMark is what is said on a card or a path.
type trialMark struct {
	Badge ui.Badge
	After string // how far the clock had gone, "" at the start
	Lines []string
	Off   bool // it was not reached
}

func (d trialDrawing) trigger() trialMark {
	m := trialMark{Badge: ui.Badge{Text: "Starts", Icon: "check", Tone: ui.Good}}
	if r := &d.run.Result; r.Outcome == workflow.NotTriggered || r.Outcome == workflow.Tripped && len(r.Steps) == 0 {
		m = trialMark{Badge: ui.Badge{Text: "Does not start", Icon: "circle-slash", Tone: ui.Warn}}
	}
	for _, tried := range d.run.Result.Tested {
		m.Lines = append(m.Lines, testedLines(tried)...)
	}
	return m
}

func (d trialDrawing) card(step string) trialMark {
	s, ok := d.steps[step]
	if !ok {
		return trialMark{Badge: ui.Badge{Text: "Not reached", Icon: "minus"}, Off: true}
	}
	m := trialMark{Badge: stepBadge(s.Outcome)}
	if s.At.After(d.start) {
		m.After = afterText(d.start, s.At)
	}
	switch {
	case s.Outcome == workflow.StepFailed, s.Type == workflow.Wait:
		m.Lines = append(m.Lines, s.Detail)
	case changesTicket(s.Type):
		for _, out := range s.Outputs {
			m.Lines = append(m.Lines, out.Name+": "+changeWords(out.Name, out.Before)+" → "+changeWords(out.Name, out.Value))
		}
	}
	for _, o := range d.run.Outward {
		if o.StepID == step {
			m.Lines = append(m.Lines, outwardWords(o))
		}
	}
	return m
}

// branch says whether a path was taken, and what was compared for it.
func (d trialDrawing) branch(b *flowBranch) trialMark {
	s, ok := d.steps[b.Step]
	if !ok || s.Exit == nil {
		return trialMark{Off: true}
	}
	m := trialMark{Badge: ui.Badge{Text: "Not taken", Icon: "x"}, Off: true}
	if *s.Exit == b.Exit {
		m = trialMark{Badge: ui.Badge{Text: "Taken", Icon: "check", Tone: ui.Good}}
	}
	if b.Exit >= 0 && b.Exit < len(s.Branches) {
		m.Lines = testedLines(s.Branches[b.Exit])
	}
	return m
}

func testedLines(b workflow.BranchTrace) []string {
	var lines []string
	for _, c := range b.Tested {
		mark := "✗ "
		if c.Matched {
			mark = "✓ "
		}
		lines = append(lines, mark+leftWord(c.Left)+" was "+shownValue(c.Actual))
	}
	return lines
}

func changesTicket(t workflow.StepType) bool {
	return t == workflow.UpdateTicket || t == workflow.AssignInTurn
}
