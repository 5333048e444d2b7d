package desk

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"
)

func TestAWidgetsChoicesCanBeGivenBack(t *testing.T) {
	s := UsualWidgetSettings()
	given := map[string]string{
		"title": "Help", "greeting": "Hello\nyou", "placeholder": "Ask", "color": "#12aBef", "position": "top_left",
		"theme": "dark", "language": "pt", "form_title": "Who?", "form_description": "So that we can answer",
		"require_email": "on", "collect_name": "on", "ask_email": "off", "sound": "on", "attachments": "off",
		"text.de.send": "Ab damit", "text.ar.title": "مرحبا",
	}
	for name, value := range given {
		var err error
		if s, err = s.With(name, value); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if got := s.Choices(); !maps.Equal(got, given) {
		t.Errorf("the choices are %v, want %v", got, given)
	}
	if err := s.Check(); err != nil {
		t.Errorf("what was given is refused: %v", err)
	}

	kept, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	got := UsualWidgetSettings()
	if err := json.Unmarshal(kept, &got); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("kept and read again they are %+v (%v), want %+v", got, err, s)
	}
}

func TestAWidgetsWordsAreTakenBackByNothing(t *testing.T) {
	before := WidgetSettings{Texts: map[Language]map[string]string{"de": {"send": "Ab damit"}}}
	after, err := before.With("text.de.send", "  ")
	if err != nil || after.Texts != nil {
		t.Errorf("the words are %v, %v, want none", after.Texts, err)
	}
	if before.Texts["de"]["send"] != "Ab damit" {
		t.Error("the settings before have changed too")
	}
}

func TestAWidgetsBadChoicesAreRefusedByName(t *testing.T) {
	for name, values := range map[string][]string{
		"color":        {"red", "#12345", "#1234567", "#12345g", "#+12345", "123456", "#ffffff;}"},
		"position":     {"", "middle", "BOTTOM_LEFT"},
		"theme":        {"", "pink"},
		"language":     {"", "tlh"},
		"title":        {strings.Repeat("é", maxWidgetLine+1), "a\x00b", "\xff"},
		"greeting":     {strings.Repeat("é", maxWidgetText+1)},
		"text.de.send": {strings.Repeat("é", maxWidgetLine+1)},
		"text.xx.send": {"a"},
		"text.de.nope": {"a"},
		"text.de":      {"a"},
		"no_such":      {"a"},
	} {
		for _, value := range values {
			_, err := UsualWidgetSettings().With(name, value)
			if !IsKind(err, Invalid) {
				t.Errorf("%s = %.20q: got %v, want it refused", name, value, err)
			}
		}
	}
	if _, err := UsualWidgetSettings().With("greeting", strings.Repeat("é", maxWidgetText)); err != nil {
		t.Errorf("a greeting of the greatest length is refused: %v", err)
	}
	if err := (WidgetSettings{Color: "red"}).Check(); !IsKind(err, Invalid) {
		t.Errorf("a bad colour is checked with %v, want it refused", err)
	}
}

func TestInkIsReadableOnEveryColor(t *testing.T) {
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				c := Color{uint8(r), uint8(g), uint8(b)}
				if ratio := c.Contrast(c.Ink()); ratio < 4.5 {
					t.Fatalf("on %v the ink %v has a contrast of %.2f", c, c.Ink(), ratio)
				}
			}
		}
	}
	if got := white.Contrast(black); got != 21 {
		t.Errorf("white on black is %v, want 21", got)
	}
	if c, err := ParseColor("#2B5bd7"); err != nil || c != (Color{0x2b, 0x5b, 0xd7}) || c.Ink() != white {
		t.Errorf("the colour is %v with ink %v, %v", c, c.Ink(), err)
	}
}

func TestSecretsAreRotatedEndedAndRemoved(t *testing.T) {
	s := WidgetSecrets{}
	for _, step := range []struct {
		act  SecretAct
		want WidgetSecrets
	}{
		{RotateSecret, WidgetSecrets{Current: "first"}},
		{RotateSecret, WidgetSecrets{Current: "second", Previous: "first"}},
		{EndPrevious, WidgetSecrets{Current: "second"}},
		{RotateSecret, WidgetSecrets{Current: "third", Previous: "second"}},
		{RemoveSecrets, WidgetSecrets{}},
	} {
		fresh := step.want.Current
		next, err := s.After(step.act, fresh)
		if err != nil || next != step.want {
			t.Errorf("after %s the secrets are %v, %v, want %v", step.act, next, err, step.want)
		}
		s = next
	}
	if _, err := s.After(EndPrevious, ""); !IsKind(err, Conflict) {
		t.Errorf("ending what is not there: %v, want a conflict", err)
	}
	if _, err := s.After("steal", ""); !IsKind(err, Invalid) {
		t.Errorf("an unknown act: %v, want it refused", err)
	}
	long := WidgetSecrets{Current: "0123456789abcdef"}
	if err := long.Seen("abcdef"); err != nil || long.Mark() != "abcdef" {
		t.Errorf("the mark is %q, seen with %v", long.Mark(), err)
	}
	if err := long.Seen(""); !IsKind(err, Conflict) {
		t.Errorf("a mark of before: %v, want a conflict", err)
	}
}
