package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// sdkDesk is a running program for the SDK, with somebody who answers.
func sdkDesk(t *testing.T, flags ...string) (w *site, agent *client, secret string) {
	t.Helper()
	dir, token := newDesk(t)
	out := command(t, "", "widget", "set", "--data", dir, "--domains", "localhost", "--identity-secret", "new", "--greeting", "Ask us anything.")
	var set struct {
		Secret string `json:"identity_secret"`
	}
	if err := json.Unmarshal([]byte(out), &set); err != nil || set.Secret == "" {
		t.Fatalf("widget set printed %q (%v), want a JSON object with an identity_secret", out, err)
	}
	s := serve(t, dir, flags...)
	return newSite(t, s, token), login(t, s.url, "ada@northwind.example"), set.Secret
}

func (c *client) answers(ticket, text string, more ...string) {
	c.t.Helper()
	form := url.Values{"body": {text}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	if p := c.post("/tickets/"+ticket+"/messages", form); p.status >= 400 {
		c.t.Fatalf("answer ticket %s: got status %d", ticket, p.status)
	}
}

// TestTheSDKTalksToTheDesk is a visitor's whole conversation, with posthog-js as it is.
func TestTheSDKTalksToTheDesk(t *testing.T) {
	t.Parallel()
	w, agent, _ := sdkDesk(t)
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.click(widgetButton)
	p.shows("Ask us anything.")
	p.says("Where is <b>my</b> parcel & bag?")

	agent.answers("1", "Between us: a regular.", "private", "on")
	agent.answers("1", "It is <i>on</i> its way.")
	p.polls()
	p.shows("It is <i>on</i> its way.")
	p.shows("Ada Lindqvist")

	p.click(`#ph-conversations-widget-container [aria-label="Close"]`)
	p.see(widgetButton)
	agent.answers("1", "It has arrived.")
	p.polls()
	p.see(`[aria-label="Open chat (1 unread)"]`)
	p.asks("/read", func() { p.click(widgetButton) })
	p.shows("It has arrived.")
	if got := p.calls("getTickets()"); !strings.Contains(got, `"unread_count":0`) {
		t.Errorf("after reading: got %s", got)
	}

	p.visits(w.url)
	p.shows("Where is <b>my</b> parcel & bag?")
	p.shows("It has arrived.")
	p.lacks("Between us")

	p.click(`[aria-label="Back to conversations"]`)
	p.clicks("New conversation")
	p.says("Something else.")
	p.click(`[aria-label="Back to conversations"]`)
	p.shows("Something else.")
	p.shows("It has arrived.")

	p.clicks("It has arrived.")
	agent.answers("1", "The **blue** one.")
	p.polls()
	p.see("#ph-conversations-widget-container strong", "blue")
	agent.answers("1", "Done, then.", "then", "resolved")
	p.polls()
	p.shows("Done, then.")
	p.shows("This conversation was resolved.")
}

func TestTheSDKAsksWhoWritesAndBringsItBackElsewhere(t *testing.T) {
	t.Parallel()
	box := newPostbox(t)
	w, agent, _ := sdkDesk(t, "--smtp", box.url)
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.calls(`sendMessage("First", {name: "Zoe", email: "zoe@mail.example"})`)
	p.calls(`sendMessage("Second", {name: "Zoe", email: "zoe@mail.example"}, true)`)
	if c := agent.get("/tickets/1"); !strings.Contains(c.Text(), "zoe@mail.example") {
		t.Error("the agent does not see the address that the visitor has told")
	}

	phone := newPerson(t, "Zoe on the phone")
	phone.visits(w.url + "/?lang=de")
	phone.calls(`requestRestoreLink("nobody@mail.example")`)
	phone.calls(`requestRestoreLink("ZOE@mail.example")`)
	mail := box.await(t, "zoe@mail.example")
	link := regexp.MustCompile(`http://localhost:\S+`).FindString(mail.text)
	if mail.from != "Northwind" || mail.subject != "Your conversations with Northwind" || !strings.Contains(link, "lang=de") {
		t.Errorf("got the mail %+v", mail)
	}
	phone.visits(link)
	phone.click(widgetButton)
	phone.shows("First")
	phone.shows("Second")
	if address := phone.read("location.href"); strings.Contains(address, "ph_conv_restore") {
		t.Errorf("the secret stays in the address %s", address)
	}
	if got := p.calls(`restoreFromToken(` + quote(tokenOf(t, link)) + `)`); !strings.Contains(got, `"status":"used"`) {
		t.Errorf("the link again: got %s", got)
	}
	if got := p.calls(`getTickets()`); !strings.Contains(got, `"count":0`) {
		t.Errorf("the first browser still reads %s", got)
	}
	if len(box.mails) != 1 {
		t.Errorf("got the mails %+v, want one", box.mails)
	}
	if list := agent.get("/settings/deliveries"); strings.Contains(list.Text(), tokenOf(t, link)) {
		t.Error("the deliveries show the link")
	}
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Query().Get("ph_conv_restore") == "" {
		t.Fatalf("no link: %q, %v", link, err)
	}
	return u.Query().Get("ph_conv_restore")
}

// A site keeps the key of its PostHog project when the desk knows it: what it changes is its api_host.
func TestASiteWithAKnownKeyChangesOnlyItsAddress(t *testing.T) {
	const key = "phc_TheKeyThatTheSiteHasAlready"
	dir, token := newDesk(t)
	out := command(t, "", "widget", "set", "--data", dir, "--posthog-key", key)
	if !strings.Contains(out, key) {
		t.Fatalf("widget set printed %q, want the key in it", out)
	}
	s := serve(t, dir)
	w, agent := newSite(t, s, key), login(t, s.url, "ada@northwind.example")
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.click(widgetButton)
	p.says("Where is my parcel?")
	agent.answers("1", "It is on its way.")
	p.polls()
	p.shows("It is on its way.")
	p.visits(w.url)
	p.shows("It is on its way.")
	if got := p.read(`posthog.config.token`); got != key || key == token {
		t.Errorf("the SDK calls itself %q, want the key that it had", got)
	}
}

// TestASiteChangesOnlyAddressAndToken is a page that loads nothing of the SDK itself but its module.
func TestASiteChangesOnlyAddressAndToken(t *testing.T) {
	t.Parallel()
	assets := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		http.ServeFileFS(rw, r, os.DirFS("node_modules/posthog-js/dist"), path.Base(r.URL.Path)) // whatever its version
	}))
	t.Cleanup(assets.Close)
	w, _, _ := sdkDesk(t, "--posthog-assets", assets.URL)
	w.chat = ""
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.click(widgetButton)
	p.says("One address was changed.")
}
