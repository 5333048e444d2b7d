package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestForwardedAddressesAreBelievedFromProxiesAlone(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	tests := []struct {
		name           string
		trusted        []netip.Prefix
		peer, xff, key string
	}{
		{"no proxy", nil, "203.0.113.5:1", "198.51.100.1", "203.0.113.5"},
		{"through the proxy", proxy, "10.1.1.1:1", "198.51.100.1", "198.51.100.1"},
		{"forged left of the proxy's entry", proxy, "10.1.1.1:1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		{"around the proxy", proxy, "203.0.113.5:1", "198.51.100.1", "203.0.113.5"},
		{"garbage from the proxy", proxy, "10.1.1.1:1", "unknown", "10.1.1.1"},
		{"nothing from the proxy", proxy, "10.1.1.1:1", "", "10.1.1.1"},
		{"garbage beyond a proxy", proxy, "10.1.1.1:1", "198.51.100.1, unknown, 10.2.2.2", "10.2.2.2"},
		{"two proxies", proxy, "10.1.1.1:1", "1.1.1.1, 198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{"proxies alone", proxy, "10.1.1.1:1", "10.3.3.3,10.2.2.2", "10.3.3.3"},
		{"with a port", proxy, "10.1.1.1:1", "198.51.100.1:1234", "198.51.100.1"},
		{"IPv6 with a port", proxy, "10.1.1.1:1", "[2001:db8:1:2:3:4:5:6]:1234", "2001:db8:1:2::/64"},
		{"IPv6 in brackets", proxy, "10.1.1.1:1", "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64"},
		{"IPv4 written as IPv6", proxy, "[::ffff:10.1.1.1]:1", "::ffff:198.51.100.1", "198.51.100.1"},
		{"with a zone", nil, "[fe80::1%eth0]:1", "", "fe80::/64"},
		{"IPv6 counts by network", nil, "[2001:db8:1:2:3:4:5:6]:1", "", "2001:db8:1:2::/64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got string
			h := WithClientIP(test.trusted)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = ClientKey(r)
			}))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = test.peer
			r.Header.Set("X-Forwarded-For", test.xff)
			r.Header.Set("X-Real-Ip", "192.0.2.66")
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != test.key {
				t.Errorf("client = %q, want %q", got, test.key)
			}
		})
	}
}
