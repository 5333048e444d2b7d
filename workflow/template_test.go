package workflow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTemplates(t *testing.T) {
	s := testScope(map[string]any{
		"ticket_id": "t1", "n": int64(42), "big": 1e15, "half": 0.5, "null": nil, "yes": true,
		"tags": []any{"a", "b"}, "mail": "Ada@Example.com", "at": "2026-01-05T23:30:00Z", "emoji": "héllo👋",
	}, map[string]any{"ticket": map[string]any{"id": "t1", "tags": []string{"x"}}})
	for _, test := range []struct {
		template string
		want     any
	}{
		{"", ""},
		{"plain }text", "plain }text"},
		{"{event.properties.n}", int64(42)},
		{"{ event.properties.n }", int64(42)},
		{" {event.properties.n}", " 42"},
		{"{event.properties.tags}", []any{"a", "b"}},
		{"{event.properties.tags.1}", "b"},
		{"{event.properties.tags.9}", nil},
		{"{event.properties.null}", nil},
		{"{event.properties.none.of.this}", nil},
		{"<{event.properties.null}>", "<>"},
		{"n={event.properties.n} b={event.properties.big} h={event.properties.half} y={event.properties.yes}", "n=42 b=1000000000000000 h=0.5 y=true"},
		{"tags: {event.properties.tags}", `tags: ["a","b"]`},
		{"{variables.ticket.id}/{variables.ticket.tags}", `t1/["x"]`},
		{"{variables.ticket}", map[string]any{"id": "t1", "tags": []string{"x"}}},
		{`\{event}`, "{event}"},
		{`a\b`, `a\b`},
		{"{event.event} {event.distinct_id} {event.timestamp}", "$conversation_ticket_created d1 2026-01-05T09:59:59Z"},
		{"{team.name}", "Acme"},
		{"{team.id}", int64(7)},
		{"{now}", "2026-01-05T10:00:00Z"},
		{`{event.properties.null | default: "no, | }body"}`, "no, | }body"},
		{`{event.properties.null | default: 3}`, int64(3)},
		{`{event.properties.n | default: 3}`, int64(42)},
		{"{event.properties.mail|upper}", "ADA@EXAMPLE.COM"},
		{"{event.properties.mail | lower | truncate: 3}", "ada"},
		{"{event.properties.emoji | truncate: 6}", "héllo👋"},
		{"{event.properties.emoji | truncate: 2}", "hé"},
		{"{event.properties.null | upper}", nil},
		{`{event.properties.at | date: "2006-01-02"}`, "2026-01-06"}, // in the team's zone
		{`{event.properties.at | date: "2006-01-02 15:04", "America/New_York"}`, "2026-01-05 18:30"},
	} {
		got, err := compileTemplate(test.template).resolve(s)
		if err != nil {
			t.Errorf("%s: %v", test.template, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.template, diff)
		}
	}
}

func TestTemplateRefusals(t *testing.T) {
	s := testScope(map[string]any{"long": strings.Repeat("x", maxValue), "word": "soon"}, nil)
	for template, want := range map[string]string{
		"{foo.x}":                                `Unknown variable "foo"`,
		"{}":                                     "is not a path",
		"{event.properties.x":                    "never closed",
		"{event..x}":                             "is not a path",
		`{"a":1}`:                                "is not a path",
		"{event | shout}":                        `Unknown filter "shout"`,
		"{event | truncate}":                     "needs a number",
		`{event | truncate: "x"}`:                "needs a number",
		`{event | default: x}`:                   "is not a value for a filter",
		`{now | date: "2006", "Mars/Phobos"}`:    "Unknown time zone",
		`{now | date}`:                           "needs a layout",
		`{event.properties.word | date: "2006"}`: "is not a date",
		"{event.properties.long}!":               "larger than 64 kB",
		"{event.properties.long}{event.properties}": "larger than 64 kB",
		"{event.properties}":                        "larger than 64 kB",
	} {
		_, err := compileTemplate(template).resolve(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", template, err, want)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("{event.properties.x}", "a")
	f.Add(`x \{ {variables.x | default: "a|}" | upper | truncate: 3} y`, "{")
	f.Add(`{now | date: "2006-01-02", "Europe/Berlin"}`, "2026-01-01")
	f.Fuzz(func(t *testing.T, text, value string) {
		s := testScope(map[string]any{"x": value}, map[string]any{"x": []any{value, 1.5}})
		got, err := compileTemplate(text).resolve(s)
		if err == nil && sizeOf(got) > maxValue+2 {
			t.Fatalf("a value of %d bytes passed", sizeOf(got))
		}
		if !strings.ContainsAny(text, `{\`) && len(text) <= maxValue && got != text {
			t.Fatalf("text without braces became %v", got)
		}
	})
}
