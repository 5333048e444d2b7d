package store

import (
	"strings"

	"golang.org/x/net/idna"

	"signalbox/workflow/desk"
)

// These rules of text stand here and not in desk, which uses the standard library alone: names in any script need x/net.

// ASCIISite writes the host of a site or of an address as browsers name it: bücher.example is xn--bcher-kva.example.
// What cannot be written so stays as it is, to be refused in the words that were typed.
func ASCIISite(text string) string {
	return withHost(strings.TrimSpace(text), idna.Lookup.ToASCII)
}

// ReadableSite is the way back, for people.
func ReadableSite(site string) string { return withHost(site, idna.Display.ToUnicode) }

func sitesOf(sites []string, written func(string) string) []string {
	all := make([]string, len(sites))
	for i, site := range sites {
		all[i] = written(site)
	}
	return all
}

// SitesAsTyped is desk.CleanSites for what people write in any script.
func SitesAsTyped(written []string) (desk.Sites, error) {
	return desk.CleanSites(sitesOf(written, ASCIISite))
}

// ReadableSites are the widget's sites as people write them.
func (w Widget) ReadableSites() []string { return sitesOf(w.Domains, ReadableSite) }

func withHost(address string, write func(string) (string, error)) string {
	scheme, rest, found := strings.Cut(address, "://")
	if found {
		scheme += "://"
	} else {
		scheme, rest = "", address
	}
	if wild, of := strings.CutPrefix(rest, "*."); of {
		scheme, rest = scheme+"*.", wild
	}
	end := strings.IndexAny(rest, "/:?#@")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	written, err := write(host)
	if err != nil || plain(host) && plain(written) { // other hosts are for desk.CleanSites to judge
		return address
	}
	return scheme + written + rest[end:]
}

func plain(host string) bool {
	return !strings.ContainsFunc(host, func(r rune) bool { return r > '~' })
}
