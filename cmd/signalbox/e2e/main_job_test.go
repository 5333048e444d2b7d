package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The whole main job, from an empty folder: a ticket arrives, workflows act, an agent sees it and answers.
func TestATicketArrivesWorkflowsActAndAnAgentAnswers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := serve(t, dir)
	admin := newPerson(t, "admin")
	setUp(admin, setupLink(t, s))
	addRole(admin, s, "Engineering")
	addRole(admin, s, "Senior Support")
	addRole(admin, s, "Support")
	addMember(admin, s, "Grace Okafor", "grace@northwind.example")
	buildFullSLA(admin, s)
	command(t, "", "widget", "set", "--data", dir, "--require-email")

	agent := newPerson(t, "agent")
	agent.login(s.url, "grace@northwind.example")
	agent.read(`window.sameDocument = "yes"`)
	customer := newPerson(t, "customer")
	customer.open(newShop(t, s, embedCode(admin, s)))
	customer.chatOpen()
	customer.chatWrite("#email", "lee@enterprise.com")
	customer.chatSay("The invoices are wrong since Monday.")

	seeNewTicket(agent)
	answerAndMove(admin, agent, customer, s)
	seeHistory(agent, s)
}

func setupLink(t *testing.T, s *server) string {
	t.Helper()
	link := regexp.MustCompile(`http://\S+/setup\?key=\S+`)
	eventually(t, "a set-up link is printed", func() bool { return link.MatchString(s.output.String()) })
	return link.FindString(s.output.String())
}

func setUp(p *person, link string) {
	p.open(link)
	p.write("[name=team_name]", "Northwind")
	p.write("[name=name]", "Ada Lindqvist")
	p.write("[name=email]", "ada@northwind.example")
	p.write("[name=password]", password)
	p.click("form button.primary")
	p.see("#tickets", "No tickets yet")
}

func addRole(p *person, s *server, name string) {
	p.open(s.url + "/settings/roles")
	p.write(`form[action="/settings/roles"] [name=name]`, name)
	p.click(`form[action="/settings/roles"] button`)
	p.until("the role "+name, fmt.Sprintf(`[...document.querySelectorAll('section[id^="role-"] h2')].some((h) => h.innerText === %q)`, name))
}

func addMember(p *person, s *server, name, email string) {
	p.open(s.url + "/settings/team")
	form := `form[action="/settings/team"] `
	p.write(form+"[name=name]", name)
	p.write(form+"[name=email]", email)
	p.write(form+"[name=password]", password)
	p.click(form + "button.primary")
	p.see("tbody", email)
}

func embedCode(p *person, s *server) string {
	p.open(s.url + "/settings/widget")
	p.see("#embed")
	return p.read(`document.querySelector("#embed").textContent`)
}

// newShop is a customer's page on an origin of its own, whose policy lets in nothing but the desk.
func newShop(t *testing.T, s *server, embed string) string {
	t.Helper()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+s.url+"; connect-src "+s.url)
		_, _ = fmt.Fprintf(w, "<!DOCTYPE html><title>Shop</title><h1>Shop</h1>%s", embed)
	}))
	t.Cleanup(shop.Close)
	return strings.Replace(shop.URL, "127.0.0.1", "localhost", 1) // another site, not only another port
}

// chat finds an element of the widget, which lives in a shadow tree.
func chat(css string) chromedp.JSPath {
	return chromedp.JSPath(fmt.Sprintf(`document.querySelector("signalbox-chat").shadowRoot.querySelector(%q)`, css))
}

func (p *person) chatOpen() {
	p.t.Helper()
	p.until("the chat's button", `!!document.querySelector("signalbox-chat")?.shadowRoot.querySelector(".launcher")`)
	p.do("open the chat", chromedp.Click(chat(".launcher"), chromedp.NodeVisible))
	p.do("see the chat", chromedp.WaitVisible(chat("textarea")))
}

