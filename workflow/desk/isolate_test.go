package desk

import "testing"

func TestWhatOthersWroteDoesNotTurnOurSentencesRound(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"Mira Näslund – “M.”": "Mira Näslund – “M.”",
		"\u202eevil":          "\u2068\u202eevil\u2069",
		"\u2069\u202eout":     "\u2068\u202eout\u2069",
		"\u2067open":          "\u2068open\u2069",
		"نور":                 "\u2068نور\u2069",
		"Зоя":                 "Зоя",
	} {
		if got := Isolated(text); got != want {
			t.Errorf("Isolated(%+q) = %+q, want %+q", text, got, want)
		}
	}
	stale := errStale(&Message{Author: ByCustomer, AuthorName: "\u202eevil"}).Error()
	if want := "\u2068\u202eevil\u2069 replied while you were writing. Read it, then send your reply anyway or edit it."; stale != want {
		t.Errorf("the guard says %+q, want %+q", stale, want)
	}
}
