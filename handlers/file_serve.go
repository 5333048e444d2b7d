package handlers

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store/blob"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// sandboxed is the policy of what others have written: were a browser ever to show it, it could do nothing.
const sandboxed = "sandbox; default-src 'none'"

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

	head := w.Header()
	head.Set("Content-Type", servedType(file.Type))
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	web.AllowTime(w, file.Size)
	serveBytes(w, r, id, body)
	return nil
}

// servedType keeps from a browser that something could run in it.
func servedType(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch {
	case kind == "image", kind == "audio", kind == "video", mediaType == "application/pdf", strings.HasPrefix(mediaType, "text/plain"):
		return mediaType
	}
	return "application/octet-stream"
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
	serveBytes(w, r, id, body)
	return nil
}

// serveBytes sends what never changes under its id, or the part of it that was asked for.
func serveBytes(w http.ResponseWriter, r *http.Request, id desk.ID, body io.ReadSeeker) {
	head := w.Header()
	head.Set("Content-Security-Policy", sandboxed)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, max-age=31536000, immutable")
	head.Set("ETag", `"`+id.String()+`"`)
	http.ServeContent(web.Uncompressed(w), r, "", time.Time{}, body)
}
