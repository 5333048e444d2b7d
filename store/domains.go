package store

import "signalbox/workflow/desk"

const maxWidgetText = 1_000 // bytes of each text that a widget shows

func (w Widget) check() error {
	texts := []struct{ field, text string }{
		{"greeting", w.Settings.Greeting},
		{"color", w.Settings.Color},
		{"placeholder", w.Settings.Placeholder},
		{"position", w.Settings.Position},
		{"form title", w.Settings.FormTitle},
		{"form description", w.Settings.FormDescription},
		{"identity secret", w.IdentitySecret},
		{"previous secret", w.PreviousSecret},
	}
	for _, t := range texts {
		if err := desk.CheckText(t.field, t.text); err != nil {
			return err
		}
		if len(t.text) > maxWidgetText {
			return desk.FieldErrorf(t.field, "The %s is too long; the limit is %d characters. Shorten it.", t.field, maxWidgetText)
		}
	}
	return nil
}
