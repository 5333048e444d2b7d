package desk

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Mentionable is a name that an @ can stand before, and whom it means: a member, or those of a role.
type Mentionable struct {
	Name  string
	Users []int64
}

// Mentions returns whom a text names with an @, each once, in the order of the text. Of several names that fit, the
// longest counts; upper and lower case are the same.
func Mentions(text string, names []Mentionable) []int64 {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b Mentionable) int { return len(b.Name) - len(a.Name) })
	var found []int64
	for i, r := range text {
		if r != '@' || endsInWord(text[:i]) {
			continue
		}
		rest := text[i+1:]
		at := slices.IndexFunc(names, func(n Mentionable) bool { return begins(rest, n.Name) })
		if at < 0 {
			continue
		}
		for _, user := range names[at].Users {
			if !slices.Contains(found, user) {
				found = append(found, user)
			}
		}
	}
	return found
}

// begins reports whether the first words of text are name.
func begins(text, name string) bool {
	if name == "" {
		return false
	}
	end := 0
	for range name { // the same characters in another case may have another length
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	next, _ := utf8.DecodeRuneInString(text[end:])
	return strings.EqualFold(text[:end], name) && !inWord(next)
}

// endsInWord keeps an email address from naming anybody.
func endsInWord(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return inWord(last)
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// mailPause is the least time between two mails about one ticket to one member.
const mailPause = 5 * time.Minute

// MailAt says when a mail about a ticket goes to a member whose last one goes, or went, at the given time: at once,
// or as soon as the pause is over. ok is false when one is on its way already: it brings its reader to the ticket.
func MailAt(last, now time.Time) (at time.Time, ok bool) {
	switch {
	case last.After(now):
		return time.Time{}, false
	case now.Sub(last) < mailPause:
		return last.Add(mailPause), true
	}
	return now, true
}
