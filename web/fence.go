package web

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// fence decides which addresses may be called.
type fence struct {
	guardian *ssrf.Guardian
	allow    []netip.Prefix
	site     *url.URL       // nil: unknown
	listen   netip.AddrPort // zero: unknown
	lookup   func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

func newFence(c CallerConfig) *fence {
	f := &fence{allow: c.Allow, lookup: net.DefaultResolver.LookupNetIP}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		f.site = u
	}
	if a, ok := c.Listen.(*net.TCPAddr); ok {
		ap := a.AddrPort()
		f.listen = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	var v4, v6 []netip.Prefix
	for _, p := range c.Allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	f.guardian = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return f
}

// control is called with the IP address just before a connection to it is made: no name can lead elsewhere after that.
func (f *fence) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return errNotPublic()
	}
	return f.check(ctx, netip.AddrPortFrom(to.Addr().Unmap().WithZone(""), to.Port()))
}

func (f *fence) check(ctx context.Context, to netip.AddrPort) error {
	if f.isOwnSocket(to) {
		return errOwnAddress()
	}
	if f.guardian.SafeAddrPort(to) != nil {
		return errNotPublic()
	}
	// What stands before this site, a proxy for one, may serve others as well: allowing its address says so.
	if f.allows(to.Addr()) || f.site == nil || portOf(f.site) != strconv.Itoa(int(to.Port())) {
		return nil
	}
	own, err := f.lookup(ctx, "ip", f.site.Hostname())
	if err == nil && slices.ContainsFunc(own, func(a netip.Addr) bool { return a.Unmap() == to.Addr() }) {
		return errOwnAddress()
	}
	return nil
}

func (f *fence) allows(ip netip.Addr) bool {
	return slices.ContainsFunc(f.allow, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// isOwnName compares the address as it is written with the site's.
func (f *fence) isOwnName(u *url.URL) bool {
	plain := func(u *url.URL) string { return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")) }
	return f.site != nil && plain(u) == plain(f.site) && portOf(u) == portOf(f.site)
}

// isOwnSocket reports whether this process listens there itself, on this address or on all of this machine.
func (f *fence) isOwnSocket(to netip.AddrPort) bool {
	if !f.listen.IsValid() || to.Port() != f.listen.Port() {
		return false
	}
	if !f.listen.Addr().IsUnspecified() {
		return to.Addr() == f.listen.Addr() || to.Addr().IsUnspecified()
	}
	if to.Addr().IsLoopback() || to.Addr().IsUnspecified() {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		p, err := netip.ParsePrefix(a.String())
		return err == nil && p.Addr().Unmap() == to.Addr()
	})
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

func errOwnAddress() error {
	return &CallError{Permanent: true, Text: "The address leads back to this desk, which may not call itself: that could go round in a loop."}
}

func errNotPublic() error {
	return &CallError{Permanent: true, Text: "The host is not a public one. If it may be called, start Signalbox with its network in --webhook-allow."}
}

// explainCall says what went wrong without quoting: errors of the client hold the address, which may hold a secret.
func explainCall(err error) error {
	var (
		refused *CallError
		dns     *net.DNSError
		badCert *tls.CertificateVerificationError
		noTLS   tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return &CallError{Text: "There was no whole answer within 10 seconds."}
	case errors.As(err, &dns) && dns.IsNotFound:
		return &CallError{Text: "There is no host of this name."}
	case errors.As(err, &dns):
		return &CallError{Text: "The name of the host could not be looked up."}
	case errors.As(err, &badCert):
		return &CallError{Text: "The host has no valid certificate for its name."}
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return &CallError{Text: "The host does not speak TLS at this port."}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &CallError{Text: "The host refuses connections at this port."}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return &CallError{Text: "The connection broke off before there was a whole answer."}
	}
	return &CallError{Text: "The host could not be reached."}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
