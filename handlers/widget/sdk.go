package widget

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// sdkChat is the part of posthog-js with the chat. No bundle of the SDK has it: pages load it from their api_host, at
// the first of these addresses or, under strict_script_versioning, at the second.
func sdkChat() []string {
	return []string{"/static/conversations.js", `/static/{version:\d+\.\d+\.\d+}/conversations.js`}
}

// mountSDK sends pages on to where that part is: it is not ours to ship.
func (d *Door) mountSDK(r chi.Router) {
	if d.SDK == "" {
		return
	}
	for _, pattern := range sdkChat() {
		r.Handle(pattern, anyOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=3600")
			http.Redirect(w, r, d.SDK+r.URL.RequestURI(), http.StatusFound) //nolint:gosec // always to the site of d.SDK
		})))
	}
}
