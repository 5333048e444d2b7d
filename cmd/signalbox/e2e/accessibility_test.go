package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"signalbox/store/demo"
)

// violation is what axe-core finds wrong, in its own format.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target  []any
		Summary string `json:"failureSummary"`
	}
}

func (v violation) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%s): %s, %d times", v.ID, v.Impact, v.Help, len(v.Nodes))
	for _, n := range v.Nodes[:min(len(v.Nodes), 4)] {
		fmt.Fprintf(&text, "\n  %v: %s", n.Target, strings.Join(strings.Fields(n.Summary), " "))
	}
	return text.String()
}

// No serious or critical finding of axe-core on any kind of page, in both themes, wide and narrow.
func TestPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("run npm ci in this folder first: %v", err)
	}
	s := serve(t, makeFolder(t, t.TempDir()), "--demo")
	p := newPerson(t, "reader")
	examine(p, string(axe), s.url+"/login")
	p.signIn(s.url, demo.AdminEmail, demo.Password)
	for _, path := range demoPages(p, s) {
		examine(p, string(axe), s.url+path)
	}
}

// demoPages are one page of each kind, with something on it.
func demoPages(p *person, s *server) []string {
	p.t.Helper()
	first := func(page, css string) string {
		p.open(s.url + page)
		p.see(css)
		return p.read(fmt.Sprintf(`new URL(document.querySelector(%q).href).pathname`, css))
	}
	workflow := first("/workflows", `.workflow:has([aria-checked=true]) a.workflow-name`)
	return []string{
		"/tickets", first("/tickets", ".row-text"), "/workflows", workflow, workflow + "?step=trigger",
		workflow + "/runs", first(workflow+"/runs", `[data-run] a`),
		"/views/all", "/tickets?sort=sla&status=open",
		"/macros", "/macros/new", "/tickets/1/history", "/tickets/1/macros",
		"/preferences", "/tickets/480/merge", "/tickets/480/split", "/notifications", "/preferences/notifications",
		"/settings/team", "/settings/roles", "/settings/widget", "/components", "/bulks", "/customers",
	}
}

// examine loads the page once for each theme: colours that are on their way to another are nobody's.
func examine(p *person, axe, url string) {
	p.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		p.do("prefer "+theme, preferring(theme), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
		for _, width := range []int64{1440, 390} {
			p.do("change the window", chromedp.EmulateViewport(width, 900))
			for _, v := range violations(p, axe) {
				if slices.Contains([]string{"serious", "critical"}, v.Impact) {
					p.t.Errorf("%s, %s, %d px wide: %s", url, theme, width, v)
				}
			}
		}
	}
}

func preferring(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: theme},
				{Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	})
}

// violations lets axe-core look at the page. It comes by the debugger, past the page's own policy.
func violations(p *person, axe string) []violation {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](axe+`;
		axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: run axe-core: %v", p.name, err)
	}
	var list []violation
	if err := json.Unmarshal([]byte(found), &list); err != nil {
		p.t.Fatalf("read axe-core's findings: %v", err)
	}
	return list
}
