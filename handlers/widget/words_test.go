package widget

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/static"
	"signalbox/workflow/desk"
)

// The settings page offers what the embed says, no more and no less.
func TestATeamMaySetEveryTextOfTheEmbed(t *testing.T) {
	if diff := cmp.Diff(static.WidgetKeys(), slices.Sorted(slices.Values(desk.WidgetTexts()))); diff != "" {
		t.Errorf("texts (-embed +settings):\n%s", diff)
	}
	for _, language := range desk.Languages() {
		if static.WidgetText(string(language), "greeting") == "" {
			t.Errorf("the embed does not speak %s", language)
		}
	}
}

func TestTheEmbedSpeaksTheFirstLanguageThatItCan(t *testing.T) {
	for wanted, want := range map[string]desk.Language{
		"de-AT,en": "de", "nl,fr-CA,en": "fr", "pt_BR": "pt", "AR": "ar", "": "en", "xx,yy": "en", "english": "en", "est,es": "es", ",,es": "es",
	} {
		got := embedOf(desk.UsualWidgetSettings()).speaking(wanted, desk.WidgetSettings{})
		if got.Language != want || got.Texts[want]["send"] != static.WidgetText(string(want), "send") || len(got.Texts) != 1 {
			t.Errorf("for %q it speaks %s, with %d languages, want %s alone", wanted, got.Language, len(got.Texts), want)
		}
	}
}

func TestTheTeamsWordsGoBeforeTheEmbeds(t *testing.T) {
	s := desk.UsualWidgetSettings()
	s.Language, s.Greeting, s.Placeholder = "de", "Moin!", "Schreib uns"
	for choice, words := range map[string]string{"text.de.greeting": "Servus!", "text.de.send": "Ab damit", "text.fr.send": "Allez"} {
		var err error
		if s, err = s.With(choice, words); err != nil {
			t.Fatal(err)
		}
	}
	e := embedOf(s)

	said := e.speaking("fr", s).Texts["de"]
	got := map[string]string{"greeting": said["greeting"], "placeholder": said["placeholder"], "send": said["send"], "retry": said["retry"]}
	want := map[string]string{"greeting": "Servus!", "placeholder": "Schreib uns", "send": "Ab damit", "retry": "Erneut versuchen"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a team that has fixed German (-want +got):\n%s", diff)
	}
	if preview := e.speaking("!fr", s); preview.Texts["fr"]["send"] != "Allez" {
		t.Errorf("the preview of French says %q for send, want the team's word", preview.Texts["fr"]["send"])
	}
}
