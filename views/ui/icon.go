package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"signalbox/static"
)

// icon is the name of a symbol of the sprite.
type icon string

// Icon draws one symbol of the sprite beside a word; by itself it says nothing to a screen reader.
func Icon(name string) templ.Component { return icon(name) }

// Render draws the icon.
func (i icon) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	p.icon(string(i))
	return p.err
}

func (p *pen) icon(name string) {
	p.raw(`<svg class="icon" aria-hidden="true"><use href="`, static.Path("icons.svg"), `#`)
	p.text(name)
	p.raw(`"></use></svg>`)
}

// kbd is a key.
type kbd string

// Kbd shows a key where it works.
func Kbd(key string) templ.Component { return kbd(key) }

// Render draws the key.
func (k kbd) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	p.raw(`<kbd aria-hidden="true">`)
	p.text(string(k))
	p.raw(`</kbd>`)
	return p.err
}
