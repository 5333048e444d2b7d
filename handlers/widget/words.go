package widget

import (
	"strings"

	"signalbox/static"
	"signalbox/workflow/desk"
)

// maxWanted is how many languages a visitor may ask for; browsers name a handful.
const maxWanted = 20

// speaking returns e with all that our embed says, in one language: the one that the team has fixed, or else the first
// of wanted (language tags, with commas) that a widget speaks. So no visitor loads the words of the other five.
func (e embed) speaking(wanted string, s desk.WidgetSettings) embed {
	language := e.Language
	if tags, fixed := strings.CutPrefix(wanted, "!"); fixed || language == desk.AutoLanguage {
		language = firstSpoken(tags) // the preview of the settings fixes one that is not saved yet
	}
	own, said := e.Texts[language], map[string]string{}
	for _, key := range static.WidgetKeys() {
		said[key] = static.WidgetText(string(language), key)
	}
	set := func(key, text string) {
		if text != "" {
			said[key] = text
		}
	}
	set("greeting", s.Greeting)
	set("placeholder", s.Placeholder)
	for key, text := range own {
		set(key, text)
	}
	e.Language, e.Texts = language, make(map[desk.Language]map[string]string, 1)
	e.Texts[language] = said
	return e
}

func firstSpoken(wanted string) desk.Language {
	for _, tag := range strings.SplitN(wanted, ",", maxWanted) {
		language, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
		for _, spoken := range desk.Languages() {
			if desk.Language(strings.TrimSpace(language)) == spoken {
				return spoken
			}
		}
	}
	return desk.Languages()[0]
}
