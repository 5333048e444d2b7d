package store_test

import (
	"strconv"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestWordsReachTheOtherProcessesAloneAndWakeNobody(t *testing.T) {
	c := storetest.Postgres(t)
	here, there := make(chan string, 1_000), make(chan string, 1_000)
	c.Heard = func(words string) { here <- words }
	sender := storetest.Open(t, c)
	c.Heard = func(words string) { there <- words }
	other := storetest.Open(t, c)
	receive(t, other.Wakes()) // it listens

	const many = 200 // together more than one message holds
	for i := range many {
		sender.Tell(strconv.Itoa(i) + strings.Repeat("\"", 40))
	}
	for i := range many {
		if got := receive(t, there); !strings.HasPrefix(got, strconv.Itoa(i)+"\"") {
			t.Fatalf("heard %q, want the words of %d", got, i)
		}
	}
	if len(here) != 0 {
		t.Errorf("heard %d of its own words, want none", len(here))
	}
	select {
	case <-other.Wakes():
		t.Error("words woke the engine")
	default:
	}
}

func TestOnSQLiteThereIsNobodyToTell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { s.Tell("anybody there?") })
}
