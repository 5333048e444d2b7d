package views

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"signalbox/workflow"
)

// ValueText writes a value as people type it: lists with commas, entries that hold a comma in quotes.
func ValueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		entries := make([]string, len(v))
		for i, e := range v {
			entries[i] = ValueText(e)
		}
		return ListText(entries)
	case []string:
		return ListText(v)
	case fmt.Stringer:
		return v.String()
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// ListText writes entries with commas between them; ParseList reads them back.
func ListText(entries []string) string {
	quoted := make([]string, len(entries))
	for i, e := range entries {
		quoted[i] = e
		if e != strings.TrimSpace(e) || strings.ContainsAny(e, `,"`) {
			quoted[i] = `"` + strings.ReplaceAll(e, `"`, `""`) + `"`
		}
	}
	return strings.Join(quoted, ", ")
}

// ParseList splits at commas outside of quotes and leaves out what is blank.
func ParseList(text string) []string {
	var entries []string
	for text != "" {
		var entry string
		entry, text = nextEntry(strings.TrimSpace(text))
		if entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries
}

func nextEntry(text string) (entry, rest string) {
	if !strings.HasPrefix(text, `"`) {
		entry, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(entry), rest
	}
	var b strings.Builder
	i := 1
	for ; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 == len(text) || text[i+1] != '"' {
			break
		}
		i++ // two quotes stand for one
		b.WriteByte('"')
	}
	_, rest, _ = strings.Cut(text[min(i+1, len(text)):], ",")
	return b.String(), rest
}

// groupWords says a group of conditions in one line.
func groupWords(g workflow.Group) string {
	clauses, join := g.All, " and "
	if len(g.Any) > 0 {
		clauses, join = g.Any, " or "
	}
	var parts []string
	for _, c := range clauses {
		if c.Group != nil {
			parts = append(parts, "("+groupWords(*c.Group)+")")
			continue
		}
		parts = append(parts, conditionWords(c.Condition))
	}
	if len(parts) == 0 {
		return "no condition yet"
	}
	return strings.Join(parts, join)
}

func conditionWords(c workflow.Condition) string {
	if c.Left == "" {
		return "…"
	}
	op := ComparisonOf(c)
	if !op.TakesValue() {
		return leftWord(c.Left) + " " + op.words()
	}
	value := ValueText(c.Value)
	if value == "" {
		value = "…"
	}
	return leftWord(c.Left) + " " + op.words() + " " + value
}

// TriggerWords says in one line what starts a workflow.
func TriggerWords(t workflow.Trigger) string {
	var parts []string
	for _, e := range t.Events {
		text := eventWord(e.Event)
		if e.Where != nil {
			text += " where " + groupWords(*e.Where)
		}
		parts = append(parts, text)
	}
	if parts = append(parts, otherStarts(t)...); len(parts) == 0 {
		return "Nothing starts it yet"
	}
	return strings.Join(parts, ", or ")
}
