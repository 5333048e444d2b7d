package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// site is somebody's web site that uses posthog-js as npm has it. Between it and the desk stands a line that can break.
type site struct {
	url    string
	broken atomic.Bool
	chat   string // a script of the page
}

// newSite makes a site at an origin of its own. All that it says about the desk is its address and its token.
func newSite(t *testing.T, s *server, token string) *site {
	t.Helper()
	desk, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	w := &site{chat: `<script src="/sdk/conversations.js"></script>`}
	through := httputil.NewSingleHostReverseProxy(desk)
	line := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.broken.Load() && r.Method != http.MethodOptions {
			rw.Header().Set("Access-Control-Allow-Origin", "*")
			rw.WriteHeader(http.StatusInternalServerError)
			_, _ = rw.Write([]byte(`{"error":"Something went wrong on our side."}`)) // as the desk says it
			return
		}
		through.ServeHTTP(rw, r)
	}))
	t.Cleanup(line.Close)

	mux := http.NewServeMux()
	mux.Handle("/sdk/", http.StripPrefix("/sdk/", http.FileServer(http.Dir("node_modules/posthog-js/dist"))))
	mux.HandleFunc("/", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(rw, sitePage, line.URL, token, w.chat)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // another site, not only another port
	return w
}

// sitePage signs in whom its address names.
const sitePage = `<!DOCTYPE html><title>Site</title><h1>Site</h1>
<link rel="icon" href="data:,">
%[3]s
<script type="module">
	import posthog from "/sdk/module.js";
	window.posthog = posthog;
	const {identity_distinct_id, identity_hash} = Object.fromEntries(new URLSearchParams(location.search));
	posthog.init(%[2]q, {api_host: %[1]q, opt_out_useragent_filter: true, identity_distinct_id, identity_hash}); // a browser of tests is one of the robots that it ignores
</script>`

// member is the address at which the site has signed somebody in.
func (w *site) member(id, hash string) string {
	return w.url + "/?" + url.Values{"identity_distinct_id": {id}, "identity_hash": {hash}}.Encode()
}

// sign is what a site does with the identity secret.
func sign(secret, id string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(id))
	return hex.EncodeToString(mac.Sum(nil))
}

const widgetButton = `#ph-conversations-widget-container [aria-label^="Open chat"]`

// visits opens a page of the site and waits for the SDK.
func (p *person) visits(page string) {
	p.t.Helper()
	p.do("open "+page, chromedp.Navigate(page))
	p.until("the SDK", `!!window.posthog?.conversations?.isVisible?.()`)
}

// polls has the SDK ask at once, as it does when a connection is back.
func (p *person) polls() {
	p.t.Helper()
	p.do("go online", chromedp.Evaluate[chromedp.Void](`void dispatchEvent(new Event("online"))`))
}

// says writes a message that the desk takes.
func (p *person) says(text string) {
	p.t.Helper()
	p.tries(text)
	p.shows(text)
}

// tries writes a message and waits until the desk has answered.
func (p *person) tries(text string) {
	p.t.Helper()
	p.write("#ph-conversations-widget-container textarea", text)
	p.asks("/message", func() { p.press(kb.Enter) })
}

// asks does what calls the desk, and waits for the answer to it.
func (p *person) asks(path string, do func()) {
	p.t.Helper()
	const answers = `performance.getEntriesByType("resource").filter((e) => e.name.split("?")[0].endsWith(%s)).length`
	asked := fmt.Sprintf(answers, quote(path))
	before := p.read("String(" + asked + ")")
	do()
	p.until("the answer from "+path, asked+" > "+before)
}

// shows waits until the widget has the words, as they are.
func (p *person) shows(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%q in the widget", words), "document.querySelector('#ph-conversations-widget-container')?.innerText.includes("+quote(words)+")")
}

// lacks wants the widget not to have the words now.
func (p *person) lacks(words string) {
	p.t.Helper()
	if text := p.read(`document.querySelector("#ph-conversations-widget-container").innerText`); strings.Contains(text, words) {
		p.t.Errorf("%s sees %q: %s", p.name, words, text)
	}
}

// clicks presses the button of the widget that says so.
func (p *person) clicks(words string) {
	p.t.Helper()
	p.until("the button "+words, `(() => {
		const all = [...document.querySelectorAll("#ph-conversations-widget-container button, #ph-conversations-widget-container [role=button]")];
		const button = all.find((b) => b.innerText.includes(`+quote(words)+`));
		button?.click();
		return !!button;
	})()`)
}

// calls is what a promise of the SDK's own functions comes to: JSON, or the words of its refusal.
func (p *person) calls(expression string) string {
	p.t.Helper()
	p.do("call "+expression, chromedp.Evaluate[chromedp.Void](`void (async () => {
		window.outcome = undefined;
		try { window.outcome = JSON.stringify(await posthog.conversations.`+expression+`) } catch (e) { window.outcome = "refused: " + e.message }
	})()`))
	p.until("the outcome", `window.outcome !== undefined`)
	return p.read(`window.outcome`)
}

// forgives forgets what the console said of a refusal that the test provoked.
func (p *person) forgives(words string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.console[:0]
	for _, text := range p.console {
		if !strings.Contains(text, words) {
			kept = append(kept, text)
		}
	}
	p.console = kept
}

func quote(s string) string {
	encoded, err := json.Marshal(s)
	if err != nil {
		panic(err) // no text fails
	}
	return string(encoded)
}
