package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAReplyIsDiscardedByItsWriterAlone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Never mind"}, "send_at": {"in 3h"}})
		discard := p.Find(`.held form[action$="/discard"]`).AttrOr("action", "")
		if discard == "" {
			t.Fatalf("got %d without a button to discard the scheduled reply", p.status)
		}
		if p := bob.post(discard, url.Values{}); p.status != http.StatusForbidden || p.Find(".held").Length() != 1 {
			t.Errorf("a colleague's reply: got %d, want it refused and kept", p.status)
		}
		if p := ada.post(discard, url.Values{}); p.status != http.StatusOK || p.Find(".held").Length() != 0 || p.Find(`textarea[name="body"]`).Text() != "" {
			t.Errorf("got %d, want the reply gone and no draft of it", p.status)
		}
		if p := ada.post(discard, url.Values{}); p.status != http.StatusConflict {
			t.Errorf("a second time: got %d, want 409", p.status)
		}
		if diff := cmp.Diff([]string{"Hello"}, d.thread(t, ticket)); diff != "" {
			t.Errorf("thread (-want +got):\n%s", diff)
		}
	})
}
