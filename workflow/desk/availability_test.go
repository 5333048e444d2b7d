package desk_test

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestWhenATeamAnswers(t *testing.T) {
	office := &desk.Hours{
		Days: []string{"monday", "tuesday", "wednesday", "thursday", "friday"}, Windows: desk.Windows{{"09:00", "17:00"}},
	}
	at := func(text string) time.Time {
		when, err := time.Parse("2006-01-02 15:04", text)
		if err != nil && text != "" {
			t.Fatal(err)
		}
		return when
	}
	for name, c := range map[string]struct {
		now, due string
		hours    *desk.Hours
		want     desk.Availability
	}{
		"always there":           {"2026-01-05 03:00", "2026-01-05 07:00", nil, desk.Availability{Open: true, Answer: 4 * time.Hour}},
		"nothing is promised":    {"2026-01-05 03:00", "", nil, desk.Availability{Open: true}},
		"within the hours":       {"2026-01-05 10:00", "2026-01-05 12:00", office, desk.Availability{Open: true, Answer: 2 * time.Hour}},
		"over night":             {"2026-01-05 16:00", "2026-01-06 10:00", office, desk.Availability{Open: true, Answer: 18 * time.Hour}},
		"before they begin":      {"2026-01-05 03:00", "2026-01-05 10:00", office, desk.Availability{OpensAt: at("2026-01-05 09:00"), Answer: time.Hour}},
		"as they end":            {"2026-01-05 17:00", "", office, desk.Availability{OpensAt: at("2026-01-06 09:00")}},
		"on a Saturday":          {"2026-01-10 12:00", "2026-01-12 13:00", office, desk.Availability{OpensAt: at("2026-01-12 09:00"), Answer: 4 * time.Hour}},
		"due while nobody works": {"2026-01-10 12:00", "2026-01-10 13:00", office, desk.Availability{OpensAt: at("2026-01-12 09:00")}},
	} {
		got, err := desk.Available(at(c.now), at(c.due), c.hours, "")
		if err != nil || got != c.want {
			t.Errorf("%s: got %+v (%v), want %+v", name, got, err, c.want)
		}
	}
}

func TestHoursAreInTheTeamsZoneUnlessTheyNameOne(t *testing.T) {
	now := time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC) // 9:30 in Berlin
	for zone, want := range map[string]desk.Availability{
		"":              {Open: true, Zone: "Europe/Berlin"},
		"Europe/London": {OpensAt: now.Add(time.Hour / 2), Zone: "Europe/London"},
	} {
		hours := &desk.Hours{Windows: desk.Windows{{"09:00", "17:00"}}, Timezone: zone}
		got, err := desk.Available(now, time.Time{}, hours, "Europe/Berlin")
		if err != nil || got != want {
			t.Errorf("hours in %q: got %+v (%v), want %+v", zone, got, err, want)
		}
	}
	if _, err := desk.Available(now, time.Time{}, &desk.Hours{Timezone: "Mars"}, ""); !desk.IsKind(err, desk.Invalid) {
		t.Errorf("a zone that there is not: %v", err)
	}
}

func TestTheUsualAnswerIsWhatHalfOfThemTake(t *testing.T) {
	for _, c := range []struct {
		took []time.Duration
		want time.Duration
	}{
		{nil, 0},
		{[]time.Duration{1, 2, 3, 4}, 0}, // no habit yet
		{[]time.Duration{90, 10, 20, 600, 30}, 30},
		{[]time.Duration{6, 5, 4, 3, 2, 1}, 4},
	} {
		if got := desk.UsualAnswer(c.took); got != c.want {
			t.Errorf("%v: got %d, want %d", c.took, got, c.want)
		}
	}
}
