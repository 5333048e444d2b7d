package handlers_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (d builderDesk) widget(t *testing.T) store.Widget {
	t.Helper()
	w, err := d.store.Widget(t.Context(), d.team)
	check(t, err)
	return w
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// filled is a form as a browser would send it, with some fields as a person changed them.
func (p page) filled(t *testing.T, form string, changed url.Values) url.Values {
	t.Helper()
	f := p.Find(form).First()
	if f.Length() == 0 {
		t.Fatalf("no form %q on %s (status %d)", form, p.at, p.status)
	}
	sent := controls(f)
	maps.Copy(sent, changed)
	return sent
}

func TestEverySettingOfTheWidgetIsSavedAndShownAgain(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		form := ada.open("/settings/widget").filled(t, "#widget-form", url.Values{
			"enabled": {"off"}, "color": {"#12abef"}, "position": {"top_left"}, "theme": {"dark"}, "language": {"fr"}, "title": {"Ask us"},
			"greeting": {"Hello\r\nthere"}, "placeholder": {"Write"}, "require_email": {"off", "on"}, "collect_name": {"off", "on"},
			"form_title": {"Who?"}, "form_description": {"To answer"}, "ask_email": {"off"}, "attachments": {"off"}, "sound": {"off", "on"},
			"domains": {"https://shop.example.com/cart\r\n*.b.example"},
		})
		p := ada.post("/settings/widget", form)
		want := desk.WidgetSettings{
			Title: "Ask us", Greeting: "Hello\nthere", Placeholder: "Write", Color: "#12abef", Position: desk.TopLeft, Theme: desk.DarkTheme,
			Language: "fr", FormTitle: "Who?", FormDescription: "To answer", RequireEmail: true, CollectName: true, Sound: true,
		}
		got := d.widget(t)
		wantEqual(t, "settings", got.Settings, want)
		wantEqual(t, "sites", got.Domains, []string{"shop.example.com", "*.b.example"})
		if got.Enabled || p.status != http.StatusOK || p.at.Path != "/settings/widget" {
			t.Errorf("enabled is %v, the answer %d at %s", got.Enabled, p.status, p.at)
		}

		ada.post("/settings/widget", p.filled(t, "#widget-form", nil))
		wantEqual(t, "settings after a form that nobody touched", d.widget(t).Settings, want)
	})
}

func TestARefusedWidgetSettingKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, before := d.signIn(t, "ada@example.com"), d.widget(t)
		for name, value := range map[string]string{
			"color": "red", "position": "middle", "theme": "pink", "language": "tlh", "domains": "a b!", "greeting": strings.Repeat("a", 1_001),
		} {
			form := ada.open("/settings/widget").filled(t, "#widget-form", url.Values{name: {value}, "title": {"Typed"}})
			p := ada.post("/settings/widget", form)
			if p.status != http.StatusUnprocessableEntity || p.Find("#problem").Length() != 1 {
				t.Errorf("%s = %.20q is answered with %d: %s", name, value, p.status, p.Find("#problem").Text())
			}
			if got := p.Find(`[name="title"]`).AttrOr("value", ""); got != "Typed" {
				t.Errorf("after a refused %s the title is %q, want what was typed", name, got)
			}
		}
		wantEqual(t, "the widget", d.widget(t), before)
	})
}

func TestTwoAdminsNeverUndoEachOther(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		mine, theirs := ada.open("/settings/widget"), ada.open("/settings/widget")
		words := ada.open("/settings/widget/words?language=de")
		ada.post("/settings/widget", theirs.filled(t, "#widget-form", url.Values{"color": {"#111111"}, "greeting": {"Theirs"}, "sound": {"off", "on"}}))
		ada.post("/settings/widget/words?language=de", words.filled(t, "#widget-form", url.Values{"text.de.send": {"Ab"}}))
		words2 := ada.post("/settings/widget/words?language=de", words.filled(t, "#widget-form", url.Values{"text.de.title": {"Hilfe"}}))

		p := ada.post("/settings/widget", mine.filled(t, "#widget-form", url.Values{"title": {"Mine"}}))
		s := d.widget(t).Settings
		if p.status != http.StatusOK || s.Title != "Mine" || s.Greeting != "Theirs" || s.Color != "#111111" || !s.Sound {
			t.Errorf("after both saved the settings are %+v (%d)", s, p.status)
		}
		wantEqual(t, "texts", s.Texts, map[desk.Language]map[string]string{"de": {"send": "Ab", "title": "Hilfe"}})
		if words2.status != http.StatusOK {
			t.Errorf("the second words are answered with %d", words2.status)
		}

		p = ada.post("/settings/widget", mine.filled(t, "#widget-form", url.Values{"greeting": {"Mine"}}))
		if p.status != http.StatusConflict || !strings.Contains(p.Find("#greeting-problem").Text(), "Theirs") || d.widget(t).Settings.Greeting != "Theirs" {
			t.Errorf("both changed the greeting: %d, %q", p.status, p.Find("#greeting-problem").Text())
		}
		p = ada.post("/settings/widget", p.filled(t, "#widget-form", nil))
		if got := d.widget(t).Settings.Greeting; got != "Mine" || p.status != http.StatusOK {
			t.Errorf("saved knowingly, the greeting is %q (%d)", got, p.status)
		}
	})
}

