package static

import (
	"regexp"
	"strings"
)

// squeezeScript takes comments and needless white space out of JavaScript. It renames and rewrites nothing;
// lines stay apart wherever a statement could end there.
func squeezeScript(source string) string {
	var out strings.Builder
	last := "" // the token before
	gap := ""
	for source != "" {
		token := nextToken(source, last)
		source = source[len(token):]
		switch {
		case strings.TrimSpace(token) == "":
			gap += token
			continue
		case strings.HasPrefix(token, "//"), strings.HasPrefix(token, "/*"):
			continue // the white space around it stays
		}
		out.WriteString(between(last, token, gap))
		out.WriteString(token)
		last, gap = token, ""
	}
	return out.String()
}

var (
	script = regexp.MustCompile(`^(?:\s+|//[^\n]*|/\*(?s:.*?)\*/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[\w$\x{80}-\x{10ffff}]+|(?s:.))`)
	// A slash within brackets does not end a regular expression.
	pattern = regexp.MustCompile(`^/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*`)
)

// nextToken cuts the first token off: white space, a comment, a literal, a word or one sign.
func nextToken(source, last string) string {
	token := script.FindString(source)
	switch {
	case token == "`":
		return template(source)
	case token == "/" && beginsValue(last):
		if found := pattern.FindString(source); found != "" {
			return found
		}
	}
	return token
}

// template is a literal between backticks, with the expressions in it.
func template(source string) string {
	depth := 0
	for i := 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\':
			i++
		case c == '$' && strings.HasPrefix(source[i:], "${"):
			depth++
			i++
		case c == '}' && depth > 0:
			depth--
		case c == '`' && depth > 0:
			i += len(template(source[i:])) - 1
		case c == '`':
			return source[:i+1]
		}
	}
	return source
}

// The signs after which a regular expression may begin, after which no statement ends, and before which none does.
const (
	beforeValue = "(,=:[!&|?{};><+-*%~"
	unfinished  = "{([,;:?=&|"
	going       = ")]},.;:?"
)

// beginsValue tells a regular expression from a division by what stands before.
func beginsValue(last string) bool {
	return last == "" || last == "return" || strings.Contains(beforeValue, last)
}

// between is what must stay of the white space between two tokens.
func between(last, token, gap string) string {
	if gap == "" || last == "" {
		return ""
	}
	if strings.Contains(gap, "\n") && !strings.Contains(unfinished, last) && !strings.Contains(going, token[:1]) {
		return "\n"
	}
	sign := last[len(last)-1]
	if isWord(sign) && isWord(token[0]) || sign == token[0] && (sign == '+' || sign == '-') {
		return " "
	}
	return ""
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

var (
	styleComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	styleSpace   = regexp.MustCompile(`\s+`)
	styleSigns   = regexp.MustCompile(` ?([{};,>]) ?`)
)

// squeezeStyle does the same for a style sheet.
func squeezeStyle(sheet string) string {
	sheet = styleSpace.ReplaceAllString(styleComment.ReplaceAllString(sheet, " "), " ")
	sheet = styleSigns.ReplaceAllString(sheet, "$1")
	return strings.TrimSpace(strings.NewReplacer(": ", ":", ";}", "}", " !", "!").Replace(sheet))
}
