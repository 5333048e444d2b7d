package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"signalbox/store"
)

// containsText compares without regard to white space.
func containsText(text, part string) bool {
	return strings.Contains(strings.Join(strings.Fields(text), " "), part)
}

// identify is how a page tells who is signed in, with the signature of the team's secret.
func identify(secret, id string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(id))
	return fmt.Sprintf(`(Signalbox.identify({distinctId: %q, hash: %q, name: %q}), "")`, id, hex.EncodeToString(mac.Sum(nil)), id)
}

func (e *embedSite) keepsPeopleApart(t *testing.T) {
	secret := e.newSecret(t)
	p := newPerson(t, "family at one computer")
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("Written before signing in.")
	p.chatWrite("textarea", "alice's draft")
	p.read(identify(secret, "alice"))
	p.chatSees(".mine[data-message]", "Written before signing in.")
	p.chatHas("the draft to come along", `c.querySelector("textarea").value === "alice's draft"`)

	p.read(`(Signalbox.reset(), "")`)
	p.chatHas("nothing of alice's", `!c.querySelector(".mine") && c.querySelector("textarea").value === "" && c.querySelector(".back").hidden`)
	p.read(identify(secret, "bob"))
	p.chatHas("nothing of alice's for bob", `!c.querySelector(".mine")`)
	p.chatSay("I am bob.")

	p.read(identify(secret, "alice")) // without a reset between
	p.chatSees(".mine[data-message]", "Written before signing in.")
	p.chatHas("nothing of bob's", `!c.querySelector(".log").textContent.includes("bob")`)

	p.visit(e.url) // a page that does not know who is there
	p.chatHas("nothing of alice's on a page of nobody's", `!c.querySelector(".mine")`)
	p.chatWrite("textarea", "a stranger's words")
	p.read(identify(secret, "bob"))
	p.chatSees(".mine[data-message]", "I am bob.")
	p.chatHas("no draft of anybody else's", `c.querySelector("textarea").value === ""`)

	p.read(fmt.Sprintf(`(Signalbox.identify({distinctId: "carol", hash: %q}), "")`, strings.Repeat("0", 64)))
	p.chatHas("nothing for a forged identity", `!c.querySelector(".mine[data-message]")`)
	p.chatHas("the server's word on it", `c.querySelector(".note").textContent !== ""`)
	p.expects("status of 403")
}

// A site may say who is signed in and not prove it. Who comes after them at the same browser is somebody else.
func (e *embedSite) keepsThoseWithoutProofApart(t *testing.T) {
	const carl = `(Signalbox.identify({distinctId: "carl"}), "")`
	p := newPerson(t, "people of a site without proofs")
	p.visit(e.url)
	p.read(carl)
	p.chatOpen()
	p.chatSay("This is carl's.")

	p.visit(e.url) // where nobody is signed in
	p.chatHas("nothing of carl's", `!c.querySelector(".mine")`)
	p.chatSay("This is nobody's.")
	p.chatClick(".back")
	p.chatHas("one conversation", `c.querySelectorAll(".item").length === 1`)
	p.chatClick(".item")

	p.read(carl)
	p.chatSees(".mine[data-message]", "This is carl's.")
}

func (e *embedSite) keepsTabsInStep(t *testing.T) {
	p := newPerson(t, "visitor with two tabs")
	p.open(e.url + "/?tabs")
	in := func(tab int, expression string) string {
		return fmt.Sprintf(`((w) => ((c) => (%s))(w.document.querySelector("signalbox-chat")?.shadowRoot))(frames[%d])`, expression, tab)
	}
	for tab := range 2 {
		p.until("the chat", in(tab, `!!c?.querySelector(".launcher") && (w.Signalbox.open(), true)`))
	}
	p.read(in(0, `(c.querySelector("textarea").value = "From one tab to the other.", c.querySelector("form.write").requestSubmit(), "")`))
	p.until("the message in the other tab", in(1, `c.querySelector(".mine[data-message]")?.textContent.includes("From one tab")`))

	p.read(in(1, `(w.Signalbox.reset(), "")`))
	for tab := range 2 {
		p.until("nothing of the one who signed out", in(tab, `!c.querySelector(".mine")`))
	}
}

func (e *embedSite) takesCommands(t *testing.T) {
	p := newPerson(t, "visitor of an eager page")
	p.before(`window.before = Object.keys(window)`)
	p.visit(e.url + "/?queue&twice")
	p.chatHas("the panel, opened by the page", `!c.querySelector(".panel").hidden`)
	p.until("what was asked before", `JSON.stringify(said.map(([event]) => event).sort()) === '["open","ready"]'`)
	if got := p.read(`Object.keys(window).filter((k) => !before.includes(k)).sort().join()`); got != "Signalbox,before,said" {
		t.Errorf("the page's globals are %s more, want Signalbox alone beside its own", got)
	}
	if got := p.read(`String(document.querySelectorAll("signalbox-chat").length)`); got != "1" {
		t.Errorf("there are %s chats on the page, want one", got)
	}
	p.read(`(Signalbox.toggle(), Signalbox.hide(), "")`)
	p.until("no chat", `document.querySelector("signalbox-chat").hidden`)
	p.read(`(Signalbox.show(), Signalbox.update({color: "#ffdd00", widgetPosition: "top_left", embed: {theme: "dark", language: "fr", strings: {fr: {placeholder: "Dites-nous…"}}}}), Signalbox.open(), "")`)
	p.chatHas("the page's own settings", `c.querySelector("textarea").placeholder === "Dites-nous…" && c.querySelector(".launcher").getBoundingClientRect().left === 20 &&
		getComputedStyle(c.querySelector("header")).color === "rgb(0, 0, 0)" && c.querySelector(".stage").matches(".dark")`)
}

// newSecret gives the team a secret that signs who its visitors are.
func (e *embedSite) newSecret(t *testing.T) string {
	t.Helper()
	const secret = "a secret that only the site's server knows"
	e.set(t, func(w *store.Widget) { w.IdentitySecret = secret })
	return secret
}
