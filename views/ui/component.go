package ui

import (
	"context"
	"io"
)

// Every primitive is a templ.Component itself, so that a page says @ui.Button{Text: "Send"}; templ allows
// children only after a call, so those that hold some have Around.

// Render draws the button.
func (b Button) Render(ctx context.Context, w io.Writer) error { return b.view().Render(ctx, w) }

// Render draws the field.
func (f Field) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the select.
func (s Select) Render(ctx context.Context, w io.Writer) error { return s.view().Render(ctx, w) }

// Render draws the checkbox or switch.
func (c Check) Render(ctx context.Context, w io.Writer) error { return c.view().Render(ctx, w) }

// Render draws the avatar.
func (a Avatar) Render(ctx context.Context, w io.Writer) error { return a.view().Render(ctx, w) }

// Render draws the empty state alone; Around adds children below the text.
func (e Empty) Render(ctx context.Context, w io.Writer) error { return e.Around().Render(ctx, w) }

// Render draws the alert alone; Around adds children below the text.
func (a Alert) Render(ctx context.Context, w io.Writer) error { return a.Around().Render(ctx, w) }

// Render draws the toast.
func (t Toast) Render(ctx context.Context, w io.Writer) error { return t.view().Render(ctx, w) }

// Render draws the tabs.
func (t Tabs) Render(ctx context.Context, w io.Writer) error { return t.view().Render(ctx, w) }
