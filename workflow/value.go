package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// Limits of spec/2, in bytes.
const (
	maxValue     = 64 << 10
	maxVariables = 256 << 10
)

// timeFormat is how a time looks as a value: RFC 3339 with up to microseconds, always UTC.
const timeFormat = "2006-01-02T15:04:05.999999Z07:00"

func timeText(t time.Time) string { return t.UTC().Format(timeFormat) }

// timeOrNil makes the zero time null.
func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return timeText(t)
}

// Values are nil, bool, int64, float64, text, lists ([]any or []string) and map[string]any; int and
// json.Number are understood as well, since facts come from several doors.

// textOf is the text form of a value: null is "", lists and objects are JSON.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return floatText(v)
	case json.Number:
		return v.String()
	case time.Time:
		return timeText(v)
	}
	return jsonText(v)
}

// floatText prints numbers without exponent, and zero without a sign.
func floatText(f float64) string { return strconv.FormatFloat(f+0, 'f', -1, 64) }

func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sizeOf is about how many bytes a value has as JSON.
func sizeOf(v any) int {
	const scalar = 8
	switch v := v.(type) {
	case string:
		return len(v) + 2
	case []string:
		n := 2
		for _, s := range v {
			n += len(s) + 3
		}
		return n
	case []any:
		n := 2
		for _, item := range v {
			n += sizeOf(item) + 1
		}
		return n
	case map[string]any:
		n := 2
		for name, item := range v {
			n += len(name) + 4 + sizeOf(item)
		}
		return n
	}
	return scalar
}

// items returns the elements of a list; anything else is a list of one.
func items(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	}
	return []any{v}
}

func isList(v any) bool {
	switch v.(type) {
	case []any, []string:
		return true
	}
	return false
}

// number is a numeric value; whole numbers compare exactly beyond what a float64 can tell apart.
type number struct {
	whole int64
	float float64
	exact bool // whole holds it
}

func wholeNumber(i int64) number { return number{whole: i, float: float64(i), exact: true} }

func (n number) compare(m number) int {
	if n.exact && m.exact {
		switch {
		case n.whole < m.whole:
			return -1
		case n.whole > m.whole:
			return 1
		}
		return 0
	}
	switch {
	case n.float < m.float:
		return -1
	case n.float > m.float:
		return 1
	}
	return 0
}

// numberOf takes numbers and, as spec/2 has it, numeric text.
func numberOf(v any) (number, bool) {
	switch v := v.(type) {
	case int:
		return wholeNumber(int64(v)), true
	case int64:
		return wholeNumber(v), true
	case float64:
		return number{float: v}, true
	case json.Number:
		return numericText(v.String())
	case string:
		return numericText(v)
	}
	return number{}, false
}

// numericText is stricter than strconv: no inf, nan, hex or underscores.
func numericText(s string) (number, bool) {
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" || s[len(s)-1] > '9' || s[0] > '9' {
		return number{}, false
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return wholeNumber(i), true
	}
	f, err := strconv.ParseFloat(s, 64)
	return number{float: f}, err == nil
}

// instantOf reads ISO dates: RFC 3339, or without zone or time of day, which are then UTC and midnight.
func instantOf(v any) (time.Time, bool) {
	s, ok := v.(string)
	if !ok || len(s) < len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return time.Time{}, false
	}
	for _, layout := range [...]string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// durationOf reads a number and one of the units s, m, h and d, such as 90m or 1.5d.
func durationOf(s string) (time.Duration, bool) {
	const longest = 200 * 365 * 24 * time.Hour // a time.Duration ends at 292 years
	if len(s) < 2 || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	unit, ok := durationUnit(s[len(s)-1])
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(s[:len(s)-1], 64)
	if err != nil || strings.Trim(s[:len(s)-1], "0123456789.") != "" || n*float64(unit) > float64(longest) {
		return 0, false
	}
	return time.Duration(n * float64(unit)), true
}

func durationUnit(b byte) (time.Duration, bool) {
	switch b {
	case 's':
		return time.Second, true
	case 'm':
		return time.Minute, true
	case 'h':
		return time.Hour, true
	case 'd':
		return 24 * time.Hour, true
	}
	return 0, false
}

// signedDurationOf reads +2d and -2d.
func signedDurationOf(s string) (time.Duration, bool) {
	if s == "" || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	d, ok := durationOf(s[1:])
	if s[0] == '-' {
		d = -d
	}
	return d, ok
}

func assigneeValue(a desk.Assignee, dir *Directory) any {
	if a.Kind == desk.Nobody {
		return nil
	}
	return map[string]any{"type": string(a.Kind), "id": a.ID, "name": dir.assigneeName(a)}
}

// assigneeName is the name of a user or role, "" of one that is gone.
func (d *Directory) assigneeName(a desk.Assignee) string {
	if d == nil {
		return ""
	}
	switch a.Kind {
	case desk.ToUser:
		return d.Users[a.ID].Name
	case desk.ToRole:
		return d.Roles[a.ID].Name
	case desk.Nobody:
	}
	return ""
}