func TestAPastedAddressIsCheckedAsTheDoorWould(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		for _, c := range []struct{ domains, address, verdict string }{
			{"other.test\n*.example.com", "https://shop.example.com/x?y=1", "Yes, by *.example.com."},
			{"example.com", "https://shop.example.com", "No: none of these domains covers it."},
			{"example.com", "example.com/cart", "Yes, by example.com."},
			{"*.bücher.example", "https://Bücher.example/", "Yes, by *.bücher.example."},
			{"", "https://anything.test", "Yes: the list is empty"},
		} {
			form := url.Values{"domains": {c.domains}, "address": {c.address}, "title": {"Typed"}}
			fragment := ada.fragment(http.MethodPost, "/settings/widget/site", form)
			whole := ada.post("/settings/widget/site", form)
			for what, p := range map[string]page{"fragment": fragment, "page": whole} {
				if got := strings.Join(strings.Fields(p.Find("#site-verdict").Text()), " "); p.status != http.StatusOK || !strings.HasPrefix(got, c.verdict) {
					t.Errorf("%s in %q as a %s: %d %q, want %q", c.address, c.domains, what, p.status, got, c.verdict)
				}
			}
			if whole.Find(`[name="title"]`).AttrOr("value", "") != "Typed" || whole.Find(`[name="address"]`).AttrOr("value", "") != c.address {
				t.Error("the page has lost what was typed")
			}
		}
		for _, address := range []string{"", "not an address"} {
			if p := ada.post("/settings/widget/site", url.Values{"address": {address}}); p.status != http.StatusUnprocessableEntity {
				t.Errorf("%q is answered with %d, want 422", address, p.status)
			}
		}
		if w := d.widget(t); len(w.Domains) != 0 || w.Settings.Title != "" {
			t.Errorf("a check has saved %+v", w)
		}
	})
}

func TestWordsAreSavedForOneLanguage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		const german = "/settings/widget/words?language=de"
		p := ada.post(german, ada.open(german).filled(t, "#widget-form", url.Values{"text.de.send": {"Ab damit"}}))
		if got := p.Find(`.languages [aria-current] .count`).Text(); got != "1" || p.at.RequestURI() != german {
			t.Errorf("the language shows %q own texts at %s", got, p.at)
		}
		wantEqual(t, "texts", d.widget(t).Settings.Texts, map[desk.Language]map[string]string{"de": {"send": "Ab damit"}})

		p = ada.post(german, p.filled(t, "#widget-form", url.Values{"text.de.send": {strings.Repeat("ä", 121)}}))
		if p.status != http.StatusUnprocessableEntity || p.Find(`[name="text.de.send"][aria-invalid]`).Length() != 1 {
			t.Errorf("a long text is answered with %d: %s", p.status, p.Find("#problem").Text())
		}
		ada.post(german, p.filled(t, "#widget-form", url.Values{"text.de.send": {""}}))
		if texts := d.widget(t).Settings.Texts; texts != nil {
			t.Errorf("an emptied text leaves %v", texts)
		}
		if p := ada.open("/settings/widget/words?language=tlh"); p.status != http.StatusNotFound {
			t.Errorf("an unknown language is answered with %d, want 404", p.status)
		}
	})
}

func TestThePreviewShowsWhatIsTypedAndSavesNothing(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, before := d.signIn(t, "ada@example.com"), d.widget(t)
		for typed, want := range map[string]string{"#abcdef": "#abcdef", "red": ""} {
			p := ada.post("/settings/widget/preview", url.Values{"color": {typed}})
			var config struct{ Conversations struct{ Color string } }
			if err := json.Unmarshal([]byte(p.Text()), &config); err != nil || config.Conversations.Color != want {
				t.Errorf("the preview of %s is %q, %v", typed, p.Text(), err)
			}
		}
		wantEqual(t, "the widget", d.widget(t), before)
		p := ada.open("/settings/widget/preview")
		if csp := p.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'self'") || p.header.Get("X-Frame-Options") != "SAMEORIGIN" {
			t.Errorf("the preview's page is sent with %q", csp)
		}
	})
}

func TestOnlyAdminsSeeTheWidgetsSettings(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		for _, path := range []string{"", "/words", "/install", "/identity", "/preview"} {
			if p := bob.open("/settings/widget" + path); p.status != http.StatusForbidden {
				t.Errorf("an agent's %s is answered with %d, want 403", path, p.status)
			}
		}
		for _, path := range []string{"", "/words", "/token", "/identity", "/preview", "/site", "/color"} {
			if p := bob.post("/settings/widget"+path, url.Values{"act": {"rotate"}}); p.status != http.StatusForbidden {
				t.Errorf("an agent's POST to %s is answered with %d, want 403", path, p.status)
			}
		}
	})
}
