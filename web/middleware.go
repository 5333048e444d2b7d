package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"
)

// Middleware wraps a handler.
type Middleware = func(http.Handler) http.Handler

// ContentSecurityPolicy allows nothing inline and nothing from elsewhere.
const ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

type requestIDKey struct{}

// WithRequestID gives every request an id of its own; one that the client sends is not believed.
func WithRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [8]byte
		_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
		id := hex.EncodeToString(raw[:])
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// RequestID is the id given by WithRequestID, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// AccessLog writes one line per request. Query strings carry secrets (widget
// sessions, identity hashes), so only the path is written.
func AccessLog(log *slog.Logger) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				log.LogAttrs(r.Context(), slog.LevelInfo, "request",
					slog.String("method", r.Method),
					slog.String("path", public(r.URL.Path)),
					slog.Int("status", sent(ww)),
					slog.Int("bytes", ww.BytesWritten()),
					slog.Duration("took", time.Since(start)),
					slog.String("client", ClientIP(r).String()),
					slog.String("request_id", RequestID(r.Context())))
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

// public is a path without the secret that stands behind the first parts of some.
func public(path string) string {
	for _, known := range []string{"/hooks/", "/contact/ticket/"} {
		if strings.HasPrefix(path, known) {
			return known + "…"
		}
	}
	return path
}

// sent is the status that was sent; no explicit one means 200, to streams
// that took over their connection too.
func sent(w middleware.WrapResponseWriter) int {
	if w.Status() == 0 {
		return http.StatusOK
	}
	return w.Status()
}

// Recover answers a panic with 500 and logs where it happened. It belongs
// right inside AccessLog, which knows whether an answer has begun.
func (e *Errors) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // what was thrown, and no error that somebody wrapped
				panic(cause)
			}
			e.Log.ErrorContext(r.Context(), "panic", "cause", fmt.Sprint(cause), "path", public(r.URL.Path),
				"request_id", RequestID(r.Context()), "stack", string(debug.Stack()))
			if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
				// Half an answer must look broken, not complete.
				panic(http.ErrAbortHandler)
			}
			e.Page(w, r, http.StatusInternalServerError, apology)
		}()
		next.ServeHTTP(w, r)
	})
}

// SecurityHeaders sets what browsers need to protect our pages. publicURL
// decides whether they must insist on https.
func SecurityHeaders(publicURL string) Middleware {
	https := strings.HasPrefix(publicURL, "https://")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", ContentSecurityPolicy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
			if https {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Compress packs answers of 1 kB and more with zstd or gzip at their fastest.
// Live streams and what is packed already pass through untouched.
func Compress() (Middleware, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(1024),
		gzhttp.CompressionLevel(1),
		gzhttp.ZstdCompressionLevel(1),
		gzhttp.ContentTypeFilter(compressible))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	return func(next http.Handler) http.Handler { return wrap(next) }, nil
}

func compressible(contentType string) bool {
	if strings.HasPrefix(contentType, "text/event-stream") || strings.HasPrefix(contentType, "font/woff") {
		return false
	}
	isBitmap := strings.HasPrefix(contentType, "image/") && !strings.HasPrefix(contentType, "image/svg")
	return !isBitmap && gzhttp.DefaultContentTypeFilter(contentType)
}

// LimitBody cuts off request bodies longer than limit bytes; reading on answers 413. Only ReadUpload, which has a
// limit of its own, goes further.
func LimitBody(limit int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = &bounded{ReadCloser: http.MaxBytesReader(w, r.Body, limit), whole: r.Body}
			next.ServeHTTP(w, r)
		})
	}
}

// SameOrigin refuses changes asked for by other sites (CSRF). Doors for other
// origins are mounted outside it, not excepted from it.
func (e *Errors) SameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.Answer(w, r, Refuse(KindForbidden, "This request came from another site. Please send it again from this page."))
	}))
	return guard.Handler(next)
}
