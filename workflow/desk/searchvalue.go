package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// SearchStates lists the words that is: knows, in the order that people read them.
func SearchStates() []string {
	words := []string{IsMine, IsUnassigned, IsUnread, IsSnoozed, string(SLABreached), string(SLAAtRisk), string(SLAOnTrack)}
	for _, s := range Statuses() {
		words = append(words, string(s))
	}
	return words
}

// Word is the value as our enumerations write it: on-hold is on_hold where a status is meant.
func (o Operator) Word() string {
	word := strings.ToLower(o.Value)
	if underscored := Status(strings.ReplaceAll(word, "-", "_")); slices.Contains(Statuses(), underscored) {
		return string(underscored)
	}
	return word
}

// Day is the instant at which the day of before: or after: begins, in UTC.
func (o Operator) Day() (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if day, err := time.Parse(layout, o.Value); err == nil && day.Year() >= 1970 && day.Year() < 10_000 {
			return day, true
		}
	}
	return time.Time{}, false
}

// Problem says why an operator is left out of the search; "" when it is not.
func (o Operator) Problem() string {
	switch o.Name {
	case SearchStatus:
		return o.oneOf(namesOf(Statuses()))
	case SearchPriority:
		return o.oneOf(append(namesOf(Priorities()), "none"))
	case SearchIs:
		return o.oneOf(SearchStates())
	case SearchHas:
		return o.oneOf([]string{HasAttachment})
	case SearchBefore, SearchAfter:
		if _, ok := o.Day(); !ok {
			return fmt.Sprintf("“%s” is not understood and left out. Write a day as %s:2026-01-31.", o.Raw, o.Name)
		}
		if o.Not {
			return fmt.Sprintf("“%s” is left out. Use before: for the time until a day and after: for the time from it on.", o.Raw)
		}
	case SearchTag, SearchChannel, SearchFrom, SearchAssignee:
	}
	return ""
}

func (o Operator) oneOf(words []string) string {
	if slices.Contains(words, o.Word()) {
		return ""
	}
	last := len(words) - 1
	list := words[last]
	if last > 0 {
		list = strings.Join(words[:last], ", ") + " or " + list
	}
	return fmt.Sprintf("“%s” is not understood and left out. Use %s:%s.", o.Raw, o.Name, list)
}

func namesOf[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Hints says what of a search was not taken as it was typed.
func (s Search) Hints() []string {
	var hints []string
	for _, o := range s.Operators {
		if p := o.Problem(); p != "" {
			hints = append(hints, p)
		}
	}
	for _, t := range s.Terms {
		name, value, found := strings.Cut(t.Text, ":")
		if found && value != "" && !strings.HasPrefix(value, "/") && isWord(name) {
			hints = append(hints, fmt.Sprintf("There is no operator “%s:”, so its text is searched for. There are %s.",
				name, strings.Join(namesOf(SearchOperators()), ", ")))
		}
	}
	return hints
}

func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'z' || r > 'Z' && r < 'a' })
}
