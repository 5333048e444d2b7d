package desk

import (
	"strings"
	"unicode"
)

// firstRightToLeft is the first letter that runs from the right; all before it leave a sentence as it is.
const firstRightToLeft = '\u0590'

// Isolated is somebody else's text as it can stand in a sentence of ours: however it runs, and whatever it says of that
// (U+202E and the like), the words around it keep their order.
func Isolated(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= firstRightToLeft && !unicode.IsPunct(r) }) {
		return s
	}
	isolates := strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "") // or it could leave its own
	return "\u2068" + isolates.Replace(s) + "\u2069"
}
