package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/views"
	"signalbox/workflow"
)

func TestTheFlowSaysHowOftenItsPathsWereTakenAndWhatTheAnalyserFound(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, `{"name":"Fork","trigger":{"events":["$conversation_message_received"]},"steps":[{"id":"fork","type":"if","branches":[
			{"name":"Parcel","when":{"all":[{"left":"event.properties.message_content","op":"contains","value":"parcel"}]}},
			{"name":"Ours","when":{"all":[{"left":"event.properties.author_type","op":"equals","value":"team"}]}}]}]}`)
		for _, text := range []string{"Where is my parcel?", "Hello", "The parcel is here", "Bye"} {
			d.write(t, text)
		}
		d.processAll(t)

		b, path := d.signIn(t, "ada@example.com"), views.WorkflowPath(row.PublicID)
		p := b.open(path)
		for exit, want := range map[int]string{0: "2 · 50%", 1: "0 · 0%", workflow.Else: "2 · 50%"} {
			figure := p.Find(`.cond-box .figure[href$="path=` + url.QueryEscape(views.PathValue("fork", exit)) + `"]`)
			if got := strings.TrimSpace(figure.Text()); got != want {
				t.Errorf("exit %d says %q, want %q", exit, got, want)
			}
		}
		if got := p.Find(".card-finding.proved").Text(); !strings.Contains(got, "Proved") {
			t.Errorf("nothing is found about a path that no customer's message can take: %q", p.Find(".card-finding").Text())
		}

		d.write(t, "One more parcel")
		d.processAll(t)
		if got := b.fragment(http.MethodGet, path+"?step=fork", nil).Find(".figure").First().Text(); !strings.Contains(got, "2 · 50%") {
			t.Errorf("going to a card counts anew: %q", got)
		}
		if got := b.open(path).Find(".figure").First().Text(); !strings.Contains(got, "3 · 60%") {
			t.Errorf("the whole page says %q, want the new count", got)
		}
	})
}
