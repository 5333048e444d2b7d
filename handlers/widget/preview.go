package widget

import "signalbox/store"

// ConfigFor is what the door tells our embed of a widget, as JSON sees it, when the visitor's browser asks for these
// languages.
func ConfigFor(w store.Widget, languages string) any {
	config := configOf(w)
	config.Conversations.Embed = config.Conversations.Embed.speaking(languages, w.Settings)
	return config
}
