package desk

import (
	"slices"
	"strings"
)

// DomainOf is what stands behind the @ of an email address, "" for none.
func DomainOf(email string) string {
	_, domain, _ := strings.Cut(email, "@")
	return domain
}

// CompanyOf is the domain by which customers of one company know each other: "" for addresses that anybody can have.
func CompanyOf(domain string) string {
	name, _, _ := strings.Cut(domain, ".")
	if name == "" || slices.Contains(freeMail(), domain) || slices.Contains(freeMailNames(), name) {
		return ""
	}
	return domain
}

// freeMailNames are providers with a domain in many countries: yahoo.com, yahoo.fr, yahoo.co.uk.
func freeMailNames() []string {
	return []string{"gmx", "hotmail", "live", "outlook", "yahoo", "yandex"}
}

func freeMail() []string {
	return []string{
		"126.com", "163.com", "aol.com", "duck.com", "fastmail.com", "free.fr", "gmail.com", "googlemail.com", "hey.com",
		"icloud.com", "laposte.net", "libero.it", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com",
		"orange.fr", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com",
		"seznam.cz", "t-online.de", "tutanota.com", "tuta.io", "web.de", "wp.pl", "ymail.com", "zoho.com",
	}
}
