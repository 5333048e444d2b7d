package desk

import (
	"maps"
	"slices"
	"strings"
)

const textPrefix = "text."

// TextChoice is how one text of a widget in one language is called among its settings.
func TextChoice(language Language, key string) string {
	return textPrefix + string(language) + "." + key
}

func textChoice(name string) (language Language, key string, ok bool) {
	rest, ok := strings.CutPrefix(name, textPrefix)
	if !ok {
		return "", "", false
	}
	before, key, ok := strings.Cut(rest, ".")
	return Language(before), key, ok
}

// withText returns s with the team's own words for one text, or with "" the widget's again.
func (s WidgetSettings) withText(language Language, key, value string) (WidgetSettings, error) {
	field := TextChoice(language, key)
	if err := oneOf(field, "language", language, Languages()); err != nil {
		return s, err
	}
	if !slices.Contains(WidgetTexts(), key) {
		return s, FieldErrorf(field, "A widget has no text %q.", Cut(key, maxWidgetLine))
	}
	most := maxWidgetLine
	if key == "greeting" {
		most = maxWidgetText
	}
	if err := named(field, checkText("text "+key, value, 0, most)); err != nil {
		return s, err
	}

	// The maps of the settings before stay as they are.
	texts, own := map[Language]map[string]string{}, map[string]string{}
	maps.Copy(texts, s.Texts)
	maps.Copy(own, texts[language])
	own[key] = value
	if value == "" {
		delete(own, key)
	}
	texts[language] = own
	if len(own) == 0 {
		delete(texts, language)
	}
	if s.Texts = texts; len(texts) == 0 {
		s.Texts = nil
	}
	return s, nil
}

// WidgetTexts are the keys of all that a widget says, in the order in which a visitor meets them.
func WidgetTexts() []string {
	return []string{
		"title", "greeting", "placeholder", "open", "close", "unread", "message", "send", "you", "log", "list", "new",
		"reply", "away", "closed", "resolved", "who", "name", "email", "badEmail", "ask", "save", "later", "saved",
		"attach", "drop", "remove", "uploading", "tooLarge", "tooMany", "sound",
		"sending", "sent", "retrying", "failed", "retry", "edit", "offline", "broken", "stale", "latest",
		"find", "findText", "findSend", "findSent", "linkOver", "linkUsed", "linkBad",
	}
}
