package store

import (
	"math"
	"testing"
)

func TestVeryManyNotesFitInOneCallAsTheirTeam(t *testing.T) {
	c := &caller{self: "4294967295", calls: make(chan struct{}, 1), notes: map[changed]bool{}}
	for i := range int64(mostNotes) {
		c.call(Note{TeamID: math.MaxInt64, TicketID: math.MaxInt64 - i, Number: math.MaxInt64})
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
