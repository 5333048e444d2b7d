package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// maySeeInside reports whether a request may learn how the server is: it has the token, which is none when it is "", or
// it comes from a program on this machine and from nobody behind it (spec/7).
func maySeeInside(r *http.Request, token string) bool { return hasToken(r, token) || isLocal(r) }

// hasToken compares hashes, so that the time it takes tells nothing.
func hasToken(r *http.Request, token string) bool {
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, b := sha256.Sum256([]byte(shown)), sha256.Sum256([]byte(token))
	return ok && token != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// isLocal reports whether the request comes from this machine, was passed on by nobody and was meant for this machine: a
// proxy beside us, or a page whose name was made to lead here, speaks for others.
func isLocal(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || isPassedOn(r) {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// isPassedOn reports whether a proxy shows itself. One that nobody told how to pass requests on names neither itself nor
// whom it speaks for: nginx with a bare proxy_pass spoke HTTP/1.0 then, which no scraper does, and since 1.29.7 cannot be
// told apart. So the README asks for X-Forwarded-For.
func isPassedOn(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return true
	}
	for name := range r.Header {
		switch name {
		case "Forwarded", "Via", "Proxy-Connection", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "X-Original-For",
			"X-Original-Host", "X-Envoy-External-Address", "True-Client-Ip", "Cf-Connecting-Ip", "Fastly-Client-Ip",
			"Fly-Client-Ip", "X-Request-Start", "Cdn-Loop":
			return true
		}
		if strings.HasPrefix(name, "X-Forwarded") {
			return true
		}
	}
	return false
}
