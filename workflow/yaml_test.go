package workflow

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func readTestdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parseYAML(t testing.TB, text string) Definition {
	t.Helper()
	d, err := ParseYAML([]byte(text))
	if err != nil {
		t.Fatalf("ParseYAML: %v\n%s", err, text)
	}
	return d
}

func TestYAMLSaysWhatJSONSays(t *testing.T) {
	fromYAML, err := ParseFile(readTestdata(t, "every-field.yaml"), Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := ParseFile(readTestdata(t, "every-field.json"), Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
		t.Errorf("(-JSON +YAML):\n%s", diff)
	}
	if got, want := string(FormatYAML(fromJSON)), string(readTestdata(t, "every-field.yaml")); got != want {
		t.Errorf("FormatYAML (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestFormatYAMLComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Definition{Name: drawYAMLText(t), Description: drawYAMLText(t), Steps: drawSteps(t, 3)}
		d.Steps = append(d.Steps, Step{Type: SendReply, Message: &MessageStep{Body: drawYAMLText(t)}},
			Step{Type: UpdateTicket, Update: &UpdateTicketStep{Tags: []string{drawYAMLText(t), drawYAMLText(t)}}})
		assignIDs(d.Steps)
		want, err := Parse(Format(d))
		if err != nil {
			t.Fatal(err)
		}
		text := FormatYAML(d)
		got, err := ParseYAML(text)
		if err != nil {
			t.Fatalf("ParseYAML(FormatYAML(d)): %v\n%s", err, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%s", diff, text)
		}
		if again := FormatYAML(got); string(again) != string(text) {
			t.Fatalf("two exports differ:\n%s\n%s", text, again)
		}
	})
}

func TestFormatYAMLQuotesWhatOtherReadersTakeForABool(t *testing.T) {
	for _, text := range []string{"Yes", "no", "ON", "off", "y", "True", "NULL", "~", "1_000", "0b1"} {
		if got := string(FormatYAML(Definition{Name: text})); !strings.HasPrefix(got, `name: "`+text+`"`) {
			t.Errorf("the name %q is written as %s", text, got)
		}
	}
}

// drawYAMLText prefers what YAML could take for something else.
func drawYAMLText(t *rapid.T) string {
	piece := rapid.SampledFrom([]string{
		"a", "no", "null", "~", "1", "0x1", ".5", ":", ": ", " ", "  ", "\n", "\n\n", "\t", "#", " #", "- ", "-", "---", "...", "? ",
		"'", `"`, `\`, "{", "}", "[", ",", "&", "*", "!", "|", ">", "%", "@", "`", "<<", "é", "😀", "\u2028", "\u0085", "\ufeff", "\r", "\x01", "\u00a0",
	})
	return rapid.OneOf(
		rapid.String().Filter(noNUL),
		rapid.Map(rapid.SliceOfN(piece, 0, 8), func(pieces []string) string { return strings.Join(pieces, "") }),
	).Draw(t, "text")
}

func TestYAMLTypesByTheCoreSchema(t *testing.T) {
	for text, want := range map[string]any{
		"yes": "yes", "No": "No", "on": "on", "off": "off", "y": "y", "true": true, "False": false, "~": nil, "null": nil, "": nil, "Null": nil,
		"nULL": "nULL", "5": int64(5), "+5": int64(5), "-5": int64(-5), "5.0": int64(5), "5e0": int64(5), ".5": 0.5, "1.": int64(1), "-.5e+1": int64(-5),
		"012": int64(12), "0o14": int64(12), "0x1F": int64(31), "0b11": "0b11", "1_000": "1_000", "1,5": "1,5", "12:30": "12:30", "2026-01-05": "2026-01-05",
		`"5"`: "5", `'it''s'`: "it's", `"\u00e9\n\x41"`: "é\nA", "a b # c": "a b", "a#b": "a#b", "\"\"": "", "1e3": int64(1000),
		"a\n      b\n\n      c": "a b\nc", "|-\n      a\n       b": "a\n b", ">\n      a\n      b": "a b\n", "9223372036854775808": 9223372036854775808.0,
		"[1, no, \"2\"]": []any{int64(1), "no", "2"},
	} {
		d := parseYAML(t, "steps:\n  - type: set_variable\n    variable: v\n    value: "+text+"\n")
		if diff := cmp.Diff(want, d.Steps[0].Variable.Value); diff != "" {
			t.Errorf("value: %s (-want +got):\n%s", text, diff)
		}
	}
}

func TestYAMLRefusesByNameAndLine(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"an alias":             {"name: &a x\ndescription: *a", "line 1: anchors (&name) are not used"},
		"a merge key":          {"name: x\n<<: {name: y}", "line 2: merge keys (<<) are not used"},
		"an alias alone":       {"name: x\ndescription: *a", "line 2: aliases (*name) are not used"},
		"a tag":                {"name: !!str 5", "line 1: tags (!name) are not used"},
		"a directive":          {"%YAML 1.2\n---\nname: x", "line 1: directives (%name) are not used"},
		"two documents":        {"name: x\n---\nname: y", "line 2: there is a second document"},
		"a complex name":       {"? name\n: x", "line 1: complex names (? name) are not used"},
		"a field twice":        {"name: x\n\nname: y", `line 3: field "name" is given twice`},
		"a field twice inline": {"trigger: {manual: true, manual: true}", `field "manual" is given twice`},
		"an unknown field":     {"name: x\nstepz: []", `unknown field "stepz"`},
		"a very long field":    {strings.Repeat("x", 100) + ": 1", "line 1: unknown field"},
		"no number":            {"steps:\n- type: set_variable\n  value: .nan", `line 3: ".nan" is not a number`},
		"a huge number":        {"steps:\n- type: set_variable\n  value: 0xFFFFFFFFFFFFFFFFFF", "line 3:"},
		"bad indentation":      {"name: x\n  trigger: y", "this is not YAML"},
		"an open bracket":      {"name: [", "this is not YAML"},
		"an open quote":        {"name: \"x", "line 1: this is not YAML"},
		"a list":               {"- name: x", "must be an object"},
		"text":                 {"hello", "must be an object"},
		"nothing":              {"", "is empty"},
		"comments":             {"# nothing\n", "is empty"},
		"invalid UTF-8":        {"name: \xff", "not valid UTF-8"},
		"a NUL":                {"name: a\x00b", "NUL byte"},
		"a NUL in quotes":      {`name: "a\0b"`, "NUL byte"},
		"too large":            {"name: " + strings.Repeat("x", maxFile), "the limit is 1048576"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseYAML([]byte(test.file))
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("ParseYAML = %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestYAMLBombsAreRefusedSoon(t *testing.T) {
	deepKeys := func(n int) string { return strings.Repeat(`{`+strings.Repeat("k", maxYAMLName)+`: `, n) }
	for name, file := range map[string]string{
		"brackets":         strings.Repeat("[", maxFile/8),
		"closed brackets":  strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
		"dashes":           strings.Repeat("- ", maxFile/8),
		"question marks":   strings.Repeat("? ", maxFile/8),
		"many values":      "[" + strings.Repeat("1,", maxFile/4) + "]",
		"deep values":      deepKeys(100) + "[" + strings.Repeat("1,", 90_000) + "]" + strings.Repeat("}", 100),
		"far to the right": strings.Repeat(" ", 10_000) + "name: x",
		"colons":           strings.Repeat(": ", maxFile/8),
		"tags":             strings.Repeat("! ", maxFile/8),
		"documents":        strings.Repeat("---\n", maxFile/8),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := ParseYAML([]byte(file))
			if err == nil {
				t.Error("it was accepted")
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %s to refuse it", took)
			}
		})
	}
}

func TestYAMLRefusesDeepNesting(t *testing.T) {
	var b strings.Builder
	b.WriteString("steps:\n")
	for i := range maxNesting + 1 {
		fmt.Fprintf(&b, "%[1]s- type: if\n%[1]s  else:\n", strings.Repeat("  ", i))
	}
	if _, err := ParseYAML([]byte(b.String() + strings.Repeat("  ", maxNesting+1) + "- type: stop\n")); err == nil || !strings.Contains(err.Error(), "nested more than 20 levels deep") {
		t.Errorf("ParseYAML = %v, want a refusal of the depth", err)
	}
}

func TestParseFileTellsTheFormatsApart(t *testing.T) {
	for name, file := range map[string]string{
		"JSON":              `{"name":"x","steps":[]}`,
		"JSON after blanks": "\n  {\"name\":\"x\"}",
		"YAML":              "name: x\n",
		"YAML after ---":    "---\nname: x\n",
		"YAML, comment":     "# made by hand\nname: x\n",
		"byte order mark":   "\ufeffname: x\n",
	} {
		d, err := ParseFile([]byte(file), Mapping{})
		if err != nil || d.Name != "x" {
			t.Errorf("%s: ParseFile = %q, %v", name, d.Name, err)
		}
	}
}

func FuzzParseYAML(f *testing.F) {
	f.Add([]byte(sampleFile))
	f.Add([]byte("name: x\ntrigger:\n  events:\n    - $conversation_message_sent\nsteps:\n- type: stop\n  reason: |\n    a\n\n     b\n"))
	f.Add([]byte("? a\n: *b\n--- !t &x [a, {b: c}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseYAML(data)
		if err != nil {
			return
		}
		first := FormatYAML(d)
		again, err := ParseYAML(first)
		if err != nil {
			t.Fatalf("the export is refused: %v\n%s", err, first)
		}
		if second := FormatYAML(again); string(first) != string(second) {
			t.Fatalf("two exports differ:\n%s\n%s", first, second)
		}
		if native, err := Parse(Format(d)); err != nil || cmp.Diff(native, again) != "" {
			t.Fatalf("YAML and JSON differ: %v\n%s", err, cmp.Diff(native, again))
		}
	})
}
