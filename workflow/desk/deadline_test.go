package desk

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func workdays() *Hours {
	return &Hours{
		Days:    []string{"monday", "tuesday", "wednesday", "thursday", "friday"},
		Windows: Windows{{"09:00", "17:00"}},
	}
}

func everyDay(zone string, windows ...[2]string) *Hours {
	return &Hours{Timezone: zone, Windows: windows}
}

func TestDeadlineOfTheTableInTheSpec(t *testing.T) {
	tokyo := workdays()
	tokyo.Timezone = "Asia/Tokyo"
	newYork := everyDay("America/New_York", [2]string{"09:00", "17:00"})

	for _, c := range []struct {
		name, now, amount, unit string
		hours                   *Hours
		want                    string
	}{
		{"inside a window", "2026-01-05T10:00:00Z", "3", "hour", workdays(), "2026-01-05T13:00:00Z"},
		{"before opening", "2026-01-05T06:00:00Z", "1", "hour", workdays(), "2026-01-05T10:00:00Z"},
		{"the closing instant is closed", "2026-01-05T17:00:00Z", "1", "hour", workdays(), "2026-01-06T10:00:00Z"},
		{"an exact fit lands on closing", "2026-01-05T09:00:00Z", "8", "hour", workdays(), "2026-01-05T17:00:00Z"},
		{"a day is as long as its windows", "2026-01-05T13:00:00Z", "2", "day", workdays(), "2026-01-07T13:00:00Z"},
		{"weekend", "2026-01-03T12:00:00Z", "2", "hour", workdays(), "2026-01-05T11:00:00Z"},
		{"over night", "2026-01-08T16:00:00Z", "4", "hour", workdays(), "2026-01-09T12:00:00Z"},
		{"another zone", "2026-01-05T08:00:00Z", "1", "hour", tokyo, "2026-01-06T01:00:00Z"},
		{"clocks change", "2026-03-08T01:00:00Z", "2", "hour", newYork, "2026-03-08T15:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Deadline(at(t, c.now), c.amount, c.unit, c.hours)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(at(t, c.want), got); diff != "" {
				t.Errorf("deadline (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	night := [2]string{"22:00", "06:00"}
	fridayNight := &Hours{Days: []string{"friday"}, Windows: Windows{night}}
	split := everyDay("", [2]string{"13:00", "17:00"}, [2]string{"08:00", "12:00"})
	holiday := workdays()
	holiday.Holidays = []string{"2026-01-06"}
	nightOff := everyDay("", night)
	nightOff.Holidays = []string{"2026-01-06"}
	anyTime := workdays()
	anyTime.Windows = nil

	for _, c := range []struct {
		name, now, amount, unit string
		hours                   *Hours
		want                    string
	}{
		{"the unit is hours by default", "2026-01-05T10:00:00Z", "3", "", nil, "2026-01-05T13:00:00Z"},
		{"minutes", "2026-01-05T10:00:00Z", "90", "minute", nil, "2026-01-05T11:30:00Z"},
		{"a calendar day has 24 hours", "2026-03-08T01:00:00Z", "1", "day", nil, "2026-03-09T01:00:00Z"},
		{"fractions are exact", "2026-01-05T10:00:00Z", "0.1", "hour", nil, "2026-01-05T10:06:00Z"},
		{"fractions that no float holds are exact", "2026-01-05T10:00:00Z", "1.1", "hour", nil, "2026-01-05T11:06:00Z"},
		{"a dot may come first", "2026-01-05T10:00:00Z", ".5", "hour", nil, "2026-01-05T10:30:00Z"},
		{"leading zeros are not octal", "2026-01-05T10:00:00Z", "010", "hour", nil, "2026-01-05T20:00:00Z"},
		{"the result is UTC", "2026-01-05T10:00:00+05:00", "1", "hour", nil, "2026-01-05T06:00:00Z"},
		{"exactly five years", "2026-01-05T10:00:00Z", "1826", "day", nil, "2031-01-05T10:00:00Z"},
		{"parts of a second stay", "2026-01-05T16:59:59.123456Z", "1", "minute", workdays(), "2026-01-06T09:00:59.123456Z"},
		{"fractions of a day of windows", "2026-01-05T09:00:00Z", "0.5", "day", workdays(), "2026-01-05T13:00:00Z"},
		{"a fraction in a window", "2026-01-05T16:30:00Z", "1.25", "hour", workdays(), "2026-01-06T09:45:00Z"},
		{"through the gap between windows", "2026-01-05T11:00:00Z", "2", "hour", split, "2026-01-05T14:00:00Z"},
		{"a day sums up its windows", "2026-01-05T11:00:00Z", "1", "day", split, "2026-01-06T11:00:00Z"},
		{"an exact fit lands on the first closing", "2026-01-05T08:00:00Z", "4", "hour", split, "2026-01-05T12:00:00Z"},
		{"holidays are closed", "2026-01-05T16:00:00Z", "2", "hour", holiday, "2026-01-07T10:00:00Z"},
		{"a night belongs to its opening day", "2026-01-10T01:00:00Z", "2", "hour", fridayNight, "2026-01-10T03:00:00Z"},
		{"the night before is another day's", "2026-01-09T01:00:00Z", "2", "hour", fridayNight, "2026-01-10T00:00:00Z"},
		{"a night ends on its closing", "2026-01-09T22:00:00Z", "1", "day", fridayNight, "2026-01-10T06:00:00Z"},
		{"a night runs into a holiday", "2026-01-05T23:00:00Z", "2", "hour", nightOff, "2026-01-06T01:00:00Z"},
		{"a holiday takes its night away", "2026-01-06T07:00:00Z", "1", "hour", nightOff, "2026-01-07T23:00:00Z"},
		{"any time on some days", "2026-01-09T20:00:00Z", "5", "hour", anyTime, "2026-01-12T01:00:00Z"},
		{"a day of any time has 24 hours", "2026-01-09T20:00:00Z", "1", "day", anyTime, "2026-01-12T20:00:00Z"},
		{"any time ends at midnight", "2026-01-09T20:00:00Z", "4", "hour", anyTime, "2026-01-10T00:00:00Z"},
		{"24:00 closes", "2026-01-05T23:00:00Z", "2", "hour", everyDay("", [2]string{"20:00", "24:00"}), "2026-01-06T21:00:00Z"},
		{"00:00 closes", "2026-01-05T23:00:00Z", "2", "hour", everyDay("", [2]string{"20:00", "00:00"}), "2026-01-06T21:00:00Z"},
		{
			"wall clock over the hour that is left out", "2026-03-08T05:00:00Z", "4", "hour", // 00:00 EST
			everyDay("America/New_York", [2]string{"00:00", "06:00"}), "2026-03-08T08:00:00Z", // 04:00 EDT
		},
		{
			"closing in the hour that is left out is the jump", "2026-03-08T06:00:00Z", "1.5", "hour", // 01:00 EST
			everyDay("America/New_York", [2]string{"01:00", "02:30"}), "2026-03-08T07:00:00Z", // 03:00 EDT
		},
		{
			"wall clock over the hour that comes twice", "2026-11-01T04:00:00Z", "4", "hour", // 00:00 EDT
			everyDay("America/New_York", [2]string{"00:00", "06:00"}), "2026-11-01T09:00:00Z", // 04:00 EST
		},
		{
			"never before now in the hour that comes twice", "2026-11-01T06:10:00Z", "10", "minute", // second 01:10
			everyDay("America/New_York", [2]string{"00:00", "06:00"}), "2026-11-01T06:20:00Z",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Deadline(at(t, c.now), c.amount, c.unit, c.hours)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(at(t, c.want).UTC(), got); diff != "" {
				t.Errorf("deadline (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClearRemovesTheDeadlineWhateverTheUnit(t *testing.T) {
	got, err := Deadline(at(t, "2026-01-05T10:00:00Z"), "clear", "fortnight", workdays())
	if err != nil || !got.IsZero() {
		t.Errorf("got %v, %v, want the zero time", got, err)
	}
}

func TestDeadlineRefusesAmountsByName(t *testing.T) {
	for _, amount := range []string{
		"", " ", " 4", "4 ", "abc", "-1", "+1", "0", "0.000", "1e309", "1e3", "inf", "Inf", "nan", "NaN", "0x10",
		"1_000", "1,5", "1.2.3", ".", "1/2", "٣", "CLEAR", "4h", "--1", "1\n",
	} {
		_, err := Deadline(at(t, "2026-01-05T10:00:00Z"), amount, "hour", nil)
		wantRefusal(t, err, "sla_amount", "Invalid SLA amount: "+amount+`. Must be a positive number or "clear".`)
	}
}

func TestDeadlineCutsAHostileAmountInItsRefusal(t *testing.T) {
	_, err := Deadline(at(t, "2026-01-05T10:00:00Z"), strings.Repeat("9", 100_000), "hour", nil)
	wantRefusal(t, err, "sla_amount", "Invalid SLA amount: "+strings.Repeat("9", 40)+`. Must be a positive number or "clear".`)
}

func TestDeadlineRefusesUnknownUnits(t *testing.T) {
	for _, hours := range []*Hours{nil, workdays()} {
		_, err := Deadline(at(t, "2026-01-05T10:00:00Z"), "1", "week", hours)
		wantRefusal(t, err, "sla_unit", `"week" is not a unit of an SLA. Use minute, hour or day.`)
	}
}

func TestDeadlineRefusesMoreThanFiveYears(t *testing.T) {
	mondays := &Hours{Days: []string{"monday"}, Windows: Windows{{"09:00", "10:00"}}}
	for _, c := range []struct {
		amount, unit string
		hours        *Hours
	}{
		{"1826.00001", "day", nil},
		{strings.Repeat("9", 60), "minute", nil},
		{"99999999999999", "day", workdays()},
		{"262", "hour", mondays},
		{"1305.5", "day", workdays()},
	} {
		_, err := Deadline(at(t, "2026-01-05T10:00:00Z"), c.amount, c.unit, c.hours)
		wantRefusal(t, err, "sla_amount", "The SLA deadline is more than 5 years away. Choose a smaller amount.")
	}
}

func wantRefusal(t *testing.T, err error, field, text string) {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Errorf("got %v, want the refusal %q", err, text)
		return
	}
	if refusal.Kind() != string(Invalid) || refusal.Field != field || refusal.Error() != text {
		t.Errorf("got %s refusal of %q: %s\nwant invalid refusal of %q: %s", refusal.Kind(), refusal.Field, refusal, field, text)
	}
}

func FuzzDeadline(f *testing.F) {
	for _, amount := range []string{"1", "0.1", "clear", "1e309", "..", "99999999999999999999"} {
		f.Add(amount, "hour", "09:00", "17:00", "America/New_York", int64(1_772_931_600))
	}
	f.Add("2", "day", "22:00", "06:00", "Africa/Casablanca", int64(0))
	f.Fuzz(func(t *testing.T, amount, unit, from, until, zone string, seconds int64) {
		now := time.Unix(seconds%(1<<36), 0)
		for _, hours := range []*Hours{nil, everyDay(zone, [2]string{from, until})} {
			due, err := Deadline(now, amount, unit, hours)
			switch {
			case err != nil:
				var refusal *Error
				if !errors.As(err, &refusal) || !due.IsZero() {
					t.Errorf("got %v, %v, want a refusal", due, err)
				}
			case amount == "clear":
			case due.Before(now), due.After(now.UTC().AddDate(5, 0, 0)), due.Location() != time.UTC:
				t.Errorf("got %v from %v", due, now)
			}
		}
	})
}

// TestWalkAgreesWithCountingMinutes compares Deadline with the definition: go through time minute by
// minute and count those whose wall clock is open.
func TestWalkAgreesWithCountingMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := drawHours(t)
		// The days around the changes of the clocks are drawn more often than others.
		days := rapid.SampledFrom([]string{"2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-01-02", "2026-02-27"})
		start, err := time.Parse(time.DateOnly, days.Draw(t, "start"))
		if err != nil {
			t.Fatal(err)
		}
		now := start.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "minute")) * time.Minute)
		amount := rapid.IntRange(1, 40*60).Draw(t, "amount")

		got, err := Deadline(now, strconv.Itoa(amount), "minute", hours)
		if err != nil {
			t.Fatal(err)
		}
		if want := countMinutes(t, hours, now, amount); !got.Equal(want) {
			t.Fatalf("%d minutes from %v: got %v, want %v", amount, now, got, want)
		}
	})
}
