package e2e

import (
	"os"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// What keys open over a page is as accessible as the page.
func TestThePaletteAndTheSheetOfKeysAreAccessible(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("run npm ci in this folder first: %v", err)
	}
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	p := newPerson(t, "reader")
	p.login(d.server, "ada@northwind.example")
	for _, theme := range []string{"light", "dark"} {
		p.do("prefer "+theme, preferring(theme), chromedp.Navigate(d.server+"/tickets/1"))
		p.press("k", kb.ModifierCtrl)
		p.see("#palette-local [role=option]")
		blameless(p, string(axe), "the palette, "+theme)
		p.press(kb.Escape)
		p.press("?")
		p.see("#keys [data-printed]")
		blameless(p, string(axe), "the sheet of keys, "+theme)
	}
}

func blameless(p *person, axe, what string) {
	p.t.Helper()
	for _, v := range violations(p, axe) {
		if slices.Contains([]string{"serious", "critical"}, v.Impact) {
			p.t.Errorf("%s: %s", what, v)
		}
	}
}
