package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// keep saves a view and returns its address.
func (b browser) keep(form url.Values) string {
	b.t.Helper()
	p := b.post("/views", form)
	if p.status != http.StatusOK || p.at.Query().Get("view") == "" {
		b.t.Fatalf("saving %v answered %d at %s", form, p.status, p.at)
	}
	return p.at.String()[len(b.base):]
}

func viewID(path string) string { return path[strings.Index(path, "view=")+len("view="):] }

func wantRows(t *testing.T, what string, p page, want ...string) {
	t.Helper()
	got := rowNumbers(p)
	slices.Sort(got)
	if p.status != http.StatusOK || !slices.Equal(got, want) {
		t.Errorf("%s: got %d and rows %v, want %v", what, p.status, got, want)
	}
}

// threeTickets are an open one of Ada's, a pending one of Bob's and a new one.
func (d builderDesk) threeTickets(t *testing.T, b browser) {
	t.Helper()
	for i, form := range []url.Values{
		{"status": {"open"}, "assignee": {"user:1"}, "tags": {"vip"}}, {"status": {"pending"}, "assignee": {"user:2"}}, {},
	} {
		ticket := d.write(t, "Question "+numberText(int64(i)))
		for field := range form {
			b.post(ticketPath(ticket)+"/"+field, url.Values{field: form[field]})
		}
	}
}

func TestASavedViewOpensWithItsFiltersAndCountsInTheSideBar(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		d.threeTickets(t, ada)
		view := ada.keep(url.Values{"name": {"In hand"}, "query": {"status=open&status=pending&priority=&sort=-updated&after=1.2"}})
		p := ada.open(view)
		wantRows(t, "as it is", p, "1", "2")
		if got := p.Find("h1").Text(); got != "In hand" {
			t.Errorf("the title is %q", got)
		}
		link := p.Find(`#views a[aria-current]`)
		if link.AttrOr("href", "") != view || link.Find(".count").Text() != "2" {
			t.Errorf("the side bar marks %q with %q, want the view with 2", link.AttrOr("href", ""), link.Find(".count").Text())
		}
		if p.Find(".keep form[action='/views']").Length() != 0 {
			t.Error("a view that is as it is can be saved again")
		}
		wantRows(t, "with an order of its own", ada.open(view+"&sort=number"), "1", "2")
		wantRows(t, "with another status", ada.open(view+"&status=new"), "3")
		wantRows(t, "without a status", ada.open(view+"&status="), "1", "2", "3")
		wantRows(t, "for one person too", ada.open(view+"&assignee=user%3A2"), "2")
		chip := p.Find(`a[title="Remove filter Status: open"]`).AttrOr("href", "")
		wantRows(t, "without a chip", ada.open(chip), "2")
		counts := ada.fragment(http.MethodGet, "/views?view="+viewID(view), nil)
		if counts.status != http.StatusOK || counts.Find("#views .nav[aria-current] .count").Text() != "2" {
			t.Errorf("the counts alone: %d, %q", counts.status, counts.Find("#views").Text())
		}
	})
}

func TestAViewOfADefaultViewStaysWithinIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		d.threeTickets(t, ada)
		shown := ada.open("/tickets?view=mine&sort=number")
		query := shown.Find(".keep form[action='/views'] [name=query]").AttrOr("value", "")
		view := ada.keep(url.Values{"name": {"Mine by number"}, "query": {query}, "shared": {"off", "on"}})
		wantRows(t, "Ada's", ada.open(view), "1")
		wantRows(t, "Bob's", bob.open(view), "2")
		wantRows(t, "and a filter", ada.open(view+"&status=pending"))
	})
}

func TestAViewIsUpdatedRenamedSharedAndDeleted(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		d.threeTickets(t, ada)
		view := bob.keep(url.Values{"name": {"Open"}, "query": {"status=open"}})
		if p := ada.open(view); p.status != http.StatusNotFound || !strings.Contains(p.Text(), "There is no such view") {
			t.Errorf("somebody else's view answers %d", p.status)
		}
		changed := bob.open(view + "&status=new")
		p := bob.submit(changed, ".keep form:has([name=query])[action^='/views/']", nil)
		wantRows(t, "updated", p, "3")
		edit := "/views/" + viewID(view)
		p = bob.post(edit, url.Values{"name": {"New ones"}, "shared": {"off", "on"}})
		if p.status != http.StatusOK || p.Find("h1").Text() != "New ones" {
			t.Errorf("renamed: %d, %q", p.status, p.Find("h1").Text())
		}
		wantRows(t, "shared", ada.open(view), "3")
		if p := ada.open(view); p.Find("#views [data-view='"+viewID(view)+"']").Length() != 0 {
			t.Error("a shared view is in a side bar that nobody pinned it to")
		}
		ada.post(edit+"/pin", url.Values{})
		if p := ada.open("/tickets"); p.Find("#views [data-view='"+viewID(view)+"']").Length() != 1 {
			t.Error("a pinned view is not in the side bar")
		}
		if p := bob.post(edit+"/delete", url.Values{}); p.at.Path != "/tickets" {
			t.Errorf("deleted: at %s", p.at)
		}
		if p := ada.open(view); p.status != http.StatusNotFound {
			t.Errorf("a deleted view answers %d", p.status)
		}
	})
}

func TestARefusedViewKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		view := ada.keep(url.Values{"name": {"Late"}, "query": {"sla=breached"}, "shared": {"on"}})
		for name, c := range map[string]struct {
			form   url.Values
			status int
		}{
			"no name":       {url.Values{"name": {" "}, "query": {"status=open"}}, http.StatusUnprocessableEntity},
			"a taken name":  {url.Values{"name": {"Late"}, "query": {"status=open"}, "shared": {"on"}}, http.StatusConflict},
			"a long name":   {url.Values{"name": {strings.Repeat("x", 81)}, "query": {"status=open"}}, http.StatusUnprocessableEntity},
			"a bad filter":  {url.Values{"name": {"X"}, "query": {"status=asleep"}}, http.StatusUnprocessableEntity},
			"a bad query":   {url.Values{"name": {"X"}, "query": {"%zz"}}, http.StatusUnprocessableEntity},
			"many statuses": {url.Values{"name": {"X"}, "query": {strings.Repeat("tag=a&", 5) + "sort=mood"}}, http.StatusUnprocessableEntity},
		} {
			p := bob.post("/views", c.form)
			if p.status != c.status {
				t.Errorf("%s: got %d, want %d", name, p.status, c.status)
			}
			if strings.HasSuffix(name, "name") && (p.Find("#save-view[open] [name=name]").AttrOr("value", "") != c.form.Get("name") ||
				p.Find("#save-view .problem").Length() != 1 || p.Find(`a[title="Remove filter Status: open"]`).Length() != 1) {
				t.Errorf("%s: the page has lost what was typed", name)
			}
		}
		if p := bob.post("/views/"+viewID(view), url.Values{"name": {"Mine now"}}); p.status != http.StatusForbidden {
			t.Errorf("renaming a colleague's view answers %d, want 403", p.status)
		}
		other := ada.keep(url.Values{"name": {"Later"}, "query": {"sla=at-risk"}, "shared": {"on"}})
		p := ada.post("/views/"+viewID(other), url.Values{"name": {"Late"}, "back": {"/views/all"}})
		if field := p.Find("[data-view='" + viewID(other) + "'] [name=name]"); p.status != http.StatusConflict || field.AttrOr("value", "") != "Late" {
			t.Errorf("renamed to a taken name: %d with %q", p.status, field.AttrOr("value", ""))
		}
		if p := ada.post("/views/nonsense/pin", url.Values{}); p.status != http.StatusNotFound {
			t.Errorf("a view that is no id answers %d", p.status)
		}
	})
}

func TestAViewThatMakesNoSenseAnyMoreSaysSo(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		m, err := d.store.Member(t.Context(), d.team, 1)
		check(t, err)
		old, err := d.store.SaveView(t.Context(), m, store.NewView{Name: "Old", Query: "status=asleep"})
		check(t, err)
		gone, err := d.store.SaveView(t.Context(), m, store.NewView{Name: "Of nobody", Query: "assignee=role%3A99"})
		check(t, err)
		for view, want := range map[desk.ID]string{old.ID: "There is no status", gone.ID: "role 99 left the team"} {
			p := ada.open("/tickets?view=" + view.String())
			if p.status != http.StatusOK || !strings.Contains(p.Find("#tickets .alert").Text(), want) {
				t.Errorf("got %d and %q, want it to say %q", p.status, p.Find("#tickets .alert").Text(), want)
			}
			if p.Find("#views [data-view]").Length() != 9 {
				t.Errorf("the side bar has %d views, want 9", p.Find("#views [data-view]").Length())
			}
			if list := ada.open("/views/all"); !strings.Contains(list.Find("[data-view='"+view.String()+"'] .problem").Text(), want) {
				t.Errorf("the list of views does not say %q", want)
			}
		}
	})
}

func TestThePageOfViewsMovesPins(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		if p := ada.open("/views/all"); p.Find(".empty").Length() != 1 {
			t.Error("no view, and the page does not say how to make one")
		}
		ada.keep(url.Values{"name": {"A"}, "query": {"status=open"}})
		second := ada.keep(url.Values{"name": {"B"}, "query": {"status=new"}})
		p := ada.post("/views/"+viewID(second)+"/up", url.Values{"back": {"/views/all"}})
		names := p.Find(".saved-view-name").Map(func(_ int, s *selection) string { return s.Text() })
		if p.at.Path != "/views/all" || !slices.Equal(names, []string{"B", "A"}) {
			t.Errorf("moved up: %v at %s", names, p.at.Path)
		}
		p = ada.post("/views/"+viewID(second)+"/unpin", url.Values{"back": {"/views/all"}})
		if n := p.Find("#views [data-view='" + viewID(second) + "']").Length(); n != 0 {
			t.Error("an unpinned view is still in the side bar")
		}
	})
}
