package web

import (
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5/middleware"
)

// WithClientIP finds the address that a request comes from. X-Forwarded-For is
// believed only as far as every hop before it is one of the trusted proxies.
func WithClientIP(trusted []netip.Prefix) Middleware {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	proxies := make([]string, len(trusted))
	for i, prefix := range trusted {
		proxies[i] = prefix.String()
	}
	return middleware.ClientIPFromXFF(proxies...)
}

// ClientIP is the address found by WithClientIP; invalid when a proxy sent garbage.
func ClientIP(r *http.Request) netip.Addr {
	return middleware.GetClientIPAddr(r.Context())
}

// ClientKey names the client for rate limits: its IPv4 address or its IPv6 /64,
// because one household owns all of those.
func ClientKey(r *http.Request) string {
	ip := ClientIP(r)
	if !ip.Is6() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return ip.String()
	}
	return network.String()
}
