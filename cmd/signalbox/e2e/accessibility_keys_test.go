package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// What keys open over a page is as accessible as the page.
func TestThePaletteAndTheSheetOfKeysAreAccessible(t *testing.T) {
	t.Parallel()
	axe := readAxe(t)
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	p := newPerson(t, "reader")
	p.login(d.server, "ada@northwind.example")
	for _, theme := range []string{"light", "dark"} {
		p.do("prefer "+theme, preferring(theme))
		p.open(d.server + "/tickets/1")
		p.press("k", kb.ModifierCtrl)
		p.see("#palette-local [role=option]")
		blameless(p, axe, "the palette, "+theme)
		p.press(kb.Escape)
		p.until("the page has the focus again", `!document.querySelector("#palette").open && !document.activeElement.closest("#palette")`)
		p.press("?")
		p.see("#keys [data-printed]")
		blameless(p, axe, "the sheet of keys, "+theme)
	}
}
