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
	t.Parallel()
	axe := readAxe(t)
	s := serve(t, makeFolder(t, t.TempDir()), "--demo")
	p := newPerson(t, "reader")
	examine(p, axe, s.url+"/login")
	p.signIn(s.url, demo.AdminEmail, demo.Password)
	pages := append(demoPages(p, s), contactPages(t, s)...)
	t.Run("pages", func(t *testing.T) {
		half := len(pages) / 2
		for name, pages := range map[string][]string{"first reader": pages[:half], "second reader": pages[half:]} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := newPerson(t, name)
				p.signIn(s.url, demo.AdminEmail, demo.Password)
				for _, path := range pages {
					examine(p, axe, s.url+path)
				}
			})
		}
	})
}

func readAxe(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("run npm ci in this folder first: %v", err)
	}
	return string(axe)
}

// demoPages are one page of each kind, with something on it.
func demoPages(p *person, s *server) []string {
	p.t.Helper()
	first := func(page, css string) string {
		p.open(s.url + page)
		p.see(css)
		return p.read(fmt.Sprintf(`document.querySelector(%q).getAttribute("href")`, css))
	}
	changeTogether(p, s)
	workflow := first("/workflows", `.workflow:has([aria-checked=true]) a.workflow-name`)
	customer := first("/tickets/480", "#ticket a[href^='/customers/']")
	return []string{
		customer, customer + "/merge?q=example", first(customer+"/merge?q=example", ".people a"), "/companies/bigcorp.com",
		"/tickets", first("/tickets", ".row-text"), "/tickets?sort=sla&status=open", "/tickets/1/history", "/tickets/1/macros",
		"/tickets/480/merge", "/tickets/480/split", "/customers?q=e",
		"/bulks", first("/bulks", "td a[href^='/bulks/']"), "/macros", "/macros/new", "/views/all",
		"/notifications", "/preferences", "/preferences/notifications",
		"/workflows", workflow, workflow + "?step=trigger", workflow + "/runs", first(workflow+"/runs", `[data-run] a`),
		"/settings/team", "/settings/roles", "/settings/widget", "/settings/widget/words?language=ar", "/settings/widget/install", "/settings/widget/identity",
		"/settings/tokens", "/components",
	}
}

// changeTogether leaves a change of two tickets to look at.
func changeTogether(p *person, s *server) {
	p.t.Helper()
	p.open(s.url + "/tickets?sort=number&view=all")
	p.click(`[data-ticket="1"] input`)
	p.click(`[data-ticket="2"] input`)
	p.choose("#bulk-priority", "Low")
	p.click("#bulk .btn.primary")
	p.see("#bulk-strip", "tickets changed")
}

// examine looks at a page in both themes, once no colour is on its way to another. A theme changes nothing but colours,
// so that all else is looked at in one.
func examine(p *person, axe, url string) {
	p.t.Helper()
	p.do("prefer a wide window", preferring("light"), chromedp.EmulateViewport(1440, 900))
	p.open(url)
	for _, look := range []struct {
		theme string
		rules []string
	}{{"light", nil}, {"dark", []string{"color-contrast", "link-in-text-block"}}} {
		p.do("prefer "+look.theme, preferring(look.theme))
		for _, width := range []int64{1440, 390} {
			p.do("change the window", chromedp.EmulateViewport(width, 900))
			p.until("colours to stand still", `!document.getAnimations().some((a) => a instanceof CSSTransition)`)
			blameless(p, axe, fmt.Sprintf("%s, %s, %d px wide", url, look.theme, width), look.rules...)
		}
	}
}

// blameless looks for all that axe-core has rules for, or by the rules that are given.
func blameless(p *person, axe, what string, rules ...string) {
	p.t.Helper()
	for _, v := range violations(p, axe, rules) {
		if slices.Contains([]string{"serious", "critical"}, v.Impact) {
			p.t.Errorf("%s: %s", what, v)
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
func violations(p *person, axe string, rules []string) []violation {
	p.t.Helper()
	options := map[string]any{"resultTypes": []string{"violations"}}
	if len(rules) > 0 {
		options["runOnly"] = rules
	}
	asked, err := json.Marshal(options)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.read(`typeof window.axe`) == "undefined" {
		p.read(axe + `; ""`)
	}
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		fmt.Sprintf(`axe.run(document, %s).then((r) => JSON.stringify(r.violations))`, asked), chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: run axe-core: %v", p.name, err)
	}
	var list []violation
	if err := json.Unmarshal([]byte(found), &list); err != nil {
		p.t.Fatalf("read axe-core's findings: %v", err)
	}
	return list
}
