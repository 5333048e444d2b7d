package widget

import (
	"net/http"

	"signalbox/workflow/desk"
)

// allowsOrigin reports whether the page that calls is on one of the sites; an empty list is every
// page. A call that does not say where it comes from is refused by any list.
func allowsOrigin(sites desk.Sites, r *http.Request) bool {
	_, ok := sites.Allow(origin(r))
	return ok
}

// origin is where a call says that it comes from, "" for nowhere.
func origin(r *http.Request) string {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin
	}
	return r.Referer()
}
