package store

import (
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// maxName is in characters and maxEmail in bytes (RFC 5321 leaves 254 for an address).
const (
	maxName  = 200
	maxEmail = 254
)

// cleanName trims the name of a team, a user, a role or a workflow; field names the input in a refusal.
func cleanName(field, name string) (string, error) {
	if err := desk.CheckLine(field, name); err != nil {
		return "", err
	}
	name = strings.TrimSpace(name)
	if name == "" {
		return "", desk.FieldErrorf(field, "The %s is empty. Write one.", field)
	}
	if n := utf8.RuneCountInString(name); n > maxName {
		return "", desk.FieldErrorf(field, "The %s has %d characters; the limit is %d. Shorten it.", field, n, maxName)
	}
	return name, nil
}

// cleanEmail lower-cases an address, so that it is the same however it is typed. Whether it is really one only a mail would tell.
func cleanEmail(email string) (string, error) {
	if err := desk.CheckLine("email", email); err != nil {
		return "", err
	}
	email = strings.ToLower(strings.TrimSpace(email))
	name, host, found := strings.Cut(email, "@")
	if !found || name == "" || host == "" || strings.ContainsAny(host, "@") || strings.ContainsAny(email, " \t\r\n<>,;") {
		return "", desk.FieldErrorf("email", "“%s” is not an email address. Write it as name@example.com.", shorten(email))
	}
	if len(email) > maxEmail {
		return "", desk.FieldErrorf("email", "The email address has %d characters; the limit is %d.", len(email), maxEmail)
	}
	return email, nil
}

// shorten keeps hostile input out of a sentence.
func shorten(s string) string {
	const most = 60
	if short := desk.Cut(s, most); short != s {
		return short + "…"
	}
	return s
}
