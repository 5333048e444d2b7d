package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// A colleague is mentioned by the picker, and the bell in their own browser rings without a reload.
func TestAMentionRingsInTheOtherBrowser(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	admin := login(t, d.server, "ada@northwind.example")
	admin.post("/settings/team", url.Values{"name": {"Grace Hopper"}, "email": {"grace@northwind.example"}, "password": {password}}).
		wants(t, "add Grace", http.StatusSeeOther)

	ada, grace := newPerson(t, "Ada"), newPerson(t, "Grace")
	grace.login(d.server, "grace@northwind.example")
	grace.read(`window.sameDocument = "yes"`)
	ada.login(d.server, "ada@northwind.example")
	ada.open(d.server + "/tickets/1")
	ada.click(`label[for="mode-note"]`)
	ada.write("#composer textarea[name=body]", "Please look, @gra")
	ada.see(`#mentions [aria-selected=true]`, "Grace Hopper")
	ada.press(kb.Enter)
	ada.until("the name in the note", `document.querySelector("#composer textarea[name=body]").value === "Please look, @Grace Hopper "`)
	ada.click("#composer [data-send=note]")
	ada.see(".msg.note", "@Grace Hopper")

	grace.see("#bell .count", "1")
	if grace.read(`window.sameDocument ?? "no"`) != "yes" {
		t.Error("the page was loaded anew, want the bell to ring by itself")
	}
	grace.open(d.server + "/notifications")
	grace.see(".notice.unread", "mentioned you")
	grace.click(`.notice.unread a`)
	grace.see(".msg.note", "Please look")
	grace.see(".followers", "Grace Hopper")
}

// Two tickets become one and are parted again, by the buttons of their pages.
func TestTwoTicketsAreMergedAndPartedAgain(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	for range 2 {
		d.arrive(arrival{channel: desk.Email, email: "carl@example.com"})
	}
	p := newPerson(t, "agent")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/tickets/1")
	p.click("#relation-menu > summary")
	p.click(`#relation-menu a[href$="/merge"]`)
	p.click(`a[href$="q=%232"]`)
	p.see(".merge-side", "#1", "#2")
	p.click(".merge-form .btn.primary")
	p.see("#related", "Merged from #1")
	p.open(d.server + "/tickets/1")
	p.see(".merged-banner", "#2")
	p.click(".merged-banner .btn")
	p.until("the banner to go", `!document.querySelector(".merged-banner")`)
	p.see(".toast", "It is undone.")
	p.see(".msg")

	p.click("#relation-menu > summary")
	p.click("#relation-menu [data-link-other]")
	p.write("#link-number", "#2")
	p.press(kb.Enter)
	p.see(".related", "#2")
}
