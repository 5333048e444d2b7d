package views

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestSLABadgeWordsTheStateAndTheTimeLeft(t *testing.T) {
	tests := []struct {
		left time.Duration
		want string
	}{
		{61 * time.Minute, "On track 1 h 1 min"},
		{time.Hour, "At risk 1 h"},
		{41*time.Minute + 59*time.Second, "At risk 41 min"},
		{30 * time.Second, "At risk under 1 min"},
		{0, "At risk under 1 min"},
		{-time.Second, "Breached under 1 min"},
		{-12 * time.Minute, "Breached 12 min"},
		{-26 * time.Hour, "Breached 1 d 2 h"},
		{72 * time.Hour, "On track 3 d"},
	}
	for _, test := range tests {
		if got := dueIn(test.left).text(); got != test.want {
			t.Errorf("%v left: %q, want %q", test.left, got, test.want)
		}
	}
	if got := (SLA{State: desk.SLAPaused, Left: time.Hour}).text(); got != "Paused" {
		t.Errorf("a paused clock reads %q, want Paused", got)
	}
}

func TestTimesAreAsShortAsTheyCanBe(t *testing.T) {
	tests := []struct {
		since      time.Duration
		ago, clock string
	}{
		{0, "now", "12:00"},
		{59 * time.Second, "now", "11:59"},
		{26 * time.Minute, "26 min", "11:34"},
		{90 * time.Minute, "1 h", "10:30"},
		{50 * time.Hour, "2 d", "3 Jan 10:00"},
		{24 * 10 * time.Hour, "10 d", "26 Dec 2025 12:00"},
	}
	for _, test := range tests {
		at := noon().Add(-test.since)
		if got := Ago(at, noon()).Text; got != test.ago {
			t.Errorf("Ago, %v before: %q, want %q", test.since, got, test.ago)
		}
		if got := Clock(at, noon(), time.UTC).Text; got != test.clock {
			t.Errorf("Clock, %v before: %q, want %q", test.since, got, test.clock)
		}
	}
}

func TestCountsAreWrittenWithCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}
