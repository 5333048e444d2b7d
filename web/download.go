package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// sandboxed is the policy of what others have written: were a browser ever to show it, it could do nothing.
const sandboxed = "sandbox; default-src 'none'"

// Download is a file that somebody has uploaded, on its way to somebody else.
type Download struct {
	Name string
	Type string // what its bytes look like
	Body io.ReadSeeker
}

// ServeDownload sends a file, or the part of it that was asked for, to be saved and never to be shown.
func ServeDownload(w http.ResponseWriter, r *http.Request, d Download) error {
	size, err := d.Body.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = d.Body.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("measure a download: %w", err)
	}
	head := w.Header()
	head.Set("Content-Type", harmless(d.Type))
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	AllowTime(w, size)
	ServeSandboxed(w, r, d.Body)
	return nil
}

// ServeSandboxed sends bytes that came from outside, under headers that keep them from doing anything.
func ServeSandboxed(w http.ResponseWriter, r *http.Request, body io.ReadSeeker) {
	head := w.Header()
	head.Set("Content-Security-Policy", sandboxed)
	head.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(Uncompressed(w), r, "", time.Time{}, body)
}

// harmless keeps from a browser that something could run in it.
func harmless(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch {
	case kind == "image", kind == "audio", kind == "video", mediaType == "application/pdf", strings.HasPrefix(mediaType, "text/plain"):
		return mediaType
	}
	return "application/octet-stream"
}

// slowLine is the slowest line on which a download comes to its end, in bytes a second.
const slowLine = 32 << 10

// AllowTime gives an answer of so many bytes the time that a slow line needs.
func AllowTime(w http.ResponseWriter, size int64) {
	until := time.Now().Add(writeTimeout + time.Duration(size/slowLine)*time.Second)
	_ = http.NewResponseController(w).SetWriteDeadline(until) // a connection without deadlines is fine too
}

// Uncompressed keeps an answer as it is, so that parts of it can be asked for.
func Uncompressed(w http.ResponseWriter) http.ResponseWriter {
	w.Header().Set(gzhttp.HeaderNoCompression, "1")
	return w
}
