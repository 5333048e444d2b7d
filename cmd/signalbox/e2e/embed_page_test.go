package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	pages "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// hostile is what a page may do to elements that it does not know. The important rules are the worst.
const hostile = `* { all: unset !important } signalbox-chat, div, section, button, textarea, header, p { display: none !important;
	visibility: hidden !important; color: red !important; background: lime !important; font: 60px serif !important; opacity: 0 !important }`

// tame is how pages usually look.
const tame = `body { font: 16px sans-serif; margin: 40px } h1 { font-size: 24px }`

// queue is what a page may ask of the embed before it is there.
const queue = `window.Signalbox = window.Signalbox || []; window.said = [];
	for (const event of ["ready", "open", "close", "unread", "message"]) Signalbox.push(["on", event, (value) => said.push([event, value])]);
	Signalbox.push(["open"]);`

// embedSite is a site on another origin than the desk, whose policy lets in nothing but the desk.
type embedSite struct {
	*desktop
	url string
}

func newEmbedSite(t *testing.T, flags ...string) *embedSite {
	t.Helper()
	e := &embedSite{desktop: newDesktop(t, flags...)}
	site := httptest.NewServer(e)
	t.Cleanup(site.Close)
	e.url = strings.Replace(site.URL, "127.0.0.1", "localhost", 1) // another site, not only another port
	return e
}

// ServeHTTP answers pages by what their query asks for.
func (e *embedSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	files := map[string][2]string{
		"/hostile.css": {"text/css", hostile}, "/tame.css": {"text/css", tame}, "/queue.js": {"text/javascript", queue},
	}
	if f, ok := files[r.URL.Path]; ok {
		w.Header().Set("Content-Type", f[0])
		_, _ = w.Write([]byte(f[1]))
		return
	}

	h, q := w.Header(), r.URL.Query()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; style-src 'self'; frame-src 'self'; script-src 'self' %[1]s; connect-src %[1]s; img-src %[1]s; require-trusted-types-for 'script'", e.server))
	style, language, body := "tame", "en", ""
	if q.Has("hostile") {
		style = "hostile"
	}
	if q.Has("lang") {
		language = q.Get("lang")
	}
	if q.Has("queue") {
		body = `<script src="/queue.js"></script>`
	}
	embed := `<script async src="` + e.server + `/widget.js" data-token="` + e.token + `"></script>`
	if q.Has("twice") {
		body += embed + `<script src="` + e.server + `/widget.js"></script>`
	}
	body += embed
	if q.Has("tabs") {
		body = `<iframe src="/"></iframe><iframe src="/"></iframe>`
	}
	_, _ = fmt.Fprintf(w, `<!DOCTYPE html><html lang="%s"><meta name=viewport content="width=device-width, initial-scale=1"><title>Shop</title>
		<link rel=stylesheet href="/%s.css"><main><h1>Shop</h1><p>Tea. <a href="#about">About us</a></p></main>%s`, language, style, body)
}

// visit opens the site's page and waits for the embed.
func (p *person) visit(url string) {
	p.t.Helper()
	p.open(url)
	p.until("the chat's button", `!!document.querySelector("signalbox-chat")?.shadowRoot.querySelector(".launcher")`)
}

// inChat is a JavaScript expression over the embed's tree, which it calls c.
func inChat(expression string) string {
	return `((c) => (` + expression + `))(document.querySelector("signalbox-chat").shadowRoot)`
}

// chatHas waits for something in the embed's tree.
func (p *person) chatHas(what, expression string) {
	p.t.Helper()
	p.until(what, inChat(expression))
}

func (p *person) chatClick(css string) {
	p.t.Helper()
	p.do("click "+css+" in the chat", chromedp.Click(chat(css), chromedp.NodeVisible))
}

// before runs a script in every page that is opened from now on, before the page's own.
func (p *person) before(script string) {
	p.t.Helper()
	p.do("prepare pages", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, pages.AddScriptToEvaluateOnNewDocument, pages.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}

// expects takes what the browser itself says of a refused or failed request off the console.
func (p *person) expects(text string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.console = slices.DeleteFunc(p.console, func(said string) bool { return strings.Contains(said, text) })
}

// answers writes to the customer of the newest ticket, as an agent does.
func (e *embedSite) answers(t *testing.T, number, text string) {
	t.Helper()
	form := map[string][]string{"body": {text}}
	e.post("/tickets/"+number+"/messages", form).wants(t, "answer ticket "+number, http.StatusSeeOther)
}

// newest is the number of the ticket that came last.
func (e *embedSite) newest(t *testing.T) string {
	t.Helper()
	number, found := e.get("/tickets?sort=-number").Find("[data-ticket]").First().Attr("data-ticket")
	if !found {
		t.Fatal("the desk has no ticket")
	}
	return number
}

// has counts the messages of a ticket that hold a text.
func (e *embedSite) has(number, text string) int {
	e.t.Helper()
	n := 0
	for _, m := range e.get("/tickets/" + number).Find("[data-message]").EachIter() {
		if strings.Contains(m.Text(), text) {
			n++
		}
	}
	return n
}
