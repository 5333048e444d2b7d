package store

import (
	"math"
	"testing"
)

func TestVeryManyNotesFitInOneCallAsTheirTeam(t *testing.T) {
	c := &caller{self: "4294967295", calls: make(chan struct{}, 1), notes: map[changed]bool{}}
	for i := range int64(mostNotes) {
		c.call(Note{TeamID: math.MaxInt64, TicketID: math.MaxInt64 - i, Number: math.MaxInt64, Public: true})
	}
	payload, more, err := c.next()
	if err != nil || more || len(payload) >= 8000 {
		t.Errorf("got %d bytes, more %t, %v, want all in less than 8,000", len(payload), more, err)
	}
	for i := range int64(3 * mostNotes) {
		c.call(Note{TeamID: 7, TicketID: i + 1, Number: i + 1})
	}
	payload, more, err = c.next()
	if want := `{"from":"4294967295","notes":[{"team":7}]}`; payload != want || more || err != nil {
		t.Errorf("got %s, more %t, %v, want %s", payload, more, err, want)
	}
}

func TestATicketIsToldOfOnceAndAsPublicWhenAnyOfItIs(t *testing.T) {
	for _, order := range [][]bool{{false, true}, {true, false}, {true, true}} {
		c := &caller{calls: make(chan struct{}, 1), notes: map[changed]bool{}}
		for _, public := range order {
			c.call(Note{TeamID: 7, TicketID: 1, Number: 1, Public: public})
		}
		payload, _, err := c.next()
		if want := `{"from":"","notes":[{"team":7,"ticket":1,"number":1,"public":true}]}`; payload != want || err != nil {
			t.Errorf("%v: got %s (%v), want %s", order, payload, err, want)
		}
	}
}
