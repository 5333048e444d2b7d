package desk

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

const (
	maxSites = 100
	maxSite  = 253 // RFC 1035
)

// Sites are the rules that say which pages may show a widget: a host, or *.example.com for example.com and all
// below it. No rule at all allows every page (spec/4).
type Sites []string

// Allow reports whether the page at address may show the widget, and the rule that lets it, "" when there are none.
// An address without a host is covered by no rule.
func (s Sites) Allow(address string) (rule string, ok bool) {
	if len(s) == 0 {
		return "", true
	}
	host := SiteHost(address)
	if host == "" {
		return "", false
	}
	for _, rule := range s {
		if covers(rule, host) {
			return rule, true
		}
	}
	return "", false
}

func covers(rule, host string) bool {
	rule = siteOf(strings.ToLower(strings.TrimSpace(rule)))
	if parent, wild := strings.CutPrefix(rule, "*."); wild {
		return parent != "" && (host == parent || strings.HasSuffix(host, "."+parent))
	}
	return host == rule
}

// SiteHost is the lower-case host of an address without scheme and port, [::1] for instance where it is a number of
// IPv6, or "".
func SiteHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		return bracketed(host)
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// bracketed writes a number of IPv6 in the one way of all in which it can be written, "" for what is none.
func bracketed(number string) string {
	ip, err := netip.ParseAddr(number)
	if err != nil || !ip.Is6() || ip.Zone() != "" {
		return ""
	}
	return "[" + ip.String() + "]"
}

// PastedAddress makes an address of what a person copied from somewhere, with or without its scheme.
func PastedAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	address := text
	if !strings.Contains(text, "://") {
		address = "https://" + strings.TrimPrefix(text, "//")
	}
	if !isHost(SiteHost(address)) {
		return "", FieldErrorf("address", "%q is not the address of a page. Paste it as https://shop.example.com/x, for instance.", Cut(text, 100))
	}
	return address, nil
}

// CleanSites takes rules as people write them, whole addresses included, lower-cases them and keeps each once.
func CleanSites(written []string) (Sites, error) {
	clean := Sites{}
	for _, text := range written {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		rule := siteOf(strings.ToLower(text))
		if !isHost(strings.TrimPrefix(rule, "*.")) {
			return nil, FieldErrorf("domains", "%q is not a domain. Write it as example.com, *.example.com or [::1], for instance.", Cut(text, 100))
		}
		if !slices.Contains(clean, rule) {
			clean = append(clean, rule)
		}
	}
	if len(clean) > maxSites {
		return nil, FieldErrorf("domains", "There are %d domains; the limit is %d.", len(clean), maxSites)
	}
	return clean, nil
}

// siteOf is what counts of a pasted address: browsers name the host alone in the same way everywhere.
func siteOf(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		rest = address
	}
	rest, _, _ = strings.Cut(rest, "/")
	if literal, v6 := strings.CutPrefix(rest, "["); v6 {
		number, port, closed := strings.Cut(literal, "]")
		if !closed || port != "" && port[0] != ':' {
			return ""
		}
		return bracketed(number)
	}
	rest, _, _ = strings.Cut(rest, ":")
	return strings.TrimSuffix(rest, ".")
}

// isHost takes any host that a browser could send, localhost and addresses included, but no scheme, port or path.
func isHost(host string) bool {
	if strings.HasPrefix(host, "[") {
		return host == bracketed(strings.Trim(host, "[]"))
	}
	if len(host) > maxSite || slices.Contains(strings.Split(host, "."), "") {
		return false
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		plain := r == '.' || r == '-' || r == '_' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z')
		return !plain
	})
}
