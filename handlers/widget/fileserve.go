package widget

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/store/blob"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// showFile sends a file of a message to whoever has a link to it: to be saved, never to be shown. A page that asks for
// an image gets the picture as we have drawn it anew, without what else its file may hold.
func (d *Door) showFile(w http.ResponseWriter, r *http.Request) {
	if err := d.serveFile(w, r); err != nil {
		d.answerError(w, r, err)
	}
}

func (d *Door) serveFile(w http.ResponseWriter, r *http.Request) error {
	if err := d.limitAddress(r); err != nil {
		return err
	}
	widget, id, err := d.follow(r, chi.URLParam(r, "file"))
	if err != nil {
		return err
	}

	head := w.Header()
	head.Add("Vary", "Accept")
	if strings.HasPrefix(r.Header.Get("Accept"), "image/") { // as pages ask for images, and nobody for a download
		return d.servePicture(w, r, widget.TeamID, id)
	}
	file, body, err := d.Store.OpenVisitorFile(r.Context(), widget.TeamID, id)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	head.Set("Cache-Control", fileCache)
	return web.ServeDownload(w, r, web.Download{Name: file.Name, Type: file.Type, Body: body})
}

// fileCache lets browsers keep what they show again and again, not longer than its link works.
const fileCache = "private, max-age=3600"

func (d *Door) servePicture(w http.ResponseWriter, r *http.Request, team int64, id desk.ID) error {
	_, body, err := d.Store.OpenVisitorPicture(r.Context(), team, id, blob.Thumb)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	w.Header().Set("Cache-Control", fileCache)
	w.Header().Set("Content-Type", "image/jpeg")
	web.ServeSandboxed(w, r, body)
	return nil
}
