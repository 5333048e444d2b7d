package desk

import (
	"fmt"
	"strings"
	"testing"
)

func TestSitesNameTheRuleThatAllowsAPage(t *testing.T) {
	sites := Sites{"shop.test", "*.example.com", "localhost", "https://old.test:8443/x", "[::1]", "[::ffff:1.2.3.4]:80"}
	for address, want := range map[string]string{
		"https://shop.test":               "shop.test",
		"HTTPS://SHOP.test:8443/cart?x=1": "shop.test",
		"https://shop.test.":              "shop.test",
		"https://example.com":             "*.example.com",
		"https://a.b.example.com/x":       "*.example.com",
		"http://localhost:3000":           "localhost",
		"http://old.test":                 "https://old.test:8443/x",
		"http://[::1]:3000/x":             "[::1]",
		"http://[0:0::0:1]":               "[::1]",
		"http://[::ffff:102:304]":         "[::ffff:1.2.3.4]:80",
	} {
		if rule, ok := sites.Allow(address); !ok || rule != want {
			t.Errorf("%s is allowed by %q, %v, want by %q", address, rule, ok, want)
		}
	}
	for _, address := range []string{
		"", "null", "shop.test", "https://www.shop.test", "https://notexample.com", "https://example.com.evil.test",
		"https://shop.test@evil.test", "https://evil.test/shop.test", "file:///x", "https://%zz",
		"http://[::2]", "http://[fe80::1%25eth0]",
	} {
		if rule, ok := sites.Allow(address); ok {
			t.Errorf("%q is allowed by %q, want it refused", address, rule)
		}
	}
	if rule, ok := (Sites{}).Allow("null"); !ok || rule != "" {
		t.Errorf("without rules a page is answered with %q, %v, want it allowed by none", rule, ok)
	}
	if _, ok := (Sites{"*."}).Allow("https://shop.test"); ok {
		t.Error("a rule for nothing allows a page")
	}
}

func TestPastedAddressesNeedNoScheme(t *testing.T) {
	for text, want := range map[string]string{
		"\tshop.test/x\n":      "https://shop.test/x",
		"//shop.test":          "https://shop.test",
		"http://localhost:1/a": "http://localhost:1/a",
		"shop.test:8443/x":     "https://shop.test:8443/x",
		"[::1]:8443/x":         "https://[::1]:8443/x",
	} {
		if got, err := PastedAddress(text); err != nil || got != want {
			t.Errorf("%q is read as %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "  ", "https://", "a b", "*.example.com", "javascript:alert(1)", "::1", "a..com", strings.Repeat("a", 300)} {
		if got, err := PastedAddress(text); !IsKind(err, Invalid) {
			t.Errorf("%q is read as %q, %v, want it refused", text, got, err)
		}
	}
}

func TestSitesAreKeptAsHostsEachOnce(t *testing.T) {
	got, err := CleanSites([]string{" https://Example.COM:8443/shop", "*.b.de.", "", "example.com", "127.0.0.1", "http://[::1]:3000/x", "[0::1]", "[2001:DB8::1]"})
	if err != nil || strings.Join(got, " ") != "example.com *.b.de 127.0.0.1 [::1] [2001:db8::1]" {
		t.Errorf("the sites are %q, %v", got, err)
	}
	many := make([]string, maxSites+1)
	for i := range many {
		many[i] = strings.Repeat("a", i+1) + ".test"
	}
	for _, bad := range [][]string{{"https://"}, {"*"}, {"a.*.com"}, {"a b"}, {"münchen.de"}, {"user@shop.test"}, many} {
		if got, err := CleanSites(bad); !IsKind(err, Invalid) {
			t.Errorf("%.40q are taken as %.40q, %v, want them refused", bad, got, err)
		}
	}
	for _, bad := range []string{"::1", "a..com", ".a.com", "a.com..", "*..a.com", "*.", ".", "https://.", "[]", "[::1", "::1]", "[::1]x", "*.[::1]", "[fe80::1%eth0]", "[127.0.0.1]", "]"} {
		if got, err := CleanSites([]string{" " + bad}); !IsKind(err, Invalid) || !strings.HasPrefix(err.Error(), fmt.Sprintf("%q is not a domain.", bad)) {
			t.Errorf("%s is taken as %q, %v, want it refused in the words that were typed", bad, got, err)
		}
	}
}
