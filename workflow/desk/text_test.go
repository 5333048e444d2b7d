package desk

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCleanTags(t *testing.T) {
	got, err := CleanTags([]string{" VIP", "vip", "", "\t", "Ärger", strings.Repeat("ü", MaxTag)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"vip", "ärger", strings.Repeat("ü", MaxTag)}, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	for _, bad := range []string{strings.Repeat("ü", MaxTag+1), "a\x00", "\xff", "  \xff  "} {
		if got, err := CleanTags([]string{bad}); err == nil {
			t.Errorf("%q: got %q, want a refusal", bad, got)
		}
	}
}

func TestTextNeedsSomethingToSee(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, " \n\t": false, "\u200b\u200b": false, "\u2060\ufeff ": false, "\u202e": false,
		"a": true, ".": true, "é": true, "🐟": true, "\u200bx": true, "👩\u200d👧": true,
	} {
		if err := checkText("message", text, 1, 100); (err == nil) != want {
			t.Errorf("%q: got %v, want it taken: %v", text, err, want)
		}
	}
}

func FuzzCleanTags(f *testing.F) {
	f.Add(" VIP ", "İ")
	f.Add("\xff", "\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		clean, err := CleanTags([]string{a, b})
		if err != nil {
			return
		}
		again, err := CleanTags(clean)
		if err != nil {
			return // lower-casing once more may lengthen a tag
		}
		for _, tag := range again {
			if !utf8.ValidString(tag) || tag != strings.TrimSpace(tag) || utf8.RuneCountInString(tag) > MaxTag {
				t.Errorf("%q, %q: got tag %q", a, b, tag)
			}
		}
	})
}

func TestCutNeverHalvesACharacter(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 0, ""}, {"abc", 3, "abc"}, {"abc", 2, "ab"}, {"äöü", 2, "äö"}, {"äöü", 3, "äöü"}, {"🚀🚀", 1, "🚀"}, {"ä", 0, ""},
	} {
		if got := Cut(c.in, c.n); got != c.want {
			t.Errorf("Cut(%q, %d): got %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
