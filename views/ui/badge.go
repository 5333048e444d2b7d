package ui

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"
)

// Badge is a state: a colour, an icon and words.
type Badge struct {
	Text  string
	Tone  Tone
	Icon  string
	Title string
	State string    // what it says, told to scripts, "" for nothing that they care about
	Due   time.Time // until when it says so, zero for as long as nobody changes it
}

// Render draws the badge.
func (b Badge) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	p.raw(`<span class="badge`)
	if b.Tone != Plain {
		p.raw(` `, string(b.Tone))
	}
	p.raw(`"`)
	p.attr(` title`, b.Title)
	p.attr(` data-badge`, b.State)
	p.attr(` data-due`, stamp(b.Due))
	p.raw(`>`)
	if b.Icon != "" {
		p.icon(b.Icon)
	}
	p.raw(`<span>`)
	p.text(b.Text)
	p.raw(`</span></span>`)
	return p.err
}

// Tag is a word that someone put on a thing.
type Tag struct {
	Text       string
	RemoveHref string // a link that takes it away, "" for none
	RemoveText string // what that link says to a screen reader
}

// Render draws the tag.
func (t Tag) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	p.raw(`<span class="tag" dir="auto"`)
	p.attr(` title`, t.Text)
	p.raw(`><span class="clip">`)
	p.text(t.Text)
	p.raw(`</span>`)
	if t.RemoveHref != "" {
		p.raw(`<a class="tag-remove" href="`)
		p.text(string(templ.URL(t.RemoveHref)))
		p.raw(`"`)
		p.attr(` title`, t.RemoveText)
		p.raw(`>`)
		p.icon("x")
		p.raw(`<span class="spoken">`)
		p.text(t.RemoveText)
		p.raw(`</span></a>`)
	}
	p.raw(`</span>`)
	return p.err
}
