package workflow

import (
	"strings"

	"signalbox/workflow/desk"
)

// template is a compiled value. One that could not be compiled keeps its error, so that a broken input
// fails its own step and not the whole workflow.
type template struct {
	literal any         // the value when there are neither parts nor list
	parts   []part      // text and expressions in turn
	list    []*template // the elements of a list of which some are templates
	err     error
}

// part is text or, with a path, an expression.
type part struct {
	text    string
	expr    bool
	path    path
	filters []filter
}

// compileValue makes templates of text and of the text within lists; everything else is literal.
func compileValue(v any) *template {
	if s, ok := v.(string); ok {
		return compileTemplate(s)
	}
	if !isList(v) {
		return &template{literal: v}
	}
	t := &template{}
	for _, item := range items(v) {
		element := compileValue(item)
		if element.err != nil {
			return element
		}
		t.list = append(t.list, element)
	}
	return t.fold()
}

// fold makes a list of nothing but literals a literal list.
func (t *template) fold() *template {
	values := []any{}
	for _, element := range t.list {
		if !element.isLiteral() {
			return t
		}
		values = append(values, element.literal)
	}
	return &template{literal: values}
}

func compileTemplate(s string) *template {
	parts, err := splitTemplate(s)
	if err != nil {
		return &template{err: err}
	}
	if len(parts) == 0 {
		return &template{literal: ""}
	}
	if len(parts) == 1 && !parts[0].expr {
		return &template{literal: parts[0].text}
	}
	return &template{parts: parts}
}

func (t *template) isLiteral() bool { return t.err == nil && t.parts == nil && t.list == nil }

// splitTemplate cuts s into text and {path | filter} expressions; \{ is a brace.
func splitTemplate(s string) ([]part, error) {
	var out []part
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, part{text: text.String()})
			text.Reset()
		}
	}
	for s != "" {
		at := strings.IndexAny(s, `\{`)
		if at < 0 {
			at = len(s)
		}
		text.WriteString(s[:at])
		s = s[at:]
		switch {
		case s == "":
		case strings.HasPrefix(s, `\{`):
			text.WriteByte('{')
			s = s[2:]
		case s[0] == '\\':
			text.WriteByte('\\')
			s = s[1:]
		default:
			flush()
			inner, rest, err := cutExpression(s)
			if err != nil {
				return nil, err
			}
			p, err := compileExpression(inner)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
			s = rest
		}
	}
	flush()
	return out, nil
}

// cutExpression returns what is between the brace at the start of s and its end, which is not one within quotes.
func cutExpression(s string) (inner, rest string, err error) {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '}' && !quoted:
			return s[1:i], s[i+1:], nil
		}
	}
	return "", "", desk.Errorf(desk.Invalid, `The brace in %.60q is never closed. Close it, or write \{ for an ordinary brace`, s)
}

func compileExpression(s string) (part, error) {
	pieces := splitOutsideQuotes(s, '|')
	p, err := compilePath(strings.TrimSpace(pieces[0]))
	if err != nil {
		return part{}, err
	}
	out := part{expr: true, path: p}
	for _, piece := range pieces[1:] {
		f, err := compileFilter(strings.TrimSpace(piece))
		if err != nil {
			return part{}, err
		}
		out.filters = append(out.filters, f)
	}
	return out, nil
}

func splitOutsideQuotes(s string, sep byte) []string {
	var out []string
	quoted, start := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// resolve yields the value: a single expression keeps its type, text around it makes text.
func (t *template) resolve(s *scope) (any, error) {
	if t.err != nil {
		return nil, t.err
	}
	switch {
	case t.list != nil:
		return t.resolveList(s)
	case t.parts == nil:
		return t.literal, sized(t.literal)
	case len(t.parts) == 1:
		v, err := t.parts[0].resolve(s)
		if err != nil {
			return nil, err
		}
		return v, sized(v)
	}
	return t.resolveText(s)
}

// resolveList makes one flat list: an element that is itself a list gives its elements.
func (t *template) resolveList(s *scope) (any, error) {
	out := []any{}
	for _, element := range t.list {
		v, err := element.resolve(s)
		if err != nil {
			return nil, err
		}
		out = append(out, items(v)...)
	}
	return out, sized(out)
}

func (t *template) resolveText(s *scope) (any, error) {
	var b strings.Builder
	for i := range t.parts {
		v, err := t.parts[i].resolve(s)
		if err != nil {
			return nil, err
		}
		b.WriteString(textOf(v))
		if b.Len() > maxValue {
			return nil, errTooLarge()
		}
	}
	return b.String(), nil
}

func (p *part) resolve(s *scope) (any, error) {
	if !p.expr {
		return p.text, nil
	}
	v := p.path.lookup(s)
	for i := range p.filters {
		var err error
		if v, err = p.filters[i].apply(s, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func sized(v any) error {
	if s, ok := v.(string); ok && len(s) <= maxValue {
		return nil
	}
	if sizeOf(v) > maxValue {
		return errTooLarge()
	}
	return nil
}

func errTooLarge() error {
	return desk.Errorf(desk.TooLarge, "The value is larger than %d kB. Shorten it, for example with | truncate: 1000.", maxValue>>10)
}
