package web

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

type clientKey struct{}

// WithClientIP finds the address that a request comes from. X-Forwarded-For is
// believed only as far as every hop before it is one of the trusted proxies.
func WithClientIP(trusted []netip.Prefix) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ip := clientOf(r, trusted)
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey{}, ip)))
		})
	}
}

// clientOf walks from the peer towards the client, up to the first hop that nobody trusts. A hop that cannot be read
// ends the walk, too: the request then counts as that of the proxy before it, not as nobody's.
func clientOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	ip, _ := hop(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(hops) {
		next, ok := hop(text)
		if !ok || !trusts(trusted, ip) {
			break
		}
		ip = next
	}
	return ip
}

// hop is an address with or without a port: proxies write both.
func hop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return ip.Unmap().WithZone(""), err == nil
}

func trusts(trusted []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// ClientIP is the address found by WithClientIP.
func ClientIP(r *http.Request) netip.Addr {
	ip, _ := r.Context().Value(clientKey{}).(netip.Addr)
	return ip
}

// ClientKey names the client for rate limits: its IPv4 address or its IPv6 /64,
// because one household owns all of those.
func ClientKey(r *http.Request) string {
	ip := ClientIP(r)
	if !ip.Is6() {
		return ip.String()
	}
	network, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return network.String()
}
