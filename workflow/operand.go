package workflow

import (
	"strings"
	"time"
)

// operand is a value made ready for comparing, once for each workflow version where it is literal.
type operand struct {
	value   any
	text    string // its text form
	lower   string // that in lower case
	isText  bool
	number  number
	numeric bool // a number or numeric text
	instant time.Time
	dated   bool
}

func operandOf(v any) operand {
	o := operand{value: v, text: textOf(v)}
	o.lower = lowered(o.text)
	_, o.isText = v.(string)
	o.number, o.numeric = numberOf(v)
	o.instant, o.dated = instantOf(v)
	return o
}

// lowered is a text in lower case, where a sigma at the end of a word is one like any.
func lowered(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ς", "σ") }

// operandsOf makes a list value several operands and anything else one.
func operandsOf(v any) []operand {
	list := items(v)
	out := make([]operand, len(list))
	for i, item := range list {
		out[i] = operandOf(item)
	}
	return out
}

// equals is typed: a number and numeric text compare as numbers, a bool and its name as bools, the rest as
// text, case-sensitive.
func (o *operand) equals(actual any) bool {
	switch v := actual.(type) {
	case string:
		if o.isText {
			return v == o.text
		}
		if _, ok := o.value.(bool); ok {
			return v == o.text
		}
		if !o.numeric {
			return false
		}
	case bool:
		_, ok := o.value.(bool)
		return (ok || o.isText) && textOf(v) == o.text
	case []any, []string, map[string]any:
		return (o.isText || isList(o.value)) && textOf(v) == o.text
	}
	n, ok := numberOf(actual)
	return ok && o.numeric && n.compare(o.number) == 0
}

// inList is equals for elements of lists, where case does not matter: tags are stored in lower case.
func (o *operand) inList(element any) bool {
	if s, ok := element.(string); ok && o.isText {
		return strings.EqualFold(s, strings.TrimSpace(o.text))
	}
	return o.equals(element)
}

// compare orders numbers and dates; ok is false for anything else.
func (o *operand) compare(actual any) (order int, ok bool) {
	if o.numeric {
		if n, ok := numberOf(actual); ok {
			return n.compare(o.number), true
		}
	}
	if o.dated {
		if at, ok := instantOf(actual); ok {
			return at.Compare(o.instant), true
		}
	}
	return 0, false
}
