package widget

import (
	"net/http"
	"net/url"
	"strings"
)

// allowsOrigin reports whether the page that calls is on one of the domains; an empty list is every
// page. A call that does not say where it comes from is refused by any list.
func allowsOrigin(domains []string, r *http.Request) bool {
	if len(domains) == 0 {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		origin = r.Referer()
	}
	host := hostOf(origin)
	if host == "" {
		return false
	}
	for _, domain := range domains {
		if covers(domain, host) {
			return true
		}
	}
	return false
}

// covers reports whether domain is host, or *.example.com and host is example.com or below it.
func covers(domain, host string) bool {
	domain = strings.ToLower(strings.TrimSpace(domain))
	if parent, wild := strings.CutPrefix(withoutScheme(domain), "*."); wild {
		parent = hostOf("//" + parent)
		return parent != "" && (host == parent || strings.HasSuffix(host, "."+parent))
	}
	return host == hostOf("//"+withoutScheme(domain))
}

// hostOf is the lower-case host of an address without scheme and port, or "".
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

func withoutScheme(domain string) string {
	if _, rest, found := strings.Cut(domain, "://"); found {
		return rest
	}
	return domain
}
