package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// unread is what the bell says.
func unread(p page) string {
	return strings.Join(strings.Fields(p.Find(`a[href="/notifications"] .count`).Text()), " ")
}

func TestAMemberReadsTheNoticesOfWorkflows(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.sendOut(t)
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		if got := unread(ada.open("/tickets")); got != "" {
			t.Errorf("Ada's bell: got %q, want nothing", got)
		}
		if got := unread(bob.open("/tickets")); got != "1 unread" {
			t.Errorf("Bob's bell: got %q, want 1", got)
		}
		p := bob.open("/notifications")
		notice := p.Find(".notice.unread")
		if notice.Length() != 1 || !strings.Contains(notice.Text(), "<b>Look</b> at 1") || notice.Find(`a[href="/tickets/1"]`).Length() != 1 {
			t.Fatalf("got %q, want the notice with its ticket", notice.Text())
		}
		last := p.Find(`form[action="/notifications/read"] [name=last]`).AttrOr("value", "")
		ada.post("/notifications/read", url.Values{"last": {last}}) // hers, of which there are none
		if got := unread(bob.open("/tickets")); got != "1 unread" {
			t.Errorf("after Ada has read: got %q, want Bob's notice unread", got)
		}
		p = bob.post("/notifications/read", url.Values{"last": {last}})
		if p.at.Path != "/notifications" || p.Find(".notice").Length() != 1 || p.Find(".notice.unread").Length() != 0 || unread(p) != "" {
			t.Errorf("after reading: got %s with %d unread, want the notice read", p.at, p.Find(".notice.unread").Length())
		}
		if p := bob.post("/notifications/read", url.Values{"last": {"x"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("no notice: got %d, want %d", p.status, http.StatusUnprocessableEntity)
		}
	})
}
