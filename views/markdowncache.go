package views

import "sync"

// What the cache keeps: about what the open tickets of a team show.
const (
	cachedTexts = 256   // in each of the two generations
	cachedBytes = 4_000 // of the longest text
)

// drawn remembers what texts look like as Markdown: a page of thirty would be drawn anew at every touch of its ticket.
// The same text always looks the same, so nobody can tell.
var drawn = markdownCache{now: map[string]string{}}

// markdownCache forgets in generations: what was not asked for while a generation filled up is gone with it.
type markdownCache struct {
	mu          sync.Mutex
	now, before map[string]string
}

func (c *markdownCache) find(text string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if html, ok := c.now[text]; ok {
		return html, true
	}
	html, ok := c.before[text]
	if ok {
		c.put(text, html)
	}
	return html, ok
}

func (c *markdownCache) keep(text, html string) {
	if len(text) > cachedBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(text, html)
}

func (c *markdownCache) put(text, html string) {
	if len(c.now) >= cachedTexts {
		c.before, c.now = c.now, map[string]string{}
	}
	c.now[text] = html
}
