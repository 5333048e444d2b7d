package static

import (
	"bytes"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

const identity = "identity"

// asset is one embedded file; it is packed once, by the first request that can use it.
type asset struct {
	name string
	body []byte
	hash string

	brotliOnce, gzipOnce     sync.Once
	brotliPacked, gzipPacked []byte
}

// pack chooses the smallest form that the client accepts.
func (a *asset) pack(acceptEncoding string) (coding string, body []byte) {
	switch {
	case accepts(acceptEncoding, "br"):
		a.brotliOnce.Do(func() { a.brotliPacked = packBrotli(a.body) })
		return "br", a.brotliPacked
	case accepts(acceptEncoding, "gzip"):
		a.gzipOnce.Do(func() { a.gzipPacked = packGzip(a.body) })
		return "gzip", a.gzipPacked
	default:
		return identity, a.body
	}
}

// accepts reports whether the header names coding and does not weigh it zero.
func accepts(acceptEncoding, coding string) bool {
	for item := range strings.SplitSeq(acceptEncoding, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		return !found || strings.Trim(q, "0.") != ""
	}
	return false
}

// Writes to memory do not fail, so neither does packing.
func packBrotli(body []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return out.Bytes()
}

func packGzip(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return out.Bytes()
}

// contentType does not ask the operating system, whose tables differ.
func (a *asset) contentType() string {
	switch path.Ext(a.name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "text/plain; charset=utf-8"
	}
}
