package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"signalbox/workflow/desk"
)

const (
	longestWord  = 60     // bytes of a word that count
	wordsIndexed = 12_000 // of one document; PostgreSQL knows places up to 16,383
)

// word is one that both databases index: lower-case, without accents, letters and digits only.
type word struct {
	text       string
	start, end int // where it stands in the text, in bytes
}

// eachWord calls yield with the words of a text until it returns false. Scripts that do not part their words give a
// word for each character, so that a query is found within a sentence.
func eachWord(text string, yield func(word) bool) {
	start := -1
	for i, r := range text {
		inside := unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
		alone := inside && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
		if start >= 0 && (!inside || alone) {
			if !yieldWord(text, start, i, yield) {
				return
			}
			start = -1
		}
		if alone && !yieldWord(text, i, i+utf8.RuneLen(r), yield) {
			return
		}
		if inside && !alone && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		yieldWord(text, start, len(text), yield)
	}
}

func yieldWord(text string, start, end int, yield func(word) bool) bool {
	folded := fold(text[start:end])
	return folded == "" || yield(word{text: folded, start: start, end: end})
}

// fold makes spellings that people take for the same equal: Ärger, ärger and arger.
func fold(text string) string {
	if isPlain(text) {
		return text[:min(len(text), longestWord)]
	}
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark):
			continue // what a compatible form consists of besides letters
		}
		plain := spelled(unicode.ToLower(r))
		if out.Len()+len(plain) > longestWord {
			break
		}
		out.WriteString(plain)
	}
	return out.String()
}

func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// spelled writes a letter that has no accent to lose as others write it.
func spelled(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	}
	return string(r)
}

// indexed is a text as it is indexed: its words with a space between them.
func indexed(text string) string {
	var out strings.Builder
	n := 0
	eachWord(text, func(w word) bool {
		if n++; n > 1 {
			out.WriteByte(' ')
		}
		out.WriteString(w.text)
		return n < wordsIndexed
	})
	return out.String()
}

// customerSign stands before each word of a customer's name and addresses once more, for from: alone. No text has it
// within a word.
const customerSign = "·"

func customerWords(name string, emails []string) string {
	var out []string
	for _, text := range append([]string{name}, emails...) {
		eachWord(text, func(w word) bool {
			out = append(out, customerSign+w.text)
			return true
		})
	}
	return strings.Join(out, " ")
}

// term is a word, or several in their order, that a document must have, or must not.
type term struct {
	words  []string
	prefix bool
	not    bool
}

// shortestPrefix keeps a first letter from meaning half of all words.
const shortestPrefix = 2

// termsOf folds what was typed. Terms without a letter or digit are left out.
func termsOf(typed []desk.Term, sign string) []term {
	var out []term
	for _, t := range typed {
		folded := term{prefix: t.Prefix, not: t.Not}
		eachWord(t.Text, func(w word) bool {
			folded.words = append(folded.words, sign+w.text)
			return len(folded.words) < 20
		})
		if len(folded.words) == 0 {
			continue
		}
		last := strings.TrimPrefix(folded.words[len(folded.words)-1], sign)
		folded.prefix = folded.prefix && utf8.RuneCountInString(last) >= shortestPrefix
		out = append(out, folded)
	}
	return out
}

// wanted reports whether there is anything to look for: what is only left out has no beginning.
func wanted(terms []term) bool {
	for _, t := range terms {
		if !t.not {
			return true
		}
	}
	return false
}
