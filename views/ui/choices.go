package ui

import (
	"context"
	"io"
)

// choices are the options of a select: of a large team there are hundreds on a page.
type choices struct {
	of      Select
	options []Option
}

// Render draws the options.
func (c choices) Render(_ context.Context, w io.Writer) error {
	p := pen{w: w}
	for _, o := range c.options {
		p.raw(`<option value="`)
		p.text(o.Value)
		p.raw(`"`)
		if c.of.chosen(o.Value) {
			p.raw(` selected`)
		}
		if o.Disabled {
			p.raw(` disabled`)
		}
		p.raw(`>`)
		p.text(o.Text)
		p.raw(`</option>`)
	}
	return p.err
}
