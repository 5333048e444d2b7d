package desk

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// snoozeTokens cuts words apart, and numbers from the letters beside them: "5pm" is "5", "pm". Within a number
// there may be ":", "-" and ".".
func snoozeTokens(text string) []string {
	var out []string
	var last rune
	start := -1
	flush := func(end int) {
		if word := strings.Trim(text[max(start, 0):end], ".-:"); start >= 0 && word != "" {
			out = append(out, word)
		}
		start = -1
	}
	for i, c := range text {
		inNumber := unicode.IsDigit(last) && strings.ContainsRune(":-.", c)
		switch {
		case !unicode.IsDigit(c) && !unicode.IsLetter(c) && !inNumber:
			flush(i)
		case start < 0:
			start = i
		case unicode.IsDigit(c) && unicode.IsLetter(last), unicode.IsLetter(c) && !unicode.IsLetter(last):
			flush(i)
			start = i
		}
		last = c
	}
	flush(len(text))
	return out
}

// span reads "3 h", "2 days", "a week" or "half an hour". Hours count from now, days and more by the calendar.
func (r *snoozeReader) span() bool {
	if r.take("half an hour", "half hour") {
		r.later, r.ahead = r.later+30*time.Minute, true
		return true
	}
	if len(r.words) < 2 {
		return false
	}
	n, ok := count(r.words[0])
	if !ok {
		return false
	}
	whole := int(n)
	switch unit := r.words[1]; unit {
	case "m", "min", "mins", "minute", "minutes":
		r.later += time.Duration(n * float64(time.Minute))
	case "h", "hr", "hrs", "hour", "hours":
		r.later += time.Duration(n * float64(time.Hour))
	case "d", "day", "days":
		r.addDate(0, whole)
	case "w", "wk", "wks", "week", "weeks":
		r.addDate(0, 7*whole)
	case "month", "months":
		r.addDate(whole, 0)
	default:
		return false
	}
	if r.later == 0 && n != float64(whole) {
		return false // half a day is as many hours on most days only
	}
	r.words, r.ahead = r.words[2:], true
	return true
}

// count reads a number of units, small enough that no sum of them overflows.
func count(word string) (float64, bool) {
	switch word {
	case "a", "an", "one":
		return 1, true
	case "two":
		return 2, true
	case "three":
		return 3, true
	}
	if !unicode.IsDigit(rune(word[0])) {
		return 0, false // ParseFloat reads inf and nan
	}
	n, err := strconv.ParseFloat(word, 64)
	return n, err == nil && n > 0 && n < 10_000
}

// addDate goes on by the calendar from now, and keeps the time of day unless another is named. A month from the
// 31st is the last day of a month that is shorter.
func (r *snoozeReader) addDate(months, days int) {
	from := r.day
	if from.IsZero() {
		from = midnight(r.today)
	}
	if !r.timed {
		r.clock, r.timed = r.today.Sub(midnight(r.today)), true
	}
	year, month, day := from.Date()
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	r.day, r.fixed = time.Date(year, month+time.Month(months), min(day, last)+days, 0, 0, 0, 0, time.UTC), true
}

// phrase reads the words for a time of day or a place in the calendar.
func (r *snoozeReader) phrase() bool {
	today := midnight(r.today)
	monday := today.AddDate(0, 0, 1+(7-int(today.Weekday()))%7)
	switch {
	case r.take("later today", "later"):
		r.later, r.ahead = 3*time.Hour, true
	case r.take("end of day", "end of the day", "eod", "close of business", "cob"):
		return r.at(endOfDay)
	case r.take("end of week", "end of the week", "eow"):
		return r.on(today.AddDate(0, 0, (int(time.Friday)-int(today.Weekday())+7)%7)) && r.at(endOfDay)
	case r.take("next week"):
		return r.onFixed(monday)
	case r.take("next month"):
		return r.onFixed(time.Date(today.Year(), today.Month()+1, 1, 0, 0, 0, 0, time.UTC))
	case r.take("this weekend", "next weekend", "weekend"):
		return r.on(today.AddDate(0, 0, (int(time.Saturday)-int(today.Weekday())+7)%7))
	default:
		return false
	}
	return true
}

// dayPart reads a word for a time of day.
func (r *snoozeReader) dayPart() bool {
	for _, word := range []string{"morning", "afternoon", "evening"} {
		if len(r.words) > 1 && r.words[0] == "this" && r.words[1] == word {
			r.words = r.words[1:]
			if !r.onFixed(midnight(r.today)) {
				return false
			}
		}
	}
	switch {
	case r.take("tonight"):
		return r.onFixed(midnight(r.today)) && r.late(night)
	case r.take("morning"):
		return r.said || r.at(morning)
	case r.take("noon", "midday", "lunch"):
		return r.at(12 * time.Hour)
	case r.take("afternoon"):
		return r.late(afternoon)
	case r.take("evening"):
		return r.late(evening)
	case r.take("night"):
		return r.late(night)
	case r.take("midnight"):
		return r.at(24 * time.Hour)
	}
	return false
}

func (r *snoozeReader) dayWord() bool {
	today := midnight(r.today)
	switch {
	case r.take("today"):
		return r.onFixed(today)
	case r.take("day after tomorrow", "overmorrow"):
		return r.onFixed(today.AddDate(0, 0, 2))
	case r.take("tomorrow", "tomorow", "tmrw", "tmr", "tom"):
		return r.onFixed(today.AddDate(0, 0, 1))
	}
	return false
}

// weekday reads a day of the week: the next one, or with "next" that of the week to come. Today's own name means
// today only with a time that is still to come.
func (r *snoozeReader) weekday() bool {
	next := r.take("next")
	if len(r.words) == 0 {
		return false
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		word := r.words[0]
		if len(word) < 3 || !strings.HasPrefix(name, word) {
			continue
		}
		r.words, r.weekly = r.words[1:], true
		today := midnight(r.today)
		ahead := (int(day) - int(today.Weekday()) + 7) % 7
		if untilSunday := (7 - int(today.Weekday())) % 7; next && ahead <= untilSunday {
			ahead += 7
		}
		return r.on(today.AddDate(0, 0, ahead))
	}
	return false
}

func (r *snoozeReader) on(day time.Time) bool {
	if !r.day.IsZero() {
		return false
	}
	r.day = day
	return true
}

func (r *snoozeReader) onFixed(day time.Time) bool {
	r.fixed = true
	return r.on(day)
}
