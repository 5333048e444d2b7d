package desk

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// at sets the time of day by a word.
func (r *snoozeReader) at(clock time.Duration) bool {
	if r.said {
		return false
	}
	r.clock, r.timed = clock, true
	return true
}

// late is at for the words after noon: figures beside them count from noon.
func (r *snoozeReader) late(clock time.Duration) bool {
	if r.said && r.clock < 12*time.Hour {
		r.clock += 12 * time.Hour
	}
	r.halfDays = true
	return r.said || r.at(clock)
}

// clockTime reads "9", "14:30", "9.30" or "5 pm".
func (r *snoozeReader) clockTime() bool {
	if len(r.words) == 0 {
		return false
	}
	hours, minutes, separate := strings.Cut(strings.Replace(r.words[0], ".", ":", 1), ":")
	hour, ok := figures(hours, 2)
	minute, fine := 0, true
	if separate {
		minute, fine = figures(minutes, 2)
		fine = fine && len(minutes) == 2
	}
	if !ok || !fine || hour > 23 || minute > 59 || r.said {
		return false
	}
	r.words = r.words[1:]
	switch {
	case r.take("pm", "p m", "p"):
		if hour == 0 || hour > 12 {
			return false
		}
		hour = hour%12 + 12
	case r.take("am", "a m"):
		if hour == 0 || hour > 12 {
			return false
		}
		hour %= 12
	default:
		r.take("o clock", "oclock", "uhr")
		if r.halfDays && hour < 12 {
			hour += 12
		}
	}
	r.clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	r.timed, r.said = true, true
	return true
}

// figures reads a whole number of so many digits at the most.
func figures(text string, most int) (int, bool) {
	if text == "" || len(text) > most || strings.ContainsFunc(text, func(c rune) bool { return c < '0' || c > '9' }) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// date reads "2026-12-24", "24.12.2026", "24 dec", "24th of december 2026" or "dec 24".
func (r *snoozeReader) date() bool {
	if len(r.words) == 0 {
		return false
	}
	for _, layout := range []string{"2006-1-2", "2.1.2006"} {
		if day, err := time.Parse(layout, r.words[0]); err == nil {
			r.words, r.fixed = r.words[1:], true
			return r.onDate(day)
		}
	}
	rest := r.words
	day, ok := figures(r.words[0], 2)
	if ok {
		r.words = r.words[1:]
		r.take("st", "nd", "rd", "th")
		r.take("of")
	}
	month := r.month()
	if month != 0 && !ok && len(r.words) > 0 {
		if day, ok = figures(r.words[0], 2); ok {
			r.words = r.words[1:]
			r.take("st", "nd", "rd", "th")
		}
	}
	if month == 0 || !ok {
		r.words = rest
		return false
	}
	return r.onDay(day, month)
}

// month reads the name of a month, 0 when it is none.
func (r *snoozeReader) month() time.Month {
	if len(r.words) == 0 || len(r.words[0]) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), r.words[0]) || m == time.September && r.words[0] == "sept" {
			r.words = r.words[1:]
			return m
		}
	}
	return 0
}

// onDay takes a day of a month, of the year that follows or of this one.
func (r *snoozeReader) onDay(day int, month time.Month) bool {
	year := r.today.Year()
	if given, ok := r.year(); ok {
		year, r.fixed = given, true
	} else {
		r.yearly = true
		for day == 29 && month == time.February && !leap(year) {
			year++
		}
	}
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return date.Month() == month && date.Day() == day && r.onDate(date)
}

func (r *snoozeReader) year() (int, bool) {
	if len(r.words) == 0 || len(r.words[0]) != 4 || !unicode.IsDigit(rune(r.words[0][0])) {
		return 0, false
	}
	year, ok := figures(r.words[0], 4)
	if ok {
		r.words = r.words[1:]
	}
	return year, ok
}

func leap(year int) bool { return time.Date(year, time.February, 29, 0, 0, 0, 0, time.UTC).Day() == 29 }

// onDate is on for a date, beside which its weekday may stand.
func (r *snoozeReader) onDate(date time.Time) bool {
	if r.weekly && !r.day.IsZero() {
		if r.day.Weekday() != date.Weekday() {
			return false
		}
		r.day, r.weekly = time.Time{}, false
	}
	return r.on(date)
}
