package desk

import "regexp"

// Marks of the Markdown that agents write, and what is left of them where nothing is drawn.
var plainly = []struct {
	mark *regexp.Regexp
	left string
}{
	{regexp.MustCompile("(?m)^[ \t]*```.*\n?"), ""},
	{regexp.MustCompile(`(?m)^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+`), ""},
	{regexp.MustCompile(`!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+"[^"\n]*")?\)`), "$1"},
	{regexp.MustCompile("`+([^`\n]+)`+"), "$1"},
	{regexp.MustCompile(`\*\*(\S(?:[^\n]*?\S)??)\*\*`), "$1"},
	{regexp.MustCompile(`\b__(\S(?:[^\n]*?\S)??)__\b`), "$1"},
	{regexp.MustCompile(`\*([^\s*](?:[^*\n]*[^\s*])?)\*`), "$1"},
	{regexp.MustCompile(`\b_([^\s_](?:[^_\n]*[^\s_])?)_\b`), "$1"},
}

// plain is Markdown as somebody would read it out: a list shows no marks that it does not draw.
func plain(text string) string {
	out := text
	for _, p := range plainly {
		out = p.mark.ReplaceAllString(out, p.left)
	}
	if !visible(out) {
		return text
	}
	return out
}
