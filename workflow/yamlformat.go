package workflow

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// FormatYAML writes the native format as YAML: the same definition always gives the same bytes, and ParseYAML reads
// them as Parse reads those of Format.
func FormatYAML(d Definition) []byte {
	native := Format(d)
	root, err := readTree(native)
	if err != nil {
		return native // what no file can hold; JSON is YAML too
	}
	var w yamlWriter
	w.object(root, 0)
	return w.Bytes()
}

// yamlWriter writes block style: one field or list entry a line, lists of plain values in brackets.
type yamlWriter struct{ bytes.Buffer }

const yamlIndent = "  "

func (w *yamlWriter) object(v tree, depth int) {
	o, ok := v.(*fields)
	if !ok {
		return
	}
	for i, name := range o.names {
		if i > 0 {
			w.indent(depth)
		}
		w.WriteString(yamlQuoted(name))
		w.WriteByte(':')
		w.value(o.values[name], depth)
	}
}

func (w *yamlWriter) indent(depth int) { w.WriteString(strings.Repeat(yamlIndent, depth)) }

// value writes what comes after the colon of a field that stands at depth.
func (w *yamlWriter) value(v tree, depth int) {
	switch v := v.(type) {
	case *fields:
		if len(v.names) == 0 {
			w.WriteString(" {}\n")
			return
		}
		w.WriteByte('\n')
		w.indent(depth + 1)
		w.object(v, depth+1)
	case []tree:
		w.list(v, depth)
	default:
		w.WriteByte(' ')
		w.scalar(v, depth+1)
	}
}

func (w *yamlWriter) list(list []tree, depth int) {
	if isFlat(list) {
		w.WriteByte(' ')
		w.flow(list)
		w.WriteByte('\n')
		return
	}
	w.WriteByte('\n')
	for _, item := range list {
		w.indent(depth + 1)
		w.WriteByte('-')
		switch item := item.(type) {
		case *fields:
			if len(item.names) == 0 {
				w.WriteString(" {}\n")
				continue
			}
			w.WriteByte(' ')
			w.object(item, depth+2)
		default:
			w.value(item, depth+1)
		}
	}
}

// isFlat reports whether a list has nothing in it but values of one line.
func isFlat(list []tree) bool {
	for _, item := range list {
		switch item := item.(type) {
		case *fields, []tree:
			return false
		case string:
			if isBlock(item) {
				return false
			}
		}
	}
	return true
}

func (w *yamlWriter) flow(list []tree) {
	w.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString(yamlLine(item))
	}
	w.WriteByte(']')
}

// scalar writes a value and ends its line; text of several lines becomes a block indented to depth.
func (w *yamlWriter) scalar(v tree, depth int) {
	s, ok := v.(string)
	if !ok || !isBlock(s) {
		w.WriteString(yamlLine(v))
		w.WriteByte('\n')
		return
	}
	w.WriteByte('|')
	body, ended := strings.CutSuffix(s, "\n")
	if !ended {
		w.WriteByte('-')
	}
	w.WriteByte('\n')
	for line := range strings.SplitSeq(body, "\n") {
		if line != "" {
			w.indent(depth)
			w.WriteString(line)
		}
		w.WriteByte('\n')
	}
}

// isBlock reports whether text of several lines can stand as a block. Text in which blanks or line ends could be
// lost, or that begins with them, is quoted instead.
func isBlock(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || strings.HasSuffix(body, "\n") {
		return false
	}
	for line := range strings.SplitSeq(body, "\n") {
		if strings.TrimRight(line, " \t") != line {
			return false
		}
	}
	return strings.TrimLeft(body[:1], " \t\n") != "" &&
		!strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
}

// yamlLine is a value on one line.
func yamlLine(v tree) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return yamlQuoted(v)
	}
	return jsonText(v) // numbers and bools are written as in JSON
}

// yamlPlain is text that no reader takes for anything else. Words that some readers take for a bool are not.
var (
	yamlPlain    = regexp.MustCompile(`^[$A-Za-z_][-$A-Za-z0-9_./@]*( [-$A-Za-z0-9_./@]+)*$`)
	yamlReserved = regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n)$`)
)

func yamlQuoted(s string) string {
	if yamlPlain.MatchString(s) && !yamlReserved.MatchString(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		b.WriteString(yamlEscape(r))
	}
	b.WriteByte('"')
	return b.String()
}

func yamlEscape(r rune) string {
	switch {
	case r == '"', r == '\\':
		return `\` + string(r)
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case unicode.IsPrint(r):
		return string(r)
	case r > 0xFFFF:
		return fmt.Sprintf(`\U%08X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}
