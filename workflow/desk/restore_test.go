package desk_test

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestARestoreLinkWorksOnceAndForItsTime(t *testing.T) {
	now := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name          string
		expires, used time.Time
		want          desk.RestoreStatus
	}{
		{"fresh", now.Add(time.Microsecond), time.Time{}, desk.Restored},
		{"at its end", now, time.Time{}, desk.RestoreExpired},
		{"used", now.Add(time.Hour), now.Add(-time.Minute), desk.RestoreUsed},
		{"used and over", now.Add(-time.Hour), now.Add(-2 * time.Hour), desk.RestoreUsed},
	} {
		if got := desk.CheckRestore(c.expires, c.used, now); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAnAddressIsNotFloodedWithRestoreLinks(t *testing.T) {
	for _, c := range []struct {
		hour, day int
		want      bool
	}{{0, 0, true}, {2, 9, true}, {3, 3, false}, {0, 10, false}} {
		if got := desk.MayMailRestore(c.hour, c.day); got != c.want {
			t.Errorf("%d in the last hour, %d in the last day: got %t, want %t", c.hour, c.day, got, c.want)
		}
	}
}
