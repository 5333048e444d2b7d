package desk

import (
	"maps"
	"slices"
	"strings"
)

// What a widget may say, in characters.
const (
	maxWidgetLine = 120   // a title, a label
	maxWidgetText = 1_000 // a greeting, an explanation
)

// Corner is where a widget's button is on the page.
type Corner string

// The corners, by the names that spec/4 gives them.
const (
	BottomRight Corner = "bottom_right"
	BottomLeft  Corner = "bottom_left"
	TopRight    Corner = "top_right"
	TopLeft     Corner = "top_left"
)

// Corners are all of them, the usual one first.
func Corners() []Corner { return []Corner{BottomRight, BottomLeft, TopRight, TopLeft} }

// Theme is how light a widget is.
type Theme string

// The themes.
const (
	AutoTheme  Theme = "auto" // as the visitor's system has it
	LightTheme Theme = "light"
	DarkTheme  Theme = "dark"
)

// Themes are all of them, the usual one first.
func Themes() []Theme { return []Theme{AutoTheme, LightTheme, DarkTheme} }

// Language is one that a widget speaks.
type Language string

// AutoLanguage in a Language's place leaves it to the page and to the visitor's browser.
const AutoLanguage = "auto"

// Languages are all that a widget speaks, English, which the others fall back to, first.
func Languages() []Language { return []Language{"en", "de", "fr", "es", "pt", "ar"} }

// WidgetSettings is what a widget shows and asks for; empty texts leave it to the widget.
type WidgetSettings struct {
	Title           string   `json:"title,omitempty"`
	Greeting        string   `json:"greeting,omitempty"`
	Placeholder     string   `json:"placeholder,omitempty"`
	Color           string   `json:"color,omitempty"` // #RRGGBB
	Position        Corner   `json:"position,omitempty"`
	Theme           Theme    `json:"theme,omitempty"`
	Language        Language `json:"language,omitempty"`
	FormTitle       string   `json:"form_title,omitempty"`
	FormDescription string   `json:"form_description,omitempty"`
	RequireEmail    bool     `json:"require_email"` // before the first message
	CollectName     bool     `json:"collect_name"`
	AskEmail        bool     `json:"ask_email"` // after the first message, in our own embed
	Sound           bool     `json:"sound"`
	Attachments     bool     `json:"attachments"`

	// Texts are the team's own words instead of the widget's, by language and key.
	Texts map[Language]map[string]string `json:"strings,omitempty"`
}

// UsualWidgetSettings are those of a team that has not chosen.
func UsualWidgetSettings() WidgetSettings {
	return WidgetSettings{AskEmail: true, Attachments: true}
}

// Choices are the settings by name, as forms write them; all of them but the texts, and of those the given ones.
func (s WidgetSettings) Choices() map[string]string {
	choices := map[string]string{}
	for name, text := range s.texts() {
		choices[name] = *text
	}
	for name, on := range s.switches() {
		choices[name] = onOff(*on)
	}
	choices["position"] = string(or(s.Position, BottomRight))
	choices["theme"] = string(or(s.Theme, AutoTheme))
	choices["language"] = string(or(s.Language, AutoLanguage))
	for language, texts := range s.Texts {
		for key, text := range texts {
			choices[TextChoice(language, key)] = text
		}
	}
	return choices
}

// With returns s with one choice made. Values are checked, so that what Choices gives can always be given back.
func (s WidgetSettings) With(name, value string) (WidgetSettings, error) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if language, key, ok := textChoice(name); ok {
		return s.withText(language, key, value)
	}
	if text, ok := s.texts()[name]; ok {
		*text = value
		return s, s.checkText(name, value)
	}
	if on, ok := s.switches()[name]; ok {
		*on = value == onOff(true)
		return s, nil
	}
	switch name {
	case "position":
		s.Position = Corner(value)
		return s, oneOf(name, "corner", s.Position, Corners())
	case "theme":
		s.Theme = Theme(value)
		return s, oneOf(name, "theme", s.Theme, Themes())
	case "language":
		s.Language = Language(value)
		return s, oneOf(name, "language", s.Language, append(Languages(), AutoLanguage))
	}
	return s, Errorf(Invalid, "A widget has no setting %q.", Cut(name, maxWidgetLine))
}

// Check refuses settings that With would not have made.
func (s WidgetSettings) Check() error {
	checked := s
	for name, value := range sorted(s.Choices()) {
		var err error
		if checked, err = checked.With(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *WidgetSettings) texts() map[string]*string {
	return map[string]*string{
		"title": &s.Title, "greeting": &s.Greeting, "placeholder": &s.Placeholder, "color": &s.Color,
		"form_title": &s.FormTitle, "form_description": &s.FormDescription,
	}
}

func (s *WidgetSettings) switches() map[string]*bool {
	return map[string]*bool{
		"require_email": &s.RequireEmail, "collect_name": &s.CollectName, "ask_email": &s.AskEmail,
		"sound": &s.Sound, "attachments": &s.Attachments,
	}
}

func (WidgetSettings) checkText(name, value string) error {
	if name == "color" && value != "" {
		_, err := ParseColor(value)
		return err
	}
	most := maxWidgetLine
	if name == "greeting" || name == "form_description" {
		most = maxWidgetText
	}
	return named(name, checkText(strings.ReplaceAll(name, "_", " "), value, 0, most))
}

// named lets a refusal name the input as forms call it.
func named(field string, err error) error {
	if err == nil {
		return nil
	}
	return FieldErrorf(field, "%s", err.Error())
}

func oneOf[T ~string](field, what string, value T, all []T) error {
	if slices.Contains(all, value) {
		return nil
	}
	words := make([]string, len(all))
	for i, v := range all {
		words[i] = string(v)
	}
	return FieldErrorf(field, "%q is no %s of a widget. Choose one of %s.", Cut(string(value), maxWidgetLine), what, strings.Join(words, ", "))
}

func or[T ~string](value, usual T) T {
	if value == "" {
		return usual
	}
	return value
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func sorted(m map[string]string) func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
