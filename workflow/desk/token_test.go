package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestScopesAreKnownUniqueAndInOrder(t *testing.T) {
	for _, test := range []struct {
		given, want []Scope
	}{
		{[]Scope{WriteTickets, ReadTickets, WriteTickets}, []Scope{ReadTickets, WriteTickets}},
		{[]Scope{WriteTickets}, []Scope{WriteTickets}},
		{[]Scope{ReadTickets, "ticket:delete"}, nil},
		{[]Scope{""}, nil},
		{nil, nil},
	} {
		got, err := CleanScopes(test.given)
		if diff := cmp.Diff(test.want, got); diff != "" || IsKind(err, Invalid) != (test.want == nil) {
			t.Errorf("CleanScopes(%q): %v, -want +got:\n%s", test.given, err, diff)
		}
	}
}

func TestATokenMayDoWhatItsScopesSayAndNothingElse(t *testing.T) {
	reader := Token{ID: 3, Name: "Report", Scopes: []Scope{ReadTickets}}
	if !reader.Allows(ReadTickets) || reader.Allows(WriteTickets) {
		t.Error("a token that reads may read and not write")
	}
	writer := Token{Scopes: []Scope{WriteTickets}}
	if writer.Allows(ReadTickets) {
		t.Error("a token that writes may not read")
	}
	if got, want := reader.Actor(), (Actor{Kind: ByAPI, ID: 3, Name: "Report"}); got != want {
		t.Errorf("Actor() = %+v, want %+v", got, want)
	}
}

func TestAnOverlapHasAnEnd(t *testing.T) {
	for _, test := range []struct {
		overlap time.Duration
		ok      bool
	}{{0, true}, {time.Hour, true}, {MaxOverlap, true}, {MaxOverlap + 1, false}, {-1, false}} {
		if err := CheckOverlap(test.overlap); (err == nil) != test.ok {
			t.Errorf("CheckOverlap(%s) = %v, want allowed: %v", test.overlap, err, test.ok)
		}
	}
}
