package widget

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// remoteConfig is what the SDK asks for before anything else. It says that of all that the SDK can
// do, only conversations are served here.
type remoteConfig struct {
	HasFeatureFlags      bool          `json:"hasFeatureFlags"`
	SupportedCompression []string      `json:"supportedCompression"`
	SiteApps             []string      `json:"siteApps"`
	Conversations        conversations `json:"conversations"`
}

type conversations struct {
	Enabled         bool     `json:"enabled"`
	WidgetEnabled   bool     `json:"widgetEnabled"`
	Token           string   `json:"token"`
	TeamName        string   `json:"teamName"` // ours: the head of our embed
	Greeting        string   `json:"greetingText"`
	Color           string   `json:"color"`
	Placeholder     string   `json:"placeholderText"`
	RequireEmail    bool     `json:"requireEmail"`
	CollectName     bool     `json:"collectName"`
	FormTitle       string   `json:"identificationFormTitle"`
	FormDescription string   `json:"identificationFormDescription"`
	Domains         []string `json:"domains"`
	Position        string   `json:"widgetPosition"`
	Embed           embed    `json:"embed"` // ours: what the SDK cannot do
}

// embed is what our own embed asks for beside what it shares with the SDK.
type embed struct {
	Title       string                              `json:"title"`
	Language    desk.Language                       `json:"language"`
	Theme       desk.Theme                          `json:"theme"`
	Sound       bool                                `json:"sound"`
	AskEmail    bool                                `json:"askEmail"`
	Attachments bool                                `json:"attachments"`
	MaxFile     int                                 `json:"maxFileBytes"`
	Restores    bool                                `json:"restores"` // a link to earlier conversations can be mailed
	Texts       map[desk.Language]map[string]string `json:"strings"`
}

// config answers the settings of one team's widget as JSON.
func (d *Door) config(w http.ResponseWriter, r *http.Request) {
	widget, err := d.configured(r)
	if err != nil {
		d.answerError(w, r, err)
		return
	}
	config := configOf(widget)
	if q := r.URL.Query(); q.Has("languages") { // only our embed says what its visitor reads
		config.Conversations.Embed = config.Conversations.Embed.speaking(q.Get("languages"), widget.Settings)
		config.Conversations.Embed.Restores = d.Mails && len(widget.Domains) > 0 // as checkPage wants
	}
	reply(w, http.StatusOK, config)
}

// configScript answers the same as a script, which a page may load where it may not fetch.
func (d *Door) configScript(w http.ResponseWriter, r *http.Request) {
	widget, err := d.configured(r)
	if err != nil {
		d.answerError(w, r, err)
		return
	}

	// What encoding/json writes is safe inside a script: it escapes <, > and the line separators.
	settings, err := json.Marshal(map[string]any{"config": configOf(widget), "siteApps": []string{}})
	if err != nil {
		d.answerError(w, r, err)
		return
	}
	name, err := json.Marshal(chi.URLParam(r, "token")) // the SDK looks under the name by which it asked
	if err != nil {
		d.answerError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte("(window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {})[" +
		string(name) + "] = " + string(settings) + ";\n"))
}

func (d *Door) configured(r *http.Request) (store.Widget, error) {
	if err := d.limitAddress(r); err != nil {
		return store.Widget{}, err
	}
	token := chi.URLParam(r, "token")
	if desk.CheckText("token", token) != nil {
		return store.Widget{}, refuse(http.StatusNotFound, "There is no widget with this token.")
	}
	widget, err := d.Store.WidgetOfSite(r.Context(), token)
	if desk.IsKind(err, desk.NotFound) {
		return store.Widget{}, refuse(http.StatusNotFound, "There is no widget with this token.")
	}
	return widget, err
}

// configOf is what the door tells a site of a team's widget.
func configOf(w store.Widget) remoteConfig {
	domains := w.Domains
	if domains == nil {
		domains = []string{}
	}
	s := w.Settings
	return remoteConfig{
		SupportedCompression: []string{"gzip-js"},
		SiteApps:             []string{},
		Conversations: conversations{
			Enabled: w.Enabled, WidgetEnabled: w.Enabled, Token: w.Token, TeamName: w.TeamName,
			Greeting: s.Greeting, Color: s.Color, Placeholder: s.Placeholder, Position: string(s.Position),
			RequireEmail: s.RequireEmail, CollectName: s.CollectName,
			FormTitle: s.FormTitle, FormDescription: s.FormDescription, Domains: domains, Embed: embedOf(s),
		},
	}
}

func embedOf(s desk.WidgetSettings) embed {
	e := embed{
		Title: s.Title, Language: s.Language, Theme: s.Theme, Sound: s.Sound, AskEmail: s.AskEmail,
		Attachments: s.Attachments, MaxFile: desk.MaxFile, Texts: s.Texts,
	}
	e.Language, e.Theme = cmp.Or(e.Language, desk.AutoLanguage), cmp.Or(e.Theme, desk.AutoTheme)
	if e.Texts == nil {
		e.Texts = map[desk.Language]map[string]string{}
	}
	return e
}

// flags answers that there are no feature flags.
func flags(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{"flags": map[string]any{}})
}

// accepted takes analytics events and forgets them: for minutes the SDK would repeat what is not
// answered with exactly 200.
func accepted(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{"status": 1})
}
