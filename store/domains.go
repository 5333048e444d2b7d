package store

import (
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

const (
	maxDomains    = 100
	maxDomain     = 253   // RFC 1035
	maxWidgetText = 1_000 // bytes of each text that a widget shows
)

// cleanDomains lower-cases the sites that may show a widget, and takes each once.
func cleanDomains(domains []string) ([]string, error) {
	clean := []string{}
	for _, d := range domains {
		if d = strings.ToLower(strings.TrimSpace(d)); d == "" {
			continue
		}
		d = host(d)
		if !isDomain(strings.TrimPrefix(d, "*.")) {
			return nil, desk.FieldErrorf("domains", "%q is not a domain. Write it as example.com or *.example.com, for instance.", shorten(d))
		}
		if !slices.Contains(clean, d) {
			clean = append(clean, d)
		}
	}
	if len(clean) > maxDomains {
		return nil, desk.FieldErrorf("domains", "There are %d domains; the limit is %d.", len(clean), maxDomains)
	}
	return clean, nil
}

// host is what counts of a pasted address: browsers name the host alone in the same way everywhere.
func host(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		rest = address
	}
	rest, _, _ = strings.Cut(rest, "/")
	rest, _, _ = strings.Cut(rest, ":")
	return rest
}

// isDomain takes any host that a browser could send, localhost and addresses included, but no scheme, port or path.
func isDomain(host string) bool {
	if host == "" || len(host) > maxDomain {
		return false
	}
	for _, r := range host {
		plain := r == '.' || r == '-' || r == '_' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z')
		if !plain {
			return false
		}
	}
	return true
}

func (w Widget) check() error {
	texts := []struct{ field, text string }{
		{"greeting", w.Settings.Greeting},
		{"color", w.Settings.Color},
		{"placeholder", w.Settings.Placeholder},
		{"position", w.Settings.Position},
		{"form title", w.Settings.FormTitle},
		{"form description", w.Settings.FormDescription},
		{"identity secret", w.IdentitySecret},
		{"previous secret", w.PreviousSecret},
	}
	for _, t := range texts {
		if err := desk.CheckText(t.field, t.text); err != nil {
			return err
		}
		if len(t.text) > maxWidgetText {
			return desk.FieldErrorf(t.field, "The %s is too long; the limit is %d characters. Shorten it.", t.field, maxWidgetText)
		}
	}
	return nil
}
