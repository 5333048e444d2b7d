package widget

import (
	"net/http"

	"signalbox/workflow/desk"
)

// allowsOrigin reports whether the page that calls is on one of the sites; an empty list is every
// page. A call that does not say where it comes from is refused by any list.
func allowsOrigin(sites desk.Sites, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		origin = r.Referer()
	}
	_, ok := sites.Allow(origin)
	return ok
}
