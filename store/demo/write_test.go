package demo

import (
	"reflect"
	"testing"
	"time"
)

func TestTheSameStartGivesTheSameStory(t *testing.T) {
	now := time.Date(2026, time.March, 18, 14, 30, 0, 0, time.UTC)
	var cast []member
	for i, c := range colleagues() {
		cast = append(cast, member{c, int64(i + 1)})
	}
	first, err := write(now, cast)
	if err != nil {
		t.Fatal(err)
	}
	second, err := write(now, cast)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, second) {
		t.Error("two stories from the same start differ")
	}

	for i := range first {
		if first[i].at.After(now) {
			t.Fatalf("act %d happens at %s, after now", i, first[i].at)
		}
		if i > 0 && first[i].at.Before(first[i-1].at) {
			t.Fatalf("act %d happens before the act before it", i)
		}
	}
}
