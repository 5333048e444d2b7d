package desk

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawHours(t *rapid.T) *Hours {
	week := []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	zones := []string{"", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"}
	times := [][]string{
		nil,
		{"09:00", "17:00"},
		{"22:00", "06:00"},
		{"00:00", "03:00"},
		{"01:30", "02:30"},
		{"00:00", "24:00"},
		{"08:00", "12:00", "13:00", "17:45"},
		{"23:00", "02:15", "02:15", "04:00"},
	}
	h := &Hours{
		Days:     rapid.SliceOfNDistinct(rapid.SampledFrom(week), 1, 7, rapid.ID).Draw(t, "days"),
		Timezone: rapid.SampledFrom(zones).Draw(t, "zone"),
		Holidays: rapid.SliceOfN(rapid.SampledFrom([]string{"2026-03-08", "2026-01-05"}), 0, 2).Draw(t, "holidays"),
	}
	for pair := range slices.Chunk(rapid.SampledFrom(times).Draw(t, "times"), 2) {
		h.Windows = append(h.Windows, [2]string(pair))
	}
	return h
}

// countMinutes walks wall-clock minutes, then finds the moment at which the wall clock gets there.
func countMinutes(t *rapid.T, h *Hours, now time.Time, amount int) time.Time {
	zone, err := time.LoadLocation(h.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	local := now.In(zone)
	wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
	for ; amount > 0; wall = wall.Add(time.Minute) {
		if isOpen(h, wall) {
			amount--
		}
	}

	for moment := now; ; moment = moment.Add(time.Minute) {
		local := moment.In(zone)
		if reads := local.Format("2006-01-02 15:04"); reads >= wall.Format("2006-01-02 15:04") {
			return moment
		}
	}
}

func isOpen(h *Hours, wall time.Time) bool {
	today, yesterday := opensOn(h, wall), opensOn(h, wall.AddDate(0, 0, -1))
	if h.Windows == nil {
		return today
	}
	clock := wall.Format("15:04")
	for _, w := range h.Windows {
		overnight := w[1] < w[0]
		switch {
		case !overnight && today && w[0] <= clock && clock < w[1],
			overnight && today && w[0] <= clock,
			overnight && yesterday && clock < w[1]:
			return true
		}
	}
	return false
}

func opensOn(h *Hours, day time.Time) bool {
	return slices.Contains(h.Days, strings.ToLower(day.Weekday().String())) &&
		!slices.Contains(h.Holidays, day.Format(time.DateOnly))
}

func TestDeadlineIsMonotonicInTheAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := drawHours(t)
		now := time.Unix(rapid.Int64Range(1_760_000_000, 1_800_000_000).Draw(t, "now"), 0)
		amount := rapid.IntRange(1, 3000).Draw(t, "amount")
		sooner, err := Deadline(now, strconv.Itoa(amount), "minute", hours)
		if err != nil {
			t.Fatal(err)
		}
		later, err := Deadline(now, strconv.Itoa(amount+1), "minute", hours)
		if err != nil {
			t.Fatal(err)
		}
		if later.Before(sooner) || sooner.Before(now) {
			t.Fatalf("from %v: %d minutes end %v, one more %v", now, amount, sooner, later)
		}
	})
}

func TestCheckRefusesHoursThatCannotWork(t *testing.T) {
	const overlap = "The windows of the business hours overlap. Change or join them."
	for _, c := range []struct {
		name  string
		hours Hours
		want  string
	}{
		{"unknown day", Hours{Days: []string{"Monday"}}, `"Monday" is not a weekday. Use names like monday, in lower case.`},
		{"no day", Hours{Days: []string{}}, "The business hours have no days, so they never open. Choose one."},
		{"no window", Hours{Windows: Windows{}}, `The business hours have no windows, so they never open. Add one or use "any".`},
		{"empty window", Hours{Windows: Windows{{"09:00", "09:00"}}}, `A window closes when it opens, at 09:00. Change it, or use "any" for the whole day.`},
		{"one digit", Hours{Windows: Windows{{"9:00", "17:00"}}}, `"9:00" is not an opening time. Write it as HH:MM.`},
		{"minute 60", Hours{Windows: Windows{{"09:00", "17:60"}}}, `"17:60" is not a closing time. Write it as HH:MM.`},
		{"hour 25", Hours{Windows: Windows{{"09:00", "25:00"}}}, `"25:00" is not a closing time. Write it as HH:MM.`},
		{"opening at 24:00", Hours{Windows: Windows{{"24:00", "01:00"}}}, `"24:00" is not an opening time. Write it as HH:MM.`},
		{"blank time", Hours{Windows: Windows{{"", ""}}}, `"" is not an opening time. Write it as HH:MM.`},
		{"unknown zone", Hours{Timezone: "Mars/Olympus"}, `"Mars/Olympus" is not a time zone. Use an IANA name like Europe/Berlin.`},
		{"the server's zone", Hours{Timezone: "Local"}, `"Local" is not a time zone. Use an IANA name like Europe/Berlin.`},
		{"a path as zone", Hours{Timezone: "../UTC"}, `"../UTC" is not a time zone. Use an IANA name like Europe/Berlin.`},
		{"no such date", Hours{Holidays: []string{"2026-02-30"}}, `"2026-02-30" is not a holiday's date. Write it as YYYY-MM-DD.`},
		{"overlap", Hours{Windows: Windows{{"12:00", "17:00"}, {"09:00", "12:01"}}}, overlap},
		{"the same window twice", Hours{Windows: Windows{{"09:00", "17:00"}, {"09:00", "17:00"}}}, overlap},
		{"overlap over midnight", Hours{Windows: Windows{{"22:00", "06:00"}, {"05:00", "09:00"}}}, overlap},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantRefusal(t, c.hours.Check(), "sla_business_hours", c.want)
			_, err := Deadline(at(t, "2026-01-05T10:00:00Z"), "1", "hour", &c.hours)
			wantRefusal(t, err, "sla_business_hours", c.want)
		})
	}
}

