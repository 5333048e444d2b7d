package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/store"
)

// full lets the browser's storage refuse everything, as it does when it is full.
const full = `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") };
	window.kept = () => { const leave = new Event("beforeunload", {cancelable: true}); dispatchEvent(leave); return leave.defaultPrevented };`

// late stands in for a team that is away, which its business hours decide.
const late = `{ const ask = window.fetch; window.fetch = (url, ...more) => String(url).includes("/availability")
	? Promise.resolve(new Response(JSON.stringify({open: false, opens_at: "2031-01-06T09:00:00Z", answer_minutes: 90}))) : ask(url, ...more); }`

func (e *embedSite) asksWhoWritesFirst(t *testing.T) {
	e.set(t, func(w *store.Widget) { w.Settings.RequireEmail, w.Settings.CollectName = true, true })
	defer e.set(t, func(w *store.Widget) { w.Settings.RequireEmail, w.Settings.CollectName = false, false })
	p := newPerson(t, "visitor who is asked first")
	p.visit(e.url)
	p.chatOpen()
	p.until("the focus in the first field", chatFocus+`.id === "name"`)
	p.chatWrite("#name", "Kim Larsen")
	p.chatWrite("textarea", "May I ask something?"+kb.Enter)
	p.chatSees("#email-wrong", "Enter a valid email address.")
	p.until("the focus in the wrong field", chatFocus+`.id === "email" && `+chatFocus+`.ariaInvalid === "true"`)
	p.chatHas("what was written, still there", `c.querySelector("textarea").value === "May I ask something?"`)
	p.chatWrite("#email", "kim.larsen@example.com"+kb.Enter)
	p.chatSees(".mine[data-message]", "May I ask something?")
	p.chatHas("no form any more", `c.querySelector(".who").hidden`)
	if page := e.get("/tickets/" + e.newest(t)).Text(); !containsText(page, "kim.larsen@example.com") || !containsText(page, "Kim Larsen") {
		t.Error("the desk does not know name and address")
	}
}

func (e *embedSite) warnsWhenNothingCanBeKept(t *testing.T) {
	p := newPerson(t, "visitor with a full disk")
	p.before(full)
	p.visit(e.url)
	p.chatOpen()
	if p.read(`String(kept())`) != "false" {
		t.Error("a page without a draft asks before it closes")
	}
	p.chatWrite("textarea", "Only this page knows")
	if p.read(`String(kept())`) != "true" {
		t.Error("a page closes with a draft that lies nowhere else, without a question")
	}
	p.press(kb.Enter)
	p.chatSees(".mine[data-message]", "Only this page knows")
	if p.read(`String(kept())`) != "false" {
		t.Error("a page asks before it closes though all is sent")
	}
}

func (e *embedSite) saysWhenSomebodyAnswers(t *testing.T) {
	p := newPerson(t, "visitor at night")
	p.before(late)
	p.visit(e.url + "/?lang=de")
	p.chatOpen()
	p.chatSees("#sub", "Gerade nicht da. Zurück: 6. Januar")
	p.chatSees("#sub", "Übliche Antwortzeit: 2 Stunden")
}

// set changes the team's widget.
func (e *embedSite) set(t *testing.T, change func(*store.Widget)) {
	t.Helper()
	_, err := e.store.ChangeWidget(t.Context(), e.team, func(w *store.Widget) error {
		change(w)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
