package handlers

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"signalbox/store/blob"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// downloadFile sends a file to be saved, never to be shown.
func (h *Handlers) downloadFile(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	file, body, err := h.Store.OpenFile(r.Context(), h.actor(r), h.member(r).TeamID, id)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()

	keepForever(w, id)
	return web.ServeDownload(w, r, web.Download{Name: file.Name, Type: file.Type, Body: body})
}

// showPicture sends the JPEG that we made of a picture: the only thing of a file that pages show.
func (h *Handlers) showPicture(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	size, ok := map[string]blob.PictureSize{"thumb": blob.Thumb, "large": blob.Large}[chi.URLParam(r, "size")]
	if !ok {
		return desk.Errorf(desk.NotFound, "There is nothing at this address.")
	}
	_, body, err := h.Store.OpenPicture(r.Context(), h.actor(r), h.member(r).TeamID, id, size)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	w.Header().Set("Content-Type", "image/jpeg")
	keepForever(w, id)
	web.ServeSandboxed(w, r, body)
	return nil
}

// keepForever tells browsers that what stands under an id never changes.
func keepForever(w http.ResponseWriter, id desk.ID) {
	head := w.Header()
	head.Set("Cache-Control", "private, max-age=31536000, immutable")
	head.Set("ETag", `"`+id.String()+`"`)
}