func TestCheckAcceptsHours(t *testing.T) {
	for _, h := range []Hours{
		{},
		{Windows: Windows{{"00:00", "24:00"}}},
		{Windows: Windows{{"12:00", "17:00"}, {"09:00", "12:00"}}},
		{Windows: Windows{{"22:00", "06:00"}, {"06:00", "22:00"}}, Timezone: "Asia/Kathmandu", Holidays: []string{"2028-02-29"}},
		{Days: []string{"monday", "monday"}},
	} {
		if err := h.Check(); err != nil {
			t.Errorf("%+v: %v", h, err)
		}
	}
}

func TestHoursReadAndWriteJSON(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{`{"time":"any"}`, `{"time":"any"}`},
		{`{"time":null}`, `{"time":"any"}`},
		{`{}`, `{"time":"any"}`},
		{`{"days":[],"time":[]}`, `{"days":[],"time":[]}`}, // kept, so that Check can refuse them
		{`{"days":["monday"],"time":["09:00","17:00"]}`, `{"days":["monday"],"time":[["09:00","17:00"]]}`},
		{
			`{"time":[["09:00","12:00"],["13:00","17:00"]],"timezone":"UTC","holidays":["2026-12-25"]}`,
			`{"time":[["09:00","12:00"],["13:00","17:00"]],"timezone":"UTC","holidays":["2026-12-25"]}`,
		},
	} {
		var h Hours
		if err := json.Unmarshal([]byte(c.in), &h); err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		out, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.out, string(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestWindowsRefuseOtherJSON(t *testing.T) {
	const unreadable = `The time of business hours is not readable. Use "any" or pairs like ["09:00", "17:00"].`
	for in, want := range map[string]string{
		`"some"`:                      unreadable,
		`7`:                           unreadable,
		`{}`:                          unreadable,
		`[["09:00",17]]`:              unreadable,
		`["09:00"]`:                   `A window of business hours has 1 times. Give it two, like ["09:00", "17:00"].`,
		`[["09:00","12:00","17:00"]]`: `A window of business hours has 3 times. Give it two, like ["09:00", "17:00"].`,
		`[[]]`:                        `A window of business hours has 0 times. Give it two, like ["09:00", "17:00"].`,
	} {
		var w Windows
		wantRefusal(t, json.Unmarshal([]byte(in), &w), "sla_business_hours", want)
	}
}

func TestTheTeamsZoneFillsInForHoursWithoutOne(t *testing.T) {
	own := everyDay("Asia/Tokyo")
	if got := own.in("Europe/Berlin"); got.Timezone != "Asia/Tokyo" {
		t.Errorf("got %s, want the hours' own zone", got.Timezone)
	}
	none := everyDay("")
	if got := none.in("Europe/Berlin"); got.Timezone != "Europe/Berlin" || none.Timezone != "" {
		t.Errorf("got %q and left %q behind, want Europe/Berlin in a copy", got.Timezone, none.Timezone)
	}
}

func BenchmarkDeadlineFiveYearsAway(b *testing.B) {
	hours := workdays()
	now := at(b, "2026-01-05T10:00:00Z")
	for b.Loop() {
		if _, err := Deadline(now, "10000", "hour", hours); err != nil {
			b.Fatal(err)
		}
	}
}
