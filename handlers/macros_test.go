package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

// macro makes one in the browser and returns its id.
func (b browser) macro(form url.Values) string {
	b.t.Helper()
	p := b.post("/macros", form)
	if p.status != http.StatusOK || p.at.Path != "/macros" {
		b.t.Fatalf("got %d at %s: %s", p.status, p.at.Path, p.Find(".problem, .alert").Text())
	}
	return p.Find(`[data-macro-row]:contains("`+form.Get("name")+`")`).AttrOr("data-macro-row", "")
}

func askMacro() url.Values {
	return url.Values{
		"name": {"Ask"}, "shortcut": {"ask"}, "body": {"Hi {variables.customer.first_name}, from {variables.agent.name}"}, "shared": {"on"},
		"status": {"pending"}, "priority": {"high"}, "tags": {"vip"}, "tags_mode": {"add"},
	}
}

func TestAMacroIsShownBeforeItIsUsedAndSentWithTheMessage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		id := ada.macro(askMacro())

		p := ada.fragment(http.MethodGet, ticketPath(ticket)+"/macros?q=as", nil)
		if p.Find(`[role="option"]`).Length() != 1 {
			t.Errorf("picker: got %q", p.Text())
		}
		p = ada.fragment(http.MethodGet, ticketPath(ticket)+"/macros/"+id, nil)
		if got := p.Find("[data-macro-text]").Text(); !strings.HasPrefix(got, "Hi Mira, from ") {
			t.Errorf("text: got %q", got)
		}
		effects := p.Find(".macro-effects").Text()
		if want := "StatusNew → PendingPrioritynone → HighTags+ vip"; effects != want {
			t.Errorf("effects: got %q, want %q", effects, want)
		}
		if got := d.ticket(t, ticket.Number); got.Status != desk.New || len(d.events(t, ticket)) != 0 {
			t.Fatal("the preview changed the ticket")
		}

		p = ada.open(ticketPath(ticket) + "?macro=" + id)
		if body := p.Find("#composer textarea").Text(); !strings.HasPrefix(body, "Hi Mira") || p.Find(`#composer [name="macro"]`).AttrOr("value", "") != id {
			t.Errorf("composer: got %q and the macro %q", body, p.Find(`#composer [name="macro"]`).AttrOr("value", ""))
		}
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Hi"}, "macro": {id}})
		got := d.ticket(t, ticket.Number)
		if got.Status != desk.Pending || got.Priority != desk.High || !cmp.Equal(got.Tags, []string{"vip"}) || got.MessageCount != 2 {
			t.Errorf("got %+v", got)
		}
		want := []desk.EventName{desk.MessageSent, desk.StatusChanged, desk.PriorityChanged, desk.TagsChanged}
		if diff := cmp.Diff(want, d.events(t, ticket)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestAMacroIsAppliedWithoutAMessage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		path := ticketPath(ticket) + "/macros/" + ada.macro(askMacro())
		p := ada.post(path, url.Values{})
		if got := d.ticket(t, ticket.Number); p.at.Path != ticketPath(ticket) || got.Status != desk.Pending || got.MessageCount != 1 {
			t.Errorf("got %+v at %s", got, p.at.Path)
		}
		if p := ada.open(path); !strings.Contains(p.Find(".macro-preview").Text(), "has the values that it sets already") {
			t.Errorf("again: got %q", p.Find(".macro-preview").Text())
		}
		for _, at := range []string{"/tickets/999/macros", "/tickets/999/macros/" + d.store.NewID().String(), ticketPath(ticket) + "/macros/" + d.store.NewID().String(), "/macros/" + d.store.NewID().String(), "/macros/x"} {
			if p := ada.fragment(http.MethodGet, at, nil); p.status != http.StatusNotFound {
				t.Errorf("%s: got %d", at, p.status)
			}
		}
	})
}

func TestAMacroThatCannotBeUsedSaysWhy(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		form := askMacro()
		form.Set("body", "Due {variables.ticket.subject | date: \"2 January\"}")
		id := ada.macro(form)
		p := ada.fragment(http.MethodGet, ticketPath(ticket)+"/macros/"+id, nil)
		if got := p.Find(".alert").Text(); p.status != http.StatusOK || !strings.Contains(got, "cannot be used here") || !strings.Contains(got, "is not a date") {
			t.Errorf("preview: got %d %q", p.status, got)
		}
		p = ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Kept"}, "macro": {d.store.NewID().String()}})
		if p.status != http.StatusConflict || p.Find("#composer textarea").Text() != "Kept" || d.ticket(t, ticket.Number).MessageCount != 1 {
			t.Errorf("a macro that is gone: got %d with %q", p.status, p.Find("#composer textarea").Text())
		}
	})
}

func TestARefusedMacroKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		form := askMacro()
		form.Set("body", "{customer.name}")
		p := ada.post("/macros", form)
		if p.status < 400 || p.Find("#macro-body").Text() != "{customer.name}" || !strings.Contains(p.Text(), `Unknown variable "customer"`) {
			t.Errorf("got %d with %q", p.status, p.Find("#macro-body").Text())
		}
		if p.Find("#macro-status option[selected]").AttrOr("value", "") != "pending" {
			t.Error("the status was not kept")
		}
	})
}

func TestMacrosAreEditedDuplicatedAndDeleted(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		id := ada.macro(askMacro())
		form := askMacro()
		form.Set("name", "Ask again")
		if p := ada.post("/macros/"+id, form); !strings.Contains(p.Text(), "Ask again") {
			t.Errorf("changed: got %q", p.Find(".macro-list").Text())
		}
		if p := bob.post("/macros/"+id, form); p.status != http.StatusForbidden {
			t.Errorf("an agent changes a shared one: got %d", p.status)
		}
		if p := bob.open("/macros/" + id); p.Find(`button:contains("Save")`).Length() != 0 {
			t.Error("an agent is offered to save a shared one")
		}
		if p := bob.post("/macros/"+id+"/duplicate", url.Values{}); p.Find("#macro-name").AttrOr("value", "") != "Ask again (copy)" {
			t.Errorf("duplicated: got %q", p.Find("#macro-name").AttrOr("value", ""))
		}
		if p := ada.open("/macros"); strings.Contains(p.Text(), "(copy)") {
			t.Error("a colleague's copy is listed")
		}
		if p := bob.post("/macros/"+id+"/delete", url.Values{}); p.status != http.StatusForbidden {
			t.Errorf("an agent deletes a shared one: got %d", p.status)
		}
		ada.post("/macros/"+id+"/delete", url.Values{})
		if p := ada.open("/macros/" + id); p.status != http.StatusNotFound {
			t.Errorf("deleted: got %d", p.status)
		}
	})
}

func TestTheButtonsAndWhatWaitsNameWhatAMacroSets(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		form := askMacro()
		form.Set("status", "resolved")
		id := ada.macro(form)
		p := ada.open(ticketPath(ticket) + "?macro=" + id)
		for kind, want := range map[string]string{"reply": "Send and set resolved", "note": "Add note and set resolved"} {
			button := p.Find(`#composer [data-send="` + kind + `"]`)
			if got := strings.TrimSpace(button.Text()); got != want || button.AttrOr("value", "") != "resolved" {
				t.Errorf("%s: got %q that sets %q, want %q", kind, got, button.AttrOr("value", ""), want)
			}
		}
		for then, want := range map[string]string{
			"": "then Resolved, Priority none → High, Tags + vip", "on_hold": "then On hold, Priority none → High, Tags + vip",
		} {
			p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Bye"}, "macro": {id}, "then": {then}, "hold": {"10"}})
			if got := strings.TrimSpace(p.Find(".held .by .hint").Text()); got != want {
				t.Errorf("sent with %q: got %q, want %q", then, got, want)
			}
			ada.post(p.Find("[data-take-back]").AttrOr("action", ""), url.Values{})
		}
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Wait"}, "macro": {id}, "then": {"on_hold"}})
		if got := d.ticket(t, ticket.Number); got.Status != desk.OnHold || got.Priority != desk.High {
			t.Errorf("sent with on hold: got %s and %s, want what was chosen and the macro's priority", got.Status, got.Priority)
		}
	})
}

func TestTheMacroOfADraftIsThereAgainWithItsText(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		id := ada.macro(askMacro())
		in := func(p page) string { return p.Find(`#composer .macro-chip [name="macro"]`).AttrOr("value", "") }
		ada.fragment(http.MethodPost, ticketPath(ticket)+"/draft", url.Values{"body": {"Hi"}, "macro": {id}})
		if p := ada.open(ticketPath(ticket)); in(p) != id || p.Find("#composer").AttrOr("data-macro", "") != id {
			t.Errorf("opened again: got the macro %q, want the draft's", in(p))
		}
		p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Hi"}, "macro": {id}, "hold": {"10"}, "message_id": {d.store.NewID().String()}})
		if in(p) != "" {
			t.Errorf("after sending: got the macro %q, want none", in(p))
		}
		p = ada.fragment(http.MethodPost, p.Find("[data-take-back]").AttrOr("action", ""), url.Values{})
		if in(p) != id || p.Find("#restored").AttrOr("data-macro", "") != id {
			t.Errorf("taken back: got the macros %q and %q, want the reply's", in(p), p.Find("#restored").AttrOr("data-macro", ""))
		}
		p = ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {" "}, "message_id": {d.store.NewID().String()}})
		if in(p) != "" {
			t.Errorf("refused without it: got the macro %q, want none", in(p))
		}
		ada.post("/macros/"+id+"/delete", url.Values{})
		if p := ada.open(ticketPath(ticket)); in(p) != "" || !strings.Contains(p.Find("#composer .macro-slot").Text(), "is gone") {
			t.Errorf("deleted: got the macro %q and %q, want to be told", in(p), p.Find("#composer .macro-slot").Text())
		}
	})
}
