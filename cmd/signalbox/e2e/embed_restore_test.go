package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/store"
)

// findButton begins the search for earlier conversations, where there are none yet.
const findButton = ".panel > .earlier"

// Conversations follow their customer to another browser by a mailed link, which works once.
func TestAMailedLinkBringsConversationsToOurEmbed(t *testing.T) {
	t.Parallel()
	box := newPostbox(t)
	e := newEmbedSite(t, "--smtp", box.url)
	first := newPerson(t, "Zoe")
	first.visit(e.url)
	first.chatOpen()
	first.chatHas("no offer that no site could keep", `c.querySelector("`+findButton+`").hidden`)
	e.set(t, func(w *store.Widget) { w.Domains = []string{"localhost"} })
	first.visit(e.url)
	first.chatSay("Where is my parcel?")
	first.chatWrite("#email", "zoe@mail.example"+kb.Enter)
	first.chatSees(".note", "Replies also go to zoe@mail.example")

	link := e.asksForALink(t, box)
	phone := newPerson(t, "Zoe on the phone")
	phone.visit(link)
	phone.chatSees(".mine[data-message]", "Where is my parcel?")
	if got, want := phone.read("location.href"), e.url+"/?a=%20b&lang=en#about"; got != want {
		t.Errorf("the link leads to %s, want %s without the secret", got, want)
	}
	phone.chatSay("I am in another browser now.")
	if n := e.has("1", "I am in another browser now."); n != 1 {
		t.Errorf("the conversation has the new message %d times, want once", n)
	}

	first.visit(e.url)
	first.chatHas("nothing where it was", `!c.querySelector(".mine")`)
	first.expects("status of 403") // of the tab that was open
	first.refusesLinks(link, e.url+"/?ph_conv_restore=made-up")
	if len(box.mails) != 1 {
		t.Errorf("got the mails %+v, want one", box.mails)
	}
}

// asksForALink has one mailed from a browser that knows nothing, and tells strangers nothing.
func (e *embedSite) asksForALink(t *testing.T, box *postbox) string {
	t.Helper()
	p := newPerson(t, "Zoe elsewhere")
	p.visit(e.url + "/?a=%20b&lang=en#about")
	p.chatOpen()
	p.chatClick(findButton)
	p.chatSees("h2", "Continue an earlier conversation")
	p.until("the field", chatFocus+`.matches("#address")`)
	p.press("nobody" + kb.Enter)
	p.chatSees("#address-wrong", "Enter a valid email address.")
	for _, email := range []string{"nobody@mail.example", "zoe@mail.example"} {
		p.read(inChat(`(c.querySelector("#address").value = "", "")`))
		p.press(email + kb.Enter)
		p.chatSees("#said", "has written to us, a link is on its way.")
		p.chatSees("#said", email)
	}
	p.isBlamelessInBothThemes()
	p.chatClick(".back")
	p.chatSees(".theirs", "Hello! How can we help?")
	mail := box.await(t, "zoe@mail.example")
	link := regexp.MustCompile(`http://localhost:\S+`).FindString(mail.text)
	if !strings.Contains(link, "ph_conv_restore=") {
		t.Fatalf("got the mail %+v, want a link in it", mail)
	}
	return link
}

func (p *person) isBlamelessInBothThemes() {
	p.t.Helper()
	axe := readAxe(p.t)
	for _, theme := range []string{"light", "dark"} {
		p.do("prefer "+theme, preferring(theme))
		for _, v := range violations(p, axe, nil) {
			p.t.Errorf("the form, %s: %s", theme, v)
		}
	}
}

// refusesLinks says of each link why it does not work, and offers another.
func (p *person) refusesLinks(used, bad string) {
	p.t.Helper()
	for link, words := range map[string]string{used: "This link was used already", bad: "This link does not work."} {
		p.visit(link)
		p.chatSees("#said", words)
		p.chatHas("the offer of another", `c.querySelector("#address").value === "zoe@mail.example" && c.querySelector(".find .fresh").checkVisibility()`)
		if address := p.read("location.href"); strings.Contains(address, "ph_conv_restore") {
			p.t.Errorf("the secret stays in the address %s", address)
		}
	}
	p.chatClick(".back")
	p.chatSees(".foot .earlier", "Continue an earlier conversation")
}
