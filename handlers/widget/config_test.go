package widget_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type brokenCounter struct{}

func (brokenCounter) Add(context.Context, string, time.Duration, int, time.Time) (int, time.Time, error) {
	return 0, time.Time{}, errors.New("disk on fire")
}

func TestTheConfigShowsTheWidgetsSettingsAndNoSecret(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setWidget(func(w *store.Widget) {
			w.Domains = []string{"shop.test"}
			w.Settings = desk.WidgetSettings{
				Greeting: "Hi </script>", Color: "#123456", RequireEmail: true, Position: "bottom_left",
				Title: "Ask us", Language: "de", Sound: true, Texts: map[desk.Language]map[string]string{"de": {"send": "Ab damit"}},
			}
			w.IdentitySecret = "very secret"
		})
		a := f.do(http.MethodGet, "/array/"+f.token+"/config", "")
		wantStatus(t, "config", a, http.StatusOK)
		want := map[string]any{
			"hasFeatureFlags": false, "supportedCompression": []any{"gzip-js"}, "siteApps": []any{},
			"conversations": map[string]any{
				"enabled": true, "widgetEnabled": true, "token": f.token, "teamName": "Fern & Kettle",
				"greetingText": "Hi </script>", "color": "#123456", "placeholderText": "", "requireEmail": true,
				"collectName": false, "identificationFormTitle": "", "identificationFormDescription": "",
				"domains": []any{"shop.test"}, "widgetPosition": "bottom_left",
				"embed": map[string]any{
					"title": "Ask us", "language": "de", "theme": "auto", "sound": true, "askEmail": false, "attachments": false,
					"maxFileBytes": float64(desk.MaxFile), "restores": false, "strings": map[string]any{"de": map[string]any{"send": "Ab damit"}},
				},
			},
		}
		wantSame(t, "config", a.body, want)

		script := f.do(http.MethodGet, "/array/"+f.token+"/config.js", "")
		wantStatus(t, "config.js", script, http.StatusOK)
		head := `(window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {})["` + f.token + `"] = `
		settings, ok := strings.CutPrefix(script.text, head)
		var got struct {
			Config   map[string]any `json:"config"`
			SiteApps []any          `json:"siteApps"`
		}
		if err := json.Unmarshal([]byte(strings.TrimSuffix(settings, ";\n")), &got); err != nil || !ok {
			t.Fatalf("config.js is %q: %v", script.text, err)
		}
		wantSame(t, "config.js", got.Config, want)
		for _, text := range []string{a.text, script.text} {
			if strings.Contains(text, "very secret") || strings.Contains(text, "</script>") {
				t.Errorf("%s holds what it must not", text)
			}
		}
	})
}

// A site that had PostHog's widget goes on naming itself by the key that it had there; what it calls with is the token.
func TestASiteIsConfiguredByTheKeyOfItsPostHogProject(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		wantStatus(t, "a key that nobody told", f.do(http.MethodGet, "/array/phc_Old-1/config", ""), http.StatusNotFound)
		f.setWidget(func(w *store.Widget) { w.PostHogKey = "phc_Old-1" })
		a := f.do(http.MethodGet, "/array/phc_Old-1/config", "")
		wantStatus(t, "config", a, http.StatusOK)
		wantSame(t, "config", a.body, f.do(http.MethodGet, "/array/"+f.token+"/config", "").body)
		conversations, _ := a.body["conversations"].(map[string]any)
		wantSame(t, "token", conversations["token"], any(f.token))

		script := f.do(http.MethodGet, "/array/phc_Old-1/config.js", "").text
		if !strings.Contains(script, `)["phc_Old-1"] = {`) || !strings.Contains(script, `"token":"`+f.token+`"`) {
			t.Errorf("config.js is %q", script)
		}
		f.setWidget(func(w *store.Widget) { w.Enabled = false })
		off, _ := f.do(http.MethodGet, "/array/phc_Old-1/config", "").body["conversations"].(map[string]any)
		wantSame(t, "a widget that is off", off["enabled"], any(false))
		f.token = "phc_Old-1"
		wantStatus(t, "a call with the key", f.do(http.MethodGet, base+"/tickets?widget_session_id=0198c1f0-0000-7000-8000-000000000001", ""), http.StatusForbidden)
	})
}

func TestAFreshWidgetsConfigHasAnEmptyListOfDomains(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.do(http.MethodGet, "/array/"+f.token+"/config", "")
		conversations, _ := a.body["conversations"].(map[string]any)
		wantSame(t, "domains", conversations["domains"], any([]any{}))
		wantSame(t, "embed", conversations["embed"], any(map[string]any{
			"title": "", "language": "auto", "theme": "auto", "sound": false, "askEmail": true, "attachments": true,
			"maxFileBytes": float64(desk.MaxFile), "restores": false, "strings": map[string]any{},
		}))
		wantStatus(t, "an unknown token", f.do(http.MethodGet, "/array/nothing/config", ""), http.StatusNotFound)
		wantStatus(t, "a token of bad bytes", f.do(http.MethodGet, "/array/%ff%00/config.js", ""), http.StatusNotFound)
	})
}

// Nothing is offered that restore/request would refuse, or that no mail server would deliver.
func TestTheEmbedOffersAMailedLinkWhereOneCanBeMailed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, c := range []struct {
			mails   bool
			domains []string
			want    bool
		}{{true, nil, false}, {false, []string{"shop.test"}, false}, {true, []string{"shop.test"}, true}} {
			f.door.Mails = c.mails
			f.setWidget(func(w *store.Widget) { w.Domains = c.domains })
			conversations, _ := f.do(http.MethodGet, "/array/"+f.token+"/config?languages=en", "").body["conversations"].(map[string]any)
			embed, _ := conversations["embed"].(map[string]any)
			wantSame(t, "mailed links", embed["restores"], any(c.want))
		}
	})
}

func TestWhatTheSDKSendsBesideIsAnsweredWithExactly200(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.token = ""
		for _, path := range []string{"/flags/?v=2", "/e/?ip=0", "/i/v0/e/", "/i/v0/e"} {
			wantStatus(t, path, f.do(http.MethodPost, path, "not json at all"), http.StatusOK)
		}
		wantSame(t, "flags", f.do(http.MethodPost, "/flags/", "").body, map[string]any{"flags": map[string]any{}})
	})
}

func TestTheEmbedIsServedToOtherSites(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.do(http.MethodGet, "/widget.js", "")
		wantStatus(t, "widget.js", a, http.StatusOK)
		if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "text/javascript") {
			t.Errorf("Content-Type is %q", got)
		}
	})
}
