package desk

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"time"
)

// Hours are the business hours of spec/1: the clock runs only inside the windows.
type Hours struct {
	Days     []string `json:"days,omitzero"`      // lower-case weekday names; nil means every day
	Windows  Windows  `json:"time"`               // nil means "any" time
	Timezone string   `json:"timezone,omitempty"` // IANA; default the team's, then UTC
	Holidays []string `json:"holidays,omitempty"` // YYYY-MM-DD
}

// Windows are the opening and closing times of a day as "HH:MM" pairs. One that closes no later
// than it opens closes on the next day and belongs to the day it opens on. "24:00" may close one.
type Windows [][2]string

// MarshalJSON writes nil as "any".
func (w Windows) MarshalJSON() ([]byte, error) {
	if w == nil {
		return []byte(`"any"`), nil
	}
	return json.Marshal([][2]string(w))
}

// UnmarshalJSON reads "any", a list of pairs or a single pair.
func (w *Windows) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil && (text == "any" || string(b) == "null") {
		*w = nil
		return nil
	}

	var list [][]string
	if json.Unmarshal(b, &list) != nil {
		list = [][]string{nil}
		if json.Unmarshal(b, &list[0]) != nil {
			return hoursErrorf(`The time of business hours is not readable. Use "any" or pairs like ["09:00", "17:00"].`)
		}
	}
	windows := make(Windows, 0, len(list))
	for _, pair := range list {
		if len(pair) != 2 {
			return hoursErrorf(`A window of business hours has %d times. Give it two, like ["09:00", "17:00"].`, len(pair))
		}
		windows = append(windows, [2]string(pair))
	}
	*w = windows
	return nil
}

// Check refuses hours that Deadline could not use: unknown weekdays, zones, dates or times,
// windows that overlap and hours that never open.
func (h *Hours) Check() error {
	_, err := h.schedule()
	return err
}

// in returns a copy of h with zone where h names none; nil stays nil.
func (h *Hours) in(zone string) *Hours {
	if h == nil || h.Timezone != "" {
		return h
	}
	c := *h
	c.Timezone = zone
	return &c
}

func (h *Hours) deadline(now time.Time, n *big.Rat, unit string) (time.Time, error) {
	s, err := h.schedule()
	if err != nil {
		return time.Time{}, err
	}
	length, err := unitLength(unit, s.day())
	if err != nil {
		return time.Time{}, err
	}
	duration, ok := times(n, length)
	if !ok {
		return time.Time{}, tooFar()
	}

	wall, ok := s.walk(wallClock(now, s.zone), duration)
	if !ok {
		return time.Time{}, tooFar()
	}
	return near(now, instant(wall, now, s.zone))
}

// schedule is Hours read and found good.
type schedule struct {
	days     [7]bool // by time.Weekday
	windows  []window
	zone     *time.Location
	holidays map[time.Time]bool // midnights, UTC
}

// window is open from and until that long after midnight; until is past 24 hours when it runs into the next day.
type window struct{ from, until time.Duration }

func (h *Hours) schedule() (schedule, error) {
	var s schedule
	var err error
	if s.days, err = parseDays(h.Days); err != nil {
		return schedule{}, err
	}
	if s.windows, err = parseWindows(h.Windows); err != nil {
		return schedule{}, err
	}
	// LoadLocation would take "Local" for the server's own zone.
	if s.zone, err = time.LoadLocation(h.Timezone); err != nil || h.Timezone == "Local" {
		return schedule{}, hoursErrorf("%q is not a time zone. Use an IANA name like Europe/Berlin.", Cut(h.Timezone, 40))
	}
	s.holidays = make(map[time.Time]bool, len(h.Holidays))
	for _, text := range h.Holidays {
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return schedule{}, hoursErrorf("%q is not a holiday's date. Write it as YYYY-MM-DD.", Cut(text, 40))
		}
		s.holidays[date] = true
	}
	return s, nil
}

// day is how long an open day is open.
func (s *schedule) day() time.Duration {
	var sum time.Duration
	for _, w := range s.windows {
		sum += w.until - w.from
	}
	return sum
}

