package desk

import (
	"strings"
	"time"
)

// The hours of the words for parts of a day, in the zone of whoever says them.
const (
	morning   = 9 * time.Hour
	afternoon = 14 * time.Hour
	endOfDay  = 17 * time.Hour
	evening   = 18 * time.Hour
	night     = 20 * time.Hour
)

// maxSnoozeYears is how far ahead a snooze in words may end.
const maxSnoozeYears = 5

// ParseSnooze reads when a ticket is to come back from words such as "tomorrow 9", "mon", "in 3h", "24 dec" or
// "until they reply", as somebody in zone says them now. A day without a time means nine in the morning; a time
// without a day is the next one to come. What cannot be read, or has passed, is Invalid.
func ParseSnooze(words string, now time.Time, zone *time.Location) (Snooze, error) {
	text := strings.ToLower(strings.TrimSpace(words))
	if len(text) > 100 || negative(text) {
		return Snooze{}, errSnoozeWords(words)
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return snoozeUntil(at, now)
	}
	r := snoozeReader{words: snoozeTokens(text), today: wallClock(now, zone)}
	if r.untilReply() {
		return Snooze{UntilReply: true}, nil
	}
	if !r.read() {
		return Snooze{}, errSnoozeWords(words)
	}
	at, err := r.instant(now, zone)
	if err != nil {
		return Snooze{}, err
	}
	return snoozeUntil(at, now)
}

// negative reports whether a number below zero is among the words: its sign would be lost among the hyphens of dates.
func negative(text string) bool {
	for word := range strings.FieldsSeq(text) {
		if rest, ok := strings.CutPrefix(word, "-"); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return true
		}
	}
	return false
}

func errSnoozeWords(words string) error {
	return FieldErrorf("snooze",
		"%q is not a time. Write it like: tomorrow 9, mon, in 3h, fri 14:30, 24 dec, next week or until they reply.",
		Cut(strings.TrimSpace(words), 40))
}

func snoozeUntil(at, now time.Time) (Snooze, error) {
	switch {
	case !at.After(now):
		return Snooze{}, FieldErrorf("snooze", "That time has passed. Choose a later one.")
	case at.After(now.AddDate(maxSnoozeYears, 0, 0)):
		return Snooze{}, FieldErrorf("snooze", "That is more than %d years away. Choose an earlier time.", maxSnoozeYears)
	}
	return Snooze{Until: utc(at)}, nil
}

// snoozeReader reads words one after the other into parts of a time.
type snoozeReader struct {
	words []string
	today time.Time // what clocks show now, labelled UTC

	day      time.Time // midnight of the day that was named, zero when none was
	fixed    bool      // that day is meant and no later one
	yearly   bool      // the day was named without its year
	weekly   bool      // the day was named by its weekday
	clock    time.Duration
	timed    bool // clock is known …
	said     bool // … and was given in figures
	halfDays bool // figures up to twelve mean the second half of the day
	later    time.Duration
	ahead    bool // a span was named: it counts from now
}

// read takes all words, and reports whether they make one time.
func (r *snoozeReader) read() bool {
	if len(r.words) == 0 {
		return false
	}
	for len(r.words) > 0 {
		if !r.span() && !r.dayPart() && !r.phrase() && !r.dayWord() && !r.weekday() && !r.date() && !r.clockTime() && !r.noise() {
			return false
		}
	}
	if r.later > 0 && (r.said || !r.ahead) {
		return false // an hour from now is no time of day
	}
	return !r.day.IsZero() || r.timed || r.ahead
}

// take consumes the words of any of the phrases.
func (r *snoozeReader) take(phrases ...string) bool {
	for _, phrase := range phrases {
		want := strings.Fields(phrase)
		if len(r.words) >= len(want) && strings.Join(r.words[:len(want)], " ") == phrase {
			r.words = r.words[len(want):]
			return true
		}
	}
	return false
}

// noise are words that only lead to the next ones.
func (r *snoozeReader) noise() bool {
	return len(r.words) > 1 && r.take("until", "till", "at", "on", "in", "for", "by", "the", "this", "and", "t")
}

// untilReply reports whether all the words together name the customer's reply.
func (r snoozeReader) untilReply() bool {
	for r.take("until", "till", "when", "if", "for", "on", "the", "a", "their") {
	}
	if r.take("they", "he", "she", "customer", "client") {
		return r.take("reply", "replies", "answer", "answers", "write", "writes", "responds", "respond", "write back", "writes back") &&
			len(r.words) == 0
	}
	return r.take("reply", "answer", "response") && len(r.words) == 0
}

// instant is the moment that the words name.
func (r *snoozeReader) instant(now time.Time, zone *time.Location) (time.Time, error) {
	if r.ahead && r.day.IsZero() && !r.timed {
		return now.Add(r.later), nil
	}
	wall, err := r.wall()
	if err != nil {
		return time.Time{}, err
	}
	return instant(wall, now, zone).Add(r.later), nil
}

// wall is what clocks show at that moment. What has passed is moved on where a later one can be meant.
func (r *snoozeReader) wall() (time.Time, error) {
	day, clock := r.day, r.clock
	if !r.timed {
		clock = morning
	}
	if day.IsZero() {
		day = midnight(r.today)
		if !day.Add(clock).After(r.today) {
			day = day.AddDate(0, 0, 1)
		}
		return day.Add(clock), nil
	}
	if r.weekly && !r.timed && day.Equal(midnight(r.today)) {
		day = day.AddDate(0, 0, 7) // nobody calls today by its weekday
	}
	if !day.Add(clock).Add(r.later).After(r.today) {
		switch {
		case r.yearly:
			return r.nextYear(day).Add(clock), nil
		case !r.fixed:
			return day.AddDate(0, 0, 7).Add(clock), nil
		}
		return time.Time{}, FieldErrorf("snooze", "%s has passed. Choose a later time.", day.Add(clock).Format("Mon 2 Jan 2006, 15:04"))
	}
	return day.Add(clock), nil
}

// nextYear is the day of the same name in the first later year that has one: 29 February does not come each year.
func (r *snoozeReader) nextYear(day time.Time) time.Time {
	for year := day.Year() + 1; ; year++ {
		if next := time.Date(year, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC); next.Day() == day.Day() {
			return next
		}
	}
}
