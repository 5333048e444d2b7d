package ui

import (
	"context"
	"io"
	"time"
)

// Style is how the browser words an instant, in the reader's own zone.
type Style string

// The styles.
const (
	Ago  Style = "ago"  // "4 min", ticking
	At   Style = "at"   // "14:02" today, "3 Feb 14:02" before
	Full Style = "full" // "3 Feb 2026 14:02"
)

// Time is an instant. Text stands until the browser words it itself.
type Time struct {
	At    time.Time
	Text  string
	Style Style
}

// Render draws the time.
func (t Time) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	if t.At.IsZero() {
		p.raw(`<span>`)
		p.text(t.Text)
		p.raw(`</span>`)
		return p.err
	}
	p.raw(`<time datetime="`, stamp(t.At), `" data-time="`, string(t.Style), `">`)
	p.text(t.Text)
	p.raw(`</time>`)
	return p.err
}
