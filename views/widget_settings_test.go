package views

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"signalbox/static"
	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

func widgetPages() map[string]templ.Component {
	form := WidgetForm{Values: map[string]string{
		"enabled": "on", "color": "#ffe000", "position": "bottom_left", "theme": "dark", "language": "auto", "greeting": "Hello",
		"require_email": "on", "domains": "shop.example.com\n*.example.com", "text.de.send": "Ab damit",
	}, Seen: `{"color":"#ffe000"}`}
	refused := form
	refused.Field, refused.Problem = "color", "“red” is not a colour."
	const preview = `{"conversations":{"greetingText":"</iframe>"}}`

	look := WidgetPage{Shell: settingsShell(), Form: form, Color: CheckColor("#ffe000"), Preview: preview, Embed: EmbedCode("https://desk.example", "wt_123")}
	bad := look
	bad.Form, bad.Color, bad.Site = refused, CheckColor("red"), SiteCheck{Address: "https://evil.test", Asked: true}
	identity := IdentityPage{Shell: settingsShell(), Secret: strings.Repeat("0f", 32), Mark: "0f0f0f", Previous: "a1b2c3"}
	keyed := WidgetForm{Values: map[string]string{desk.PostHogKeyField: "phc 1"}, Problem: "“phc 1” is not the key of a PostHog project.", Field: desk.PostHogKeyField}
	return map[string]templ.Component{
		"settings-widget":          SettingsWidget(look),
		"settings-widget-refused":  SettingsWidget(bad),
		"settings-widget-words":    WidgetWords(WordsPage{Shell: settingsShell(), Language: "de", Own: map[desk.Language]int{"de": 1}, Form: form, Preview: preview}),
		"settings-widget-install":  WidgetInstall(InstallPage{Shell: settingsShell(), URL: "https://desk.example", Token: "wt_123"}),
		"settings-widget-keyed":    WidgetInstall(InstallPage{Shell: settingsShell(), URL: "https://desk.example", Token: "wt_123", Key: "phc_123456", Chat: true, Form: keyed}),
		"settings-widget-identity": WidgetIdentity(identity),
		"settings-widget-unsigned": WidgetIdentity(IdentityPage{Shell: settingsShell(), Problem: "Somebody changed the secrets meanwhile."}),
		"widget-preview":           WidgetPreview(),
	}
}

// Every text of the embed can be changed, and nothing that it does not say.
func TestTheWordsAreThoseOfTheEmbed(t *testing.T) {
	grouped := []string{}
	for _, g := range wordGroups() {
		grouped = append(grouped, g.Keys...)
	}
	for what, keys := range map[string][]string{"the page": grouped, "the desk": desk.WidgetTexts()} {
		slices.Sort(keys)
		if diff := cmp.Diff(static.WidgetKeys(), keys); diff != "" {
			t.Errorf("texts of %s (-embed +%s):\n%s", what, what, diff)
		}
	}
	for _, l := range desk.Languages() {
		if static.WidgetText(string(l), "title") == "" {
			t.Errorf("the embed does not speak %s", l)
		}
	}
}

func TestAColorIsMeasuredAsItIsSeen(t *testing.T) {
	yellow := CheckColor(" #FFE000 ")
	if yellow.InkName != "Black" || yellow.Pages[0].badge().Tone != ui.Warn || yellow.Pages[1].Weak {
		t.Errorf("yellow is measured as %+v, want black on it and hard to see on white alone", yellow)
	}
	if usual := CheckColor(""); usual.InkName != "White" || usual.Pages[0].Weak || usual.Pages[1].Weak {
		t.Errorf("the usual colour is measured as %+v, want it seen everywhere", usual)
	}
	if bad := CheckColor(`"><script>`); bad.Problem == "" || bad.Color != "" {
		t.Errorf("no colour is measured as %+v", bad)
	}
}

func TestAnEmptyFieldShowsWhatTheWidgetSays(t *testing.T) {
	doc := parsed(t, widgetPages()["settings-widget-words"])
	fields := doc.Find(".words input")
	if fields.Length() != len(static.WidgetKeys()) {
		t.Errorf("there are %d fields, want one for each text", fields.Length())
	}
	fields.Each(func(_ int, field *goquery.Selection) {
		if field.AttrOr("placeholder", "") == "" {
			t.Errorf("the field %s does not show what the widget says", field.AttrOr("name", "?"))
		}
	})
	if got := doc.Find(`[name="text.de.send"]`).AttrOr("value", ""); got != "Ab damit" {
		t.Errorf("the team's own words are %q", got)
	}
}

func TestAllSixLanguagesHaveASnippet(t *testing.T) {
	names := map[string]bool{}
	for _, s := range SigningSnippets() {
		names[s.Language] = true
		if !strings.Contains(s.Code, secretVariable) {
			t.Errorf("%s does not take the secret from %s", s.Language, secretVariable)
		}
	}
	if len(names) != 6 {
		t.Errorf("the languages are %v", slices.Sorted(maps.Keys(names)))
	}
}
