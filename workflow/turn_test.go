package workflow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// crew are three members of a role, of whom the second is disabled and so not among the users.
func crew() Facts {
	f := testFacts()
	f.Directory = &Directory{
		Users: map[int64]desk.User{1: {ID: 1, Name: "Ann"}, 3: {ID: 3, Name: "Cy"}, 4: {ID: 4, Name: "Dot"}},
		Roles: map[int64]desk.Role{5: {ID: 5, Name: "Support", Members: []int64{1, 2, 3}}, 6: {ID: 6, Name: "Empty", Members: []int64{2}}},
	}
	return f
}

func inTurn(role, mode string) string {
	return `{"type":"assign_in_turn","role":{"role":"` + role + `"},"mode":"` + mode + `"}`
}

func TestTurnsGoRoundTheAvailableMembers(t *testing.T) {
	p, f := compile(t, file(inTurn("Support", "round_robin")+`,`+inTurn("Support", "round_robin")+`,`+inTurn("Support", "round_robin"))), crew()
	if r := p.Evaluate(f); r.Need == nil || r.Need.Role != 5 || r.Need.Open {
		t.Fatalf("need %+v, want the turns of the role", r.Need)
	}
	f.Roles = map[int64]RoleFacts{5: {LastTurn: map[int64]time.Time{1: testNow.Add(-time.Hour)}}}
	r := p.Evaluate(f)
	var got []int64
	for _, turn := range r.Turns {
		got = append(got, turn.UserID)
	}
	if !slices.Equal(got, []int64{3, 1, 3}) {
		t.Errorf("turns: got %v, %q, want who had none, then the other, and round again", got, r.Why)
	}
}

func TestLeastOpenCountsWhatTheRunItselfAssigned(t *testing.T) {
	f := crew()
	f.Roles = map[int64]RoleFacts{5: {Open: map[int64]int{1: 3, 2: 0, 3: 4}}}
	r := compile(t, file(inTurn("Support", "least_open")+`,`+inTurn("Support", "least_open")+`,`+inTurn("Support", "least_open"))).Evaluate(f)
	var got []int64
	for _, turn := range r.Turns {
		got = append(got, turn.UserID)
	}
	if !slices.Equal(got, []int64{1, 3, 1}) && !slices.Equal(got, []int64{1, 1, 3}) {
		t.Errorf("turns: got %v, want Ann with fewest first", got)
	}
	f.Roles[5] = RoleFacts{}
	if r := compile(t, file(inTurn("Support", "least_open"))).Evaluate(f); r.Need == nil || !r.Need.Open {
		t.Errorf("need %+v, want the counts", r.Need)
	}
}

func TestARoleWithoutAnybodyFailsTheStep(t *testing.T) {
	f := crew()
	f.Roles = map[int64]RoleFacts{6: {}}
	if r := compile(t, file(inTurn("Empty", ""))).Evaluate(f); r.Outcome != Failed || !strings.Contains(r.Why, "Nobody of the role") {
		t.Errorf("got %s, %q", r.Outcome, r.Why)
	}
}