func (p *person) chatWrite(css, text string) {
	p.t.Helper()
	p.do("write in the chat", chromedp.Click(chat(css), chromedp.NodeVisible), strokes(text))
}

// chatSay sends a message and waits until the desk has it.
func (p *person) chatSay(text string) {
	p.t.Helper()
	p.chatWrite("textarea", text+kb.Enter)
	p.chatSees(".mine[data-message]", text)
}

func (p *person) chatSees(css, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%q in the chat", text),
		fmt.Sprintf(`[...document.querySelector("signalbox-chat").shadowRoot.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))`, css, text))
}

// seeNewTicket wants the list that stood open all the time to show what the workflow has made of the ticket.
func seeNewTicket(agent *person) {
	agent.t.Helper()
	row := `[data-ticket="1"][data-status=new][data-priority=high][data-sla=at-risk][data-tags="enterprise,vip"][data-assignee^="role:"]`
	agent.see(row)
	agent.see(row, "The invoices are wrong", "At risk", "High", "enterprise", "vip", "Senior Support")
	if agent.read(`window.sameDocument ?? "no"`) != "yes" {
		agent.t.Error("the list was loaded anew, want it to refresh by itself")
	}
}

// answerAndMove goes through the workflows that answers and answers to them set off.
func answerAndMove(admin, agent, customer *person, s *server) {
	agent.t.Helper()
	install(admin, s, "open-on-reply")
	agent.click(`[data-ticket="1"] .row-text`)
	agent.see("#thread", "The invoices are wrong")
	agent.reply("We are looking into it.", "")
	agent.see(`[data-ticket="1"][data-status=open]`)
	customer.chatSees(".theirs", "We are looking into it.")

	install(admin, s, "pending-on-reply")
	agent.reply("Which invoice is it?", "")
	agent.see(`[data-ticket="1"][data-status=pending]`)

	install(admin, s, "reopen-on-reply")
	customer.chatSay("Number 4711.")
	agent.see(`[data-ticket="1"][data-status=open]`)
	agent.see("#thread", "Number 4711.")
	agent.reply("Corrected, please look.", "pending")
	agent.see(`[data-ticket="1"][data-status=pending]`)
	customer.chatSees(".theirs", "Corrected, please look.")
	customer.chatSay("Not quite yet.")
	agent.see(`[data-ticket="1"][data-status=open]`)
}

func install(p *person, s *server, slug string) {
	p.t.Helper()
	p.open(s.url + "/workflows")
	p.click(`[data-template="` + slug + `"] button`)
	p.see("#builder", "On")
}

// reply answers with the composer, with a status in the same press when then names one.
func (p *person) reply(text, then string) {
	p.t.Helper()
	p.write("#composer textarea[name=body]", text)
	button := `#composer .for-reply > button[name=then][value=""]`
	if then != "" {
		button = `#composer .for-reply button[name=then][value="` + then + `"]`
	}
	p.click(button)
	p.see(".held", text)
	p.click("[data-send-now] button")
	p.see("[data-message].team", text)
}

// seeHistory wants each workflow named, with a run that tells its steps.
func seeHistory(agent *person, s *server) {
	agent.t.Helper()
	names := []string{"Triage by channel and customer", "Open when team replies", "Pending after team reply", "Reopen when customer replies"}
	for _, name := range names {
		agent.open(s.url + "/tickets/1")
		agent.click("#history summary")
		agent.see(".history-body", name)
		run := agent.read(fmt.Sprintf(`[...document.querySelectorAll(".history-body .did a")].find((a) => a.textContent === %q)?.href ?? ""`, name))
		if !strings.Contains(run, "/runs/") {
			agent.t.Fatalf("the history links %s to %q, want its run", name, run)
		}
		agent.open(run)
		agent.see(`[data-step][data-outcome=done]`)
		agent.see(".bar", name, "Completed")
	}
}
