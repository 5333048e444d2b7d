package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"signalbox/store/demo"
)

// Pages scroll inside themselves: a document larger than the window has a second scrollbar, and leaves upwards with all
// that is on it.
func TestNoDocumentIsLargerThanItsWindow(t *testing.T) {
	t.Parallel()
	s := serve(t, makeFolder(t, t.TempDir()), "--demo")
	p := newPerson(t, "reader")
	p.signIn(s.url, demo.AdminEmail, demo.Password)
	manyTags(p, s)
	for _, path := range append(demoPages(p, s), "/tickets/484", "/tickets/484/why", "/deliveries") {
		p.do("make the window wide", chromedp.EmulateViewport(1440, 900))
		p.open(s.url + path)
		fits(p, path, 1440)
		p.do("make the window narrow", chromedp.EmulateViewport(390, 900))
		fits(p, path, 390)
	}
}

// manyTags gives one ticket more than its column is high.
func manyTags(p *person, s *server) {
	p.t.Helper()
	p.open(s.url + "/tickets/484")
	p.click("#edit-tags > summary")
	p.read(`document.querySelector("#fact-tags").value = [...Array(60).keys()].map((n) => "tag-number-" + n).join()`)
	p.click("#edit-tags .btn.primary")
	p.until("the tags to be set", `document.querySelector("#fact-tags").defaultValue.includes("tag-number-59")`)
}

func fits(p *person, path string, width int) {
	p.t.Helper()
	size := fmt.Sprintf("%d × 900", width)
	p.until(path+" to measure "+size, fmt.Sprintf(`((d) => d.scrollWidth + " × " + d.scrollHeight)(document.documentElement) === %q`, size))
}