// walk lets left pass inside the windows, from wall on; ok is false when that takes too many years.
// All its times are what clocks on the wall read, labelled UTC: that is what makes a window as long
// on the day the clocks change as on any other.
func (s *schedule) walk(wall time.Time, left time.Duration) (end time.Time, ok bool) {
	limit := wall.AddDate(maxYears, 0, 2)
	// From the day before: its last window may still be open.
	for day := midnight(wall).AddDate(0, 0, -1); day.Before(limit); day = day.AddDate(0, 0, 1) {
		if !s.days[day.Weekday()] || s.holidays[day] {
			continue
		}
		for _, w := range s.windows {
			closing := day.Add(w.until)
			if !closing.After(wall) {
				continue
			}
			if opening := day.Add(w.from); opening.After(wall) {
				wall = opening
			}
			open := closing.Sub(wall)
			if left <= open {
				return wall.Add(left), true
			}
			left -= open
			wall = closing
		}
	}
	return time.Time{}, false
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// wallClock returns what clocks in the zone read at t, labelled UTC.
func wallClock(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant returns the first moment from now on at which clocks in the zone read wall or later: the
// first of two when they are put back, the moment of the jump when it leaves wall out.
func instant(wall, now time.Time, zone *time.Location) time.Time {
	for from := now; ; {
		local := from.In(zone)
		_, offset := local.Zone()
		_, until := local.ZoneBounds()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if at.Before(from) {
			at = from
		}
		if until.IsZero() || at.Before(until) {
			return at.UTC()
		}
		from = until
	}
}

func parseDays(names []string) (days [7]bool, err error) {
	if names == nil {
		return [7]bool{true, true, true, true, true, true, true}, nil
	}
	if len(names) == 0 {
		return days, hoursErrorf("The business hours have no days, so they never open. Choose one.")
	}
	week := [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	for _, name := range names {
		i := slices.Index(week[:], name)
		if i < 0 {
			return days, hoursErrorf("%q is not a weekday. Use names like monday, in lower case.", Cut(name, 40))
		}
		days[i] = true
	}
	return days, nil
}

// parseWindows returns the windows in the order in which they open.
func parseWindows(pairs Windows) ([]window, error) {
	if pairs == nil {
		return []window{{from: 0, until: 24 * time.Hour}}, nil
	}
	if len(pairs) == 0 {
		return nil, hoursErrorf(`The business hours have no windows, so they never open. Add one or use "any".`)
	}
	windows := make([]window, 0, len(pairs))
	for _, pair := range pairs {
		w, err := parseWindow(pair)
		if err != nil {
			return nil, err
		}
		windows = append(windows, w)
	}
	slices.SortFunc(windows, func(a, b window) int { return cmp.Compare(a.from, b.from) })

	for i, w := range windows {
		next := windows[(i+1)%len(windows)].from
		if i == len(windows)-1 {
			next += 24 * time.Hour // the first of the next day, which may be a day of the schedule
		}
		if w.until > next {
			return nil, hoursErrorf("The windows of the business hours overlap. Change or join them.")
		}
	}
	return windows, nil
}

func parseWindow(pair [2]string) (window, error) {
	from, ok := parseClock(pair[0])
	if !ok || from == 24*time.Hour {
		return window{}, hoursErrorf("%q is not an opening time. Write it as HH:MM.", Cut(pair[0], 40))
	}
	until, ok := parseClock(pair[1])
	if !ok {
		return window{}, hoursErrorf("%q is not a closing time. Write it as HH:MM.", Cut(pair[1], 40))
	}
	if from == until {
		return window{}, hoursErrorf(`A window closes when it opens, at %s. Change it, or use "any" for the whole day.`, pair[0])
	}
	if until < from {
		until += 24 * time.Hour
	}
	return window{from: from, until: until}, nil
}

// parseClock reads HH:MM, from 00:00 to 24:00, as the time since midnight.
func parseClock(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

func hoursErrorf(format string, args ...any) error {
	return FieldErrorf("sla_business_hours", format, args...)
}
