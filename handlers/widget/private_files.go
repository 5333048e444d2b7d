package widget

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"signalbox/store/blob"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// privateFile sends a file of the conversation, to be saved.
func (d *Door) privateFile(w http.ResponseWriter, r *http.Request) error {
	_, t, err := d.linked(r)
	if err != nil {
		return err
	}
	id, err := desk.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return errNoContact
	}
	f, body, err := d.Store.LinkedFile(r.Context(), &t, id)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return web.ServeDownload(w, r, web.Download{Name: f.Name, Type: f.Type, Body: body})
}

// privatePicture shows a picture of the conversation as we have drawn it anew.
func (d *Door) privatePicture(w http.ResponseWriter, r *http.Request) error {
	_, t, err := d.linked(r)
	if err != nil {
		return err
	}
	id, err := desk.ParseID(chi.URLParam(r, "id"))
	size, known := map[string]blob.PictureSize{"thumb": blob.Thumb, "large": blob.Large}[chi.URLParam(r, "size")]
	if err != nil || !known {
		return errNoContact
	}
	_, body, err := d.Store.LinkedPicture(r.Context(), &t, id, size)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=600") // a page has it with each look
	web.ServeSandboxed(w, r, body)
	return nil
}
