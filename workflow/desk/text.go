package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses text that no database or page should be given: invalid UTF-8 and NUL
// bytes. field names the input in the refusal.
func CheckText(field, s string) error {
	if !utf8.ValidString(s) {
		return FieldErrorf(field, "The %s is not valid UTF-8 text. Send it again in that encoding.", field)
	}
	if strings.ContainsRune(s, 0) {
		return FieldErrorf(field, "The %s contains a NUL byte. Remove it and send it again.", field)
	}
	return nil
}

// CheckLine is CheckText for what stands on one line, such as a name: it refuses line breaks and other control
// characters as well. Around it they do no harm, as names are trimmed.
func CheckLine(field, s string) error {
	if err := CheckText(field, s); err != nil {
		return err
	}
	if strings.ContainsFunc(strings.TrimSpace(s), breaksLine) {
		return FieldErrorf(field, "The %s has a line break or another control character in it. Write it on one line.", field)
	}
	return nil
}

func breaksLine(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }

// checkText also holds the length in characters; with least 1 there must be something to see.
func checkText(field, s string, least, most int) error {
	if err := CheckText(field, s); err != nil {
		return err
	}
	if least > 0 && !visible(s) {
		return FieldErrorf(field, "The %s is empty. Write something.", field)
	}
	if n := utf8.RuneCountInString(s); n > most {
		return FieldErrorf(field, "The %s has %d characters; the limit is %d. Shorten it.", field, n, most)
	}
	return nil
}

// visible reports whether there is anything to see: neither space, nor control, nor formatting such as U+200B.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.C, r)
	})
}

// Cut returns the first n characters of s, never half a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// CleanTags trims and lower-cases tags, leaves out blank and repeated ones and sorts the rest.
// A tag of more than MaxTag characters or bad text is refused.
func CleanTags(tags []string) ([]string, error) {
	clean := make([]string, 0, len(tags))
	for _, tag := range tags {
		if err := named("tags", CheckText("tag", tag)); err != nil { // before ToLower, which would mend it
			return nil, err
		}
		tag = strings.ToLower(strings.TrimSpace(tag))
		if tag == "" {
			continue
		}
		if err := named("tags", checkText("tag", tag, 1, MaxTag)); err != nil {
			return nil, err
		}
		clean = append(clean, tag)
	}
	slices.Sort(clean)
	return slices.Compact(clean), nil
}
