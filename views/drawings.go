package views

import "sync"

// What Drawings keeps: about what the open tickets of a team show.
const (
	drawnTexts = 256   // in each of the two generations
	drawnBytes = 4_000 // of the longest text
)

// Drawings draws Markdown and remembers what texts look like: a page of twenty would be drawn anew at every touch of its
// ticket, for half a millisecond. It forgets in generations: what was not asked for while a generation filled up is gone
// with it. The zero value is ready.
type Drawings struct {
	mu          sync.Mutex
	now, before map[string]string
}

// Markdown is Markdown of this package, from memory if it can.
func (d *Drawings) Markdown(text string) string {
	if html, ok := d.find(text); ok {
		return html
	}
	html := Markdown(text)
	if html != "" && len(text) <= drawnBytes {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.put(text, html)
	}
	return html
}

func (d *Drawings) find(text string) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if html, ok := d.now[text]; ok {
		return html, true
	}
	html, ok := d.before[text]
	if ok {
		d.put(text, html)
	}
	return html, ok
}

func (d *Drawings) put(text, html string) {
	if d.now == nil || len(d.now) >= drawnTexts {
		d.before, d.now = d.now, map[string]string{}
	}
	d.now[text] = html
}
