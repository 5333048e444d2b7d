package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestABulkOfAViewAsksFirstAndSaysHowManyItTouches(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		for range 3 {
			d.write(t, "Hello")
		}
		bob.post("/tickets/3/status", url.Values{"status": {"resolved"}})
		count := bob.fragment(http.MethodGet, "/bulks/count?view=waiting&after=9.9", nil)
		if got := count.Find("[data-bulk-all]"); got.Text() != "Select all 2 in this view" || got.AttrOr("data-bulk-all", "") != "?view=waiting" {
			t.Errorf("offer: got %q of %q", got.Text(), got.AttrOr("data-bulk-all", ""))
		}

		for name, value := range map[string]string{"status": "bogus", "priority": "bogus", "assignee": "user:999"} {
			p := bob.post("/tickets/bulk", url.Values{"all": {"?view=waiting"}, name: {value}})
			if p.status != http.StatusUnprocessableEntity || p.Find(`[name="sure"]`).Length() != 0 {
				t.Errorf("%s=%s: got %d, want it refused and not asked about", name, value, p.status)
			}
		}
		form := url.Values{"all": {"?view=waiting"}, "status": {"pending"}, "priority": {"none"}}
		asked := bob.post("/tickets/bulk", form)
		if asked.status != http.StatusOK || asked.Find("[data-bulk-total]").Text() != "2 tickets" || d.ticket(t, 1).Status != desk.New {
			t.Fatalf("got %d, %q, want a question about 2 tickets", asked.status, asked.Find("[data-bulk-total]").Text())
		}
		for _, name := range []string{"all", "status", "priority", "sure"} {
			form.Set(name, asked.Find("form [name="+name+"]").AttrOr("value", "absent"))
		}
		p := bob.post("/tickets/bulk", form)
		line := p.Find("[data-bulk]")
		if p.at.Path != "/tickets" || line.AttrOr("data-state", "") != "listing" {
			t.Fatalf("got %s with a bulk that is %q, want the inbox with one under way", p.at, line.AttrOr("data-state", ""))
		}
		id, err := desk.ParseID(line.AttrOr("data-bulk", ""))
		check(t, err)
		m, err := d.store.Member(t.Context(), d.team, 2)
		check(t, err)
		_, err = d.store.FinishBulk(t.Context(), m, id, time.Hour)
		check(t, err)
		if a, b := d.ticket(t, 1).Status, d.ticket(t, 3).Status; a != desk.Pending || b != desk.Resolved {
			t.Errorf("got %s and %s, want the waiting ticket pending and the resolved one left", a, b)
		}
		strip := bob.fragment(http.MethodGet, "/bulks/strip", nil)
		if !strings.Contains(strip.Text(), "Status: Pending · Priority: None") || !strings.Contains(strip.Text(), "2 of 2 tickets changed") {
			t.Errorf("strip: got %q", strip.Text())
		}
		for _, all := range []string{"?view=nowhere", "?q=" + strings.Repeat("word+", 100), "on", "?state=open", "?q=status:lost"} {
			if p := bob.post("/tickets/bulk", url.Values{"all": {all}, "status": {"open"}, "sure": {"on"}}); p.status != http.StatusUnprocessableEntity {
				t.Errorf("%.20s, which is no list: got %d", all, p.status)
			}
		}
	})
}

func TestTheResultOfABulkSaysWhatItLeftAndCanBeUndone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		first, _ := d.write(t, "One"), d.write(t, "Two")
		p := bob.post("/tickets/bulk", url.Values{"number": {"1", "2", "77"}, "status": {"resolved"}})
		link := p.Find("[data-bulk] a").AttrOr("href", "")
		page := bob.open(link)
		if got := page.Find("[data-reasons] li").Text(); !strings.Contains(got, "1 ticket") || !strings.Contains(got, "no such ticket") {
			t.Errorf("reasons: got %q", got)
		}
		if n := bob.open(link + "?outcome=changed").Find("[data-item]").Length(); n != 2 {
			t.Errorf("changed: got %d, want 2", n)
		}
		if p := bob.open(link + "?outcome=eaten"); p.status != http.StatusUnprocessableEntity {
			t.Errorf("an unknown outcome: got %d", p.status)
		}
		bob.post("/tickets/2/status", url.Values{"status": {"open"}})

		undone := bob.post(link+"/undo", nil)
		if got := undone.Text(); undone.at.Path == link || !strings.Contains(got, "The status stays: Bob has changed it since.") {
			t.Errorf("undo: got %s, want what stays", undone.at)
		}
		if a, b := d.ticket(t, 1).Status, d.ticket(t, 2).Status; a != desk.New || b != desk.Open {
			t.Errorf("got %s and %s, want new and open", a, b)
		}
		if got := d.events(t, first); len(got) != 2 {
			t.Errorf("events: got %v, want the change and its undo, both an agent's", got)
		}
		if p := bob.post(link+"/undo", nil); p.status != http.StatusConflict {
			t.Errorf("a second undo: got %d", p.status)
		}
		if n := bob.open("/bulks").Find("[data-bulk]").Length(); n != 2 {
			t.Errorf("list: got %d, want the change and its undo", n)
		}
	})
}

func TestABulkSaysHowManyWereSoAlready(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		d.write(t, "One")
		d.write(t, "Two")
		bob.post("/tickets/1/status", url.Values{"status": {"resolved"}})
		p := bob.post("/tickets/bulk", url.Values{"number": {"1", "2"}, "status": {"resolved"}})
		if got := p.Find("#bulk-strip").Text(); !strings.Contains(got, "1 of 2 tickets changed; 1 was so already.") {
			t.Errorf("got %q", got)
		}
	})
}

func TestABulkIsNotFoundByOthers(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "One")
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		m, err := d.store.Member(t.Context(), d.team, 1)
		check(t, err)
		id, err := d.store.StartBulk(t.Context(), m, store.NewBulk{Numbers: []int64{1}, Change: store.BulkChange{Status: &desk.SetStatus{To: desk.Open}}})
		check(t, err)
		path := "/bulks/" + id.String()
		if p := bob.open(path); p.status != http.StatusNotFound {
			t.Errorf("Ada's bulk is answered to Bob with %d", p.status)
		}
		for _, do := range []string{"/cancel", "/undo"} {
			if p := bob.post(path+do, nil); p.status != http.StatusNotFound {
				t.Errorf("%s by Bob: got %d", do, p.status)
			}
		}
		if p := ada.post(path+"/cancel", nil); p.at.Path != path || p.Find("#bulk-result").AttrOr("data-state", "") != "cancelled" {
			t.Errorf("cancel: got %s, %q", p.at, p.Find("#bulk-result").AttrOr("data-state", ""))
		}
		other, _ := d.otherTeam(t)
		m.TeamID = other
		if _, err := d.store.Bulk(t.Context(), m, id); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("another team's: got %v", err)
		}
	})
}
