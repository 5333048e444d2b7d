package desk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func TestASearchIsTakenApart(t *testing.T) {
	word := func(text string) desk.Term { return desk.Term{Text: text} }
	typed := func(text string) desk.Term { return desk.Term{Text: text, Prefix: true} }
	for text, want := range map[string]desk.Search{
		"":                         {},
		"   ":                      {},
		"late parcel":              {Terms: []desk.Term{word("late"), typed("parcel")}},
		"refund ":                  {Terms: []desk.Term{word("refund")}},
		"refu* money":              {Terms: []desk.Term{typed("refu"), typed("money")}},
		`"late parcel" -spam`:      {Terms: []desk.Term{word("late parcel"), {Text: "spam", Not: true, Prefix: true}}},
		`“late parcel”`:            {Terms: []desk.Term{word("late parcel")}},
		`"never closed`:            {Terms: []desk.Term{word("never closed")}},
		`one"two three"four`:       {Terms: []desk.Term{word("one"), word("two three"), typed("four")}},
		`"" "  " *`:                {Terms: []desk.Term{{Prefix: true}}},
		"- -":                      {Terms: []desk.Term{word("-"), typed("-")}},
		"ada@northwind.example":    {Terms: []desk.Term{typed("ada@northwind.example")}},
		"https://shop.example/a:b": {Terms: []desk.Term{typed("https://shop.example/a:b")}},
		"color:red":                {Terms: []desk.Term{typed("color:red")}},
		"NEAR(a b) OR c^2":         {Terms: []desk.Term{word("NEAR(a"), word("b)"), word("OR"), typed("c^2")}},
		"status: open":             {Terms: []desk.Term{typed("open")}},
		"refund STATUS:Open": {
			Terms:     []desk.Term{word("refund")},
			Operators: []desk.Operator{{Name: desk.SearchStatus, Value: "Open", Raw: "STATUS:Open"}},
		},
		`-tag:"two words" from:ada@`: {Operators: []desk.Operator{
			{Name: desk.SearchTag, Value: "two words", Not: true, Raw: `-tag:"two words"`},
			{Name: desk.SearchFrom, Value: "ada@", Raw: "from:ada@"},
		}},
	} {
		if diff := cmp.Diff(want, desk.ParseSearch(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestWhatASearchDoesNotUnderstandIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"status:open is:at-risk before:2026-01-31 after:2025 has:attachment priority:none": "",
		"status:on-hold is:on_hold is:SNOOZED":                                             "",
		"https://shop.example 12:30":                                                       "",
		"status:closed":                                                                    "new, open, pending, on_hold or resolved",
		"is:late":                                                                          "is:mine",
		"has:file":                                                                         "has:attachment",
		"before:tomorrow":                                                                  "before:2026-01-31",
		"-after:2026":                                                                      "before:",
		"color:red":                                                                        "no operator “color:”",
	} {
		got := strings.Join(desk.ParseSearch(text).Hints(), " ")
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q, want %q in it", text, got, want)
		}
	}
}

func TestAnOperatorIsTakenOutOfASearch(t *testing.T) {
	text := `refund  status:open "late parcel" -tag:"two words"`
	operators := desk.ParseSearch(text).Operators
	if got := desk.Lacking(text, operators[0]); got != `refund "late parcel" -tag:"two words"` {
		t.Errorf("without the first: got %q", got)
	}
	if got := desk.Lacking(text, operators[1]); got != `refund status:open "late parcel"` {
		t.Errorf("without the second: got %q", got)
	}
}

func FuzzParseSearch(f *testing.F) {
	for _, seed := range []string{`a "b c" -d status:open`, `"`, `-"-`, `tag:"`, "“”", "\xff:\x00", strings.Repeat("a ", 99), `is:"x"y`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := desk.ParseSearch(text)
		s.Hints()
		if n := len(s.Terms) + len(s.Operators); n > 40 {
			t.Fatalf("%q: got %d parts, want a bounded number", text, n)
		}
		for _, o := range s.Operators {
			if o.Value == "" || o.Raw == "" {
				t.Fatalf("%q: got an operator without value or text: %+v", text, o)
			}
			o.Day()
			if rest := desk.Lacking(text, o); utf8.ValidString(text) && len(rest) > len(text) {
				t.Fatalf("%q without %q grew to %q", text, o.Raw, rest)
			}
		}
	})
}

func TestATicketNumberIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]int64{
		"12": 12, "#12": 12, " #12 ": 12, "": 0, "#": 0, "##1": 0, "# 1": 0, "1x": 0, "-1": 0, "#-1": 0, "0": 0, "99999999999999999999": 0,
	} {
		if got := desk.TicketNumber(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
