package widget

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"signalbox/web"
	"signalbox/workflow/desk"
)

const maxPage = 2_048 // characters of the address of a page

// requestRestore mails a link that brings the conversations of an email address to another browser. The answer never
// tells whether there are any.
func (d *Door) requestRestore(r *http.Request, v *visit) (any, error) {
	email, page := readRestore(r, v)
	if err := v.checkFields(); err != nil {
		return nil, err
	}
	asked := web.Limiter{Name: "widget restores", Limit: d.Limits.AddressRestores, Window: time.Hour}
	if err := d.count(r, asked, web.ClientKey(r)); err != nil {
		return nil, err
	}

	if err := d.Store.RequestRestore(r.Context(), v.widget.TeamID, email, page); err != nil {
		return nil, err
	}
	return struct {
		OK bool `json:"ok"`
	}{OK: true}, nil
}

func readRestore(r *http.Request, v *visit) (email, page string) {
	email = address(v.in.text("email", maxEmailLength))
	if email == "" && !v.in.wrong("email") {
		v.in.fault("email", "This must be an email address.")
	}
	page = v.in.text("request_url", maxPage)
	if !v.in.wrong("request_url") {
		checkPage(r, v, page)
	}
	return email, page
}

// checkPage makes sure that the mail leads to the very site that asks for it, and that the team knows the site: it must
// not carry anybody anywhere else.
func checkPage(r *http.Request, v *visit, page string) {
	var sites desk.Sites = v.widget.Domains
	u, err := url.Parse(page)
	switch _, allowed := sites.Allow(page); {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil:
		v.in.fault("request_url", "This must be the address of the page, with http or https.")
	case len(sites) == 0:
		v.in.fault("request_url", "Links can be mailed once the widget's allowed domains are set.")
	case !allowed || desk.SiteHost(page) != desk.SiteHost(origin(r)):
		v.in.fault("request_url", "This must be a page of the site that asks.")
	}
}

// restore brings the conversations of a mailed link to the browser that opened it. The SDK takes no other status than
// 200 for an answer, so a bad link is no refusal, not even where it could never be one (spec/4, rule 6).
func (d *Door) restore(r *http.Request, v *visit) (any, error) {
	token := v.in.raw("restore_token")
	if err := v.check(); err != nil {
		return nil, err
	}

	status, err := d.Store.Restore(r.Context(), v.widget.TeamID, strings.TrimSpace(token), v.caller)
	return struct {
		Status  desk.RestoreStatus `json:"status"`
		Session string             `json:"widget_session_id"`
	}{status, v.in.raw("widget_session_id")}, err
}
