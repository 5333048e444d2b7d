package ui

import (
	"io"

	"github.com/a-h/templ"
)

// pen writes by hand what stands on a page a hundred times, where a template would cost more than what it draws.
type pen struct {
	w   io.Writer
	err error
}

// raw writes markup.
func (p *pen) raw(markup ...string) {
	for _, part := range markup {
		if p.err == nil {
			_, p.err = io.WriteString(p.w, part)
		}
	}
}

// text writes what people wrote.
func (p *pen) text(s string) { p.raw(templ.EscapeString(s)) }

// attr writes an attribute, unless it is empty; name is markup and begins with a space.
func (p *pen) attr(name, value string) {
	if value != "" {
		p.raw(name, `="`, templ.EscapeString(value), `"`)
	}
}
