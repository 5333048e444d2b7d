package store

import (
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// Piece is a stretch of a text that a search matched, or one between.
type Piece struct {
	Text  string
	Match bool
}

// Excerpt is the part of a message for which a search found its ticket.
type Excerpt struct {
	Pieces  []Piece
	Private bool
}

// Mark parts a text at the words that a search looks for. Without any it is one piece.
func Mark(text, search string) []Piece {
	return mark(text, termsOf(desk.ParseSearch(search).Terms, ""))
}

func mark(text string, terms []term) []Piece {
	var pieces []Piece
	at := 0
	for _, m := range matches(text, terms) {
		if m.start > at {
			pieces = append(pieces, Piece{Text: text[at:m.start]})
		}
		pieces = append(pieces, Piece{Text: text[m.start:m.end], Match: true})
		at = m.end
	}
	if at < len(text) {
		pieces = append(pieces, Piece{Text: text[at:]})
	}
	return pieces
}

// matches are the words of a text that terms ask for, in their order.
func matches(text string, terms []term) []word {
	var all, found []word
	eachWord(text, func(w word) bool {
		all = append(all, w)
		return len(all) < wordsIndexed
	})
	for i := 0; i < len(all); {
		n := longestMatch(all[i:], terms)
		found = append(found, all[i:i+n]...)
		i += max(n, 1)
	}
	return found
}

// longestMatch is how many words at the beginning of all are one of terms.
func longestMatch(all []word, terms []term) int {
	longest := 0
	for _, t := range terms {
		if !t.not && len(t.words) > longest && t.begins(all) {
			longest = len(t.words)
		}
	}
	return longest
}

func (t *term) begins(all []word) bool {
	if len(all) < len(t.words) {
		return false
	}
	for i, w := range t.words {
		prefix := t.prefix && i == len(t.words)-1
		if all[i].text != w && (!prefix || !strings.HasPrefix(all[i].text, w)) {
			return false
		}
	}
	return true
}

const (
	excerptBefore = 16  // bytes of a message before its first match
	excerptLength = 240 // in all
)

// excerpt cuts the surroundings of the first match out of a message and marks it.
func excerpt(body string, terms []term) []Piece {
	body = strings.Join(strings.Fields(body), " ")
	found := matches(body, terms)
	if len(found) == 0 {
		return mark(cutAt(body, 0, excerptLength), nil)
	}
	start := 0
	if found[0].start > excerptBefore {
		start = found[0].start - excerptBefore
		if space := strings.IndexByte(body[start:found[0].start], ' '); space >= 0 {
			start += space + 1
		}
	}
	text := cutAt(body, start, excerptLength)
	pieces := mark(text, terms)
	if start > 0 {
		pieces = append([]Piece{{Text: "… "}}, pieces...)
	}
	return pieces
}

// cutAt is length bytes of a text or a little less, in whole characters.
func cutAt(text string, start, length int) string {
	for start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	end := min(start+length, len(text))
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[start:end]
}
