package web

import (
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

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
