package handlers_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/workflow"
)

func TestAnAdminSeesAParkedEventAndRetriesIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "Hello")
		events, err := d.store.Pending(t.Context(), time.Now(), 1)
		check(t, err)
		first, err := d.store.Events(t.Context(), d.team, int64(events[0]), 9)
		check(t, err)
		for range 5 {
			check(t, d.store.Fail(t.Context(), workflow.Work{Event: first[0].ID}, time.Now(), errors.New("the disk is full")))
		}

		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		p := admin.open("/workflows")
		panel := p.Find("[data-event]")
		if panel.Length() != 1 || !strings.Contains(panel.Text(), "the disk is full") || panel.Find(`a[href="/tickets/1"]`).Length() != 1 {
			t.Fatalf("panel: got %q, want the reason and the ticket", panel.Text())
		}
		action := panel.Find("form").AttrOr("action", "")
		if p := agent.post(action, url.Values{}); p.status != http.StatusForbidden {
			t.Errorf("retry by an agent: got %d, want %d", p.status, http.StatusForbidden)
		}
		if p := admin.post(action, url.Values{}); p.at.Path != "/workflows" || p.Find("[data-event]").Length() != 0 {
			t.Errorf("after the retry: got %s with %d events, want none", p.at, p.Find("[data-event]").Length())
		}
		if pending, err := d.store.Pending(t.Context(), time.Now(), 1); err != nil || len(pending) != 1 {
			t.Errorf("pending: got %v, %v, want the ticket", pending, err)
		}
	})
}
