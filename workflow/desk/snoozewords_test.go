package desk_test

import (
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

const snoozeLayout = "Mon 2006-01-02 15:04"

// A Monday afternoon in Stockholm.
func TestASnoozeIsReadFromWords(t *testing.T) {
	zone := zoneOf(t, "Europe/Stockholm")
	now := time.Date(2026, time.November, 23, 15, 20, 30, 0, zone)
	for words, want := range map[string]string{
		"tomorrow 9": "Tue 2026-11-24 09:00", "tomorrow": "Tue 2026-11-24 09:00", "Tomorrow at 5 PM": "Tue 2026-11-24 17:00",
		"tmr": "Tue 2026-11-24 09:00", "tomorrow morning": "Tue 2026-11-24 09:00", "tomorrow evening": "Tue 2026-11-24 18:00",
		"tomorrow evening at 7": "Tue 2026-11-24 19:00", "tomorrow 7 in the evening": "Tue 2026-11-24 19:00",
		"day after tomorrow": "Wed 2026-11-25 09:00", "the day after tomorrow, 8.15": "Wed 2026-11-25 08:15",
		"mon": "Mon 2026-11-30 09:00", "mon 16:00": "Mon 2026-11-23 16:00", "mon 9": "Mon 2026-11-30 09:00",
		"until monday": "Mon 2026-11-30 09:00", "fri 14:30": "Fri 2026-11-27 14:30", "on friday at 14:30": "Fri 2026-11-27 14:30",
		"this thu": "Thu 2026-11-26 09:00", "next fri": "Fri 2026-12-04 09:00", "next monday": "Mon 2026-11-30 09:00",
		"sun": "Sun 2026-11-29 09:00", "14:30 fri": "Fri 2026-11-27 14:30", "fri 27 nov": "Fri 2026-11-27 09:00",
		"in 3h": "Mon 2026-11-23 18:20", "3 hours": "Mon 2026-11-23 18:20", "2h 30m": "Mon 2026-11-23 17:50",
		"1.5 hours": "Mon 2026-11-23 16:50", "90min": "Mon 2026-11-23 16:50", "an hour": "Mon 2026-11-23 16:20",
		"half an hour": "Mon 2026-11-23 15:50", "2 days": "Wed 2026-11-25 15:20", "in 2 days at 9": "Wed 2026-11-25 09:00",
		"1 day and 2 hours": "Tue 2026-11-24 17:20", "a week": "Mon 2026-11-30 15:20", "3 months": "Tue 2027-02-23 15:20",
		"next week": "Mon 2026-11-30 09:00", "next month": "Tue 2026-12-01 09:00", "weekend": "Sat 2026-11-28 09:00",
		"tonight": "Mon 2026-11-23 20:00", "tonight at 9": "Mon 2026-11-23 21:00", "this afternoon 4": "Mon 2026-11-23 16:00",
		"end of day": "Mon 2026-11-23 17:00", "EOD": "Mon 2026-11-23 17:00", "end of week": "Fri 2026-11-27 17:00",
		"tomorrow eod": "Tue 2026-11-24 17:00", "later today": "Mon 2026-11-23 18:20", "midnight": "Tue 2026-11-24 00:00",
		"5pm": "Mon 2026-11-23 17:00", "9": "Tue 2026-11-24 09:00", "9am": "Tue 2026-11-24 09:00", "12am": "Tue 2026-11-24 00:00",
		"noon": "Tue 2026-11-24 12:00", "15:21": "Mon 2026-11-23 15:21", "15:20": "Tue 2026-11-24 15:20", "today 17:45": "Mon 2026-11-23 17:45",
		"2026-12-24": "Thu 2026-12-24 09:00", "2026-12-24 14:00": "Thu 2026-12-24 14:00", "2026-12-24T14:00": "Thu 2026-12-24 14:00",
		"24 dec": "Thu 2026-12-24 09:00", "dec 24 5pm": "Thu 2026-12-24 17:00", "24th of December 2027": "Fri 2027-12-24 09:00",
		"24.12.2026": "Thu 2026-12-24 09:00", "1 nov": "Mon 2027-11-01 09:00", "29 feb": "Tue 2028-02-29 09:00",
		"2026-11-24T08:00:00Z": "Tue 2026-11-24 09:00",
	} {
		s, err := desk.ParseSnooze(words, now, zone)
		if got := s.Until.In(zone).Format(snoozeLayout); err != nil || got != want || s.UntilReply {
			t.Errorf("%q: got %s (%v), want %s", words, got, err, want)
		}
	}
}

func TestASnoozeUntilTheCustomerRepliesIsReadFromWords(t *testing.T) {
	for _, words := range []string{"until they reply", "Until the customer replies", "they reply", "reply", "when she answers", "until a reply"} {
		s, err := desk.ParseSnooze(words, time.Now(), time.UTC)
		if err != nil || s != (desk.Snooze{UntilReply: true}) {
			t.Errorf("%q: got %+v (%v)", words, s, err)
		}
	}
}

func TestWordsThatAreNoTimeToComeAreRefusedWithASentence(t *testing.T) {
	now := time.Date(2026, time.November, 23, 21, 20, 30, 0, time.UTC)
	for words, want := range map[string]string{
		"": "is not a time", "soon": "is not a time", "tomorrow tomorrow": "is not a time", "9 10": "is not a time",
		"25:00": "is not a time", "13pm": "is not a time", "31 feb": "is not a time", "24/12": "is not a time",
		"sat 24 dec": "is not a time", "in 3h at 9": "is not a time", "1.5 days": "is not a time", "in 0h": "is not a time",
		"99999h": "is not a time", "inf h": "is not a time", "until": "is not a time", "until they reply tomorrow": "is not a time",
		strings.Repeat("a", 200): "is not a time", "next": "is not a time", "\x00": "is not a time", "-3h": "is not a time", "in -1 day": "is not a time",
		"tonight": "Mon 23 Nov 2026, 20:00 has passed", "today 9": "Mon 23 Nov 2026, 09:00 has passed",
		"2020-01-01": "Wed 1 Jan 2020, 09:00 has passed", "2026-11-23T20:00:00Z": "That time has passed",
		"90 months": "more than 5 years away", "2099-01-01": "more than 5 years away",
	} {
		s, err := desk.ParseSnooze(words, now, time.UTC)
		if !desk.IsKind(err, desk.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %+v, %v, want a refusal with %q", words, s, err, want)
		}
	}
}

func TestASnoozeInWordsKeepsTheClockOverSummerTime(t *testing.T) {
	zone := zoneOf(t, "Europe/Stockholm")
	for words, c := range map[string]struct{ now, want time.Time }{
		"2 days":         {time.Date(2026, 3, 28, 15, 0, 0, 0, zone), time.Date(2026, 3, 30, 13, 0, 0, 0, time.UTC)},
		"48h":            {time.Date(2026, 3, 28, 15, 0, 0, 0, zone), time.Date(2026, 3, 30, 14, 0, 0, 0, time.UTC)},
		"tomorrow 2:30":  {time.Date(2026, 3, 28, 15, 0, 0, 0, zone), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)},    // left out: the jump itself
		"tomorrow 02:30": {time.Date(2026, 10, 24, 15, 0, 0, 0, zone), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)}, // comes twice: the first
		"tomorrow":       {time.Date(2026, 10, 24, 15, 0, 0, 0, zone), time.Date(2026, 10, 25, 8, 0, 0, 0, time.UTC)},
		"today 23:00":    {time.Date(2026, 3, 29, 0, 30, 0, 0, zone), time.Date(2026, 3, 29, 21, 0, 0, 0, time.UTC)},
	} {
		s, err := desk.ParseSnooze(words, c.now, zone)
		if err != nil || !s.Until.Equal(c.want) {
			t.Errorf("%q: got %s (%v), want %s", words, s.Until, err, c.want)
		}
	}
}

func FuzzParseSnooze(f *testing.F) {
	for _, words := range []string{"tomorrow 9", "mon", "in 3h", "until they reply", "24 dec", "2026-12-24", "5pm", "2 days at 9", "..9:-", "31 dec 5 months"} {
		f.Add(words, int64(1_795_000_000))
	}
	zone := zoneOf(f, "America/New_York")
	f.Fuzz(func(t *testing.T, words string, unix int64) {
		now := time.Unix(unix%4_000_000_000, 0)
		s, err := desk.ParseSnooze(words, now, zone)
		switch {
		case err != nil:
			if !desk.IsKind(err, desk.Invalid) || s != (desk.Snooze{}) {
				t.Errorf("%q: got %+v, %v, want a refusal alone", words, s, err)
			}
		case s.UntilReply != s.Until.IsZero():
			t.Errorf("%q: got %+v, want a time or the reply", words, s)
		case !s.UntilReply && (!s.Until.After(now) || s.Until.After(now.AddDate(5, 0, 1))):
			t.Errorf("%q: got %s from %s, want a time to come", words, s.Until, now)
		}
	})
}
