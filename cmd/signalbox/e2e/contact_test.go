package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// A customer without scripts writes on the contact page, reads the answer on the private page and answers there; the
// mailed link leads to the same page until there is a new one.
func TestACustomerWithoutScriptsWritesAndReadsTheAnswer(t *testing.T) {
	t.Parallel()
	box := newPostbox(t)
	dir, token := newDesk(t)
	s := serve(t, dir, "--smtp", box.url)
	agent := login(t, s.url, "ada@northwind.example")
	photo := filepath.Join(t.TempDir(), "Über die Lampe.txt")
	if err := os.WriteFile(photo, []byte("It is blue."), 0o600); err != nil {
		t.Fatal(err)
	}

	zoe := newPerson(t, "customer without scripts")
	zoe.withoutScripts()
	zoe.open(s.url + "/contact/" + token)
	zoe.write("[name=name]", "Zoë")
	zoe.write("[name=email]", "zoe@mail.example")
	zoe.write("[name=message]", "My lamp is broken.")
	zoe.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{photo}))
	zoe.click("form button.primary")
	zoe.see("[data-message].mine", "My lamp is broken.", "Über die Lampe.txt")
	private := zoe.read("location.href")

	agent.post("/tickets/1/messages", url.Values{"body": {"A **new one** is on its way."}}).wants(t, "answer", http.StatusSeeOther)
	agent.post("/tickets/1/messages", url.Values{"body": {"She is a VIP."}, "private": {"on"}}).wants(t, "note", http.StatusSeeOther)
	if n := agent.get("/tickets/1").Find(`[data-mail="pending"]`).Length(); n != 1 {
		t.Errorf("the ticket has %d lines about the mail to come, want one", n)
	}
	zoe.click(".private-facts a")
	zoe.click("form[data-read] button")
	zoe.until("the page to know that all is read", `document.querySelector("form[data-read]")?.hidden === true`)
	zoe.see("[data-message]:not(.mine) strong", "new one")
	if text := zoe.read("document.body.innerText"); regexp.MustCompile("VIP|ada@").MatchString(text) {
		t.Errorf("the private page says too much: %s", text)
	}
	if n := agent.get("/tickets/1").Find(`[data-mail="pending"]`).Length(); n != 0 {
		t.Error("the reply is to be mailed still, want the page to have read it")
	}

	zoe.write("[name=message]", "Thank you!")
	zoe.click("#reply button.primary")
	zoe.see("[data-message].mine", "Thank you!")
	if n := agent.get("/tickets/1").Find(`[data-message][data-author=customer]`).Length(); n != 2 {
		t.Errorf("the agent sees %d messages of the customer, want 2", n)
	}

	l := box.await(t, "zoe@mail.example")
	mailed := regexp.MustCompile(`http://\S+/contact/ticket/[\w-]{43}`).FindString(l.text)
	if l.from != "Northwind" || mailed == "" || mailed == private {
		t.Fatalf("got a mail from %q: %s, want a link of its own from the team", l.from, l.text)
	}
	zoe.open(mailed)
	zoe.see("[data-message].mine", "Thank you!")
	zoe.click(".private-link summary")
	zoe.click(`.private-link form[action$="/renew"] button`)
	zoe.until("a new link", `/contact\/ticket\//.test(location.href) && !location.href.endsWith("`+mailed[len(mailed)-43:]+`")`)
	zoe.see("[data-message].mine", "Thank you!")
	visitor := newClient(t, "")
	for _, gone := range []string{private, mailed} {
		visitor.get(gone).wants(t, "an old link", http.StatusNotFound)
	}
}

// contactPages are the pages for customers of the demo.
func contactPages(t *testing.T, s *server) []string {
	t.Helper()
	c := newClient(t, s.url)
	contact := "/contact/" + c.get("/demo").Find("script[data-token]").AttrOr("data-token", "")
	sent := c.post(contact, url.Values{"email": {"zoe@mail.example"}, "message": {"My lamp is broken."}})
	sent.wants(t, "write to the team", http.StatusSeeOther)
	return []string{contact, sent.location}
}
