package views

import (
	"testing"

	"github.com/a-h/templ"

	"signalbox/workflow/desk"
)

func someView(n byte, name string) SavedView {
	return SavedView{
		ID: desk.ID{15: n}, Name: name, By: "Ada Lindqvist", Mine: true, Pinned: true, CanEdit: true, CanShare: true,
		Filters: "Status: open · Tag: vip · SLA, due first", Form: ViewForm{Name: name},
	}
}

func someSideViews() SideViews {
	s := someShell().Views
	s.Current = desk.ID{15: 1}.String()
	s.Default[0].Current = false
	s.Saved = []ViewLink{
		{Key: desk.ID{15: 1}.String(), Name: "VIP", Count: 14, Saved: true, Current: true},
		{Key: desk.ID{15: 2}.String(), Name: "Escalated", Count: 20, Capped: true, Saved: true, Shared: true},
		{Key: desk.ID{15: 3}.String(), Name: "Rare", Capped: true, Saved: true},
		{Key: desk.ID{15: 4}.String(), Name: "New one", Saved: true, Uncounted: true},
	}
	s.Again = "k3"
	return s
}

// viewPage is the inbox with a saved view open, as it is kept.
func viewPage() InboxPage {
	p, v := somePage(), someView(1, "VIP")
	p.Ticket, p.Shell.Views = nil, someSideViews()
	p.List.Title, p.List.Query, p.List.ClearHref = "VIP", "view="+v.ID.String(), ViewPath(v.ID.String())
	p.List.Filters.View, p.List.Filters.Saved, p.List.Filters.Tags = v.ID.String(), true, "vip, beta"
	p.List.Filters.Assignee, p.List.Filters.MoreAssignees = "me", []string{"role:2"}
	p.List.Chips = append([]Chip{{Text: "Mine"}}, p.List.Chips...)
	p.List.Keep = Keep{TeamID: 1, Query: "status=open&tag=vip", View: &v}
	return p
}

func viewPages() map[string]templ.Component {
	shared, broken := someView(2, "Escalated"), someView(3, "Of Tomas")
	shared.By, shared.Mine, shared.Shared, shared.CanEdit, shared.CanShare, shared.First = "Tomas Kral", false, true, false, false, true
	shared.Filters = ""
	broken.Pinned, broken.Shared, broken.Problem = false, true, "user 9 left the team: take the filter away, or choose somebody else."
	refused := someView(1, "VIP")
	refused.Last, refused.Form = true, ViewForm{Name: "Escalated", Shared: true, Problem: "The team shares a view “Escalated” already. Choose another name."}

	changed, kept, unsaved := viewPage(), viewPage(), somePage()
	changed.List.Keep.Changed = true
	kept.List.Keep.View.Problem, kept.List.Problem = "", broken.Problem
	unsaved.Ticket, unsaved.List.Keep = nil, Keep{TeamID: 1, Changed: true, Query: "status=new", Form: ViewForm{Name: "x", Problem: "Taken."}}
	shell := someShell()
	shell.Section, shell.Views = SectionViews, someSideViews()
	return map[string]templ.Component{
		"views":         SavedViews(SavedViewsPage{Shell: shell, Pinned: []SavedView{shared, refused}, Others: []SavedView{broken}}),
		"views-none":    SavedViews(SavedViewsPage{Shell: shell}),
		"view":          Inbox(kept),
		"view-changed":  Inbox(changed),
		"view-refused":  Inbox(unsaved),
		"views-counted": ViewCounts(someSideViews()),
	}
}

func TestPagesOfSavedViewsAreAsInTheirGoldenFiles(t *testing.T) {
	for name, page := range viewPages() {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}

func TestACountSaysOnlyWhatIsKnown(t *testing.T) {
	for want, v := range map[string]ViewLink{
		"0": {}, "38": {Count: 38}, "1,000+": {Count: 1_000, Capped: true}, "20+": {Count: 20, Capped: true},
		"": {Capped: true},
	} {
		if got := v.count(); got != want {
			t.Errorf("%+v: got %q, want %q", v, got, want)
		}
	}
	if got := (ViewLink{Count: 3, Uncounted: true}).count(); got != "" {
		t.Errorf("an unknown count is shown as %q", got)
	}
}

// A plain form sends no box that is not ticked: a blank value says that the view's own filter is off.
func TestTheFormOfASavedViewSendsEachOfItsFilters(t *testing.T) {
	form := parsed(t, Inbox(viewPage())).Find("#filters")
	for _, name := range []string{"status", "priority", "sla", "channel"} {
		if n := form.Find(`input[type=hidden][name=` + name + `][value=""]`).Length(); n != 1 {
			t.Errorf("%d blank values of %s, want 1", n, name)
		}
	}
	if n := form.Find(`input[type=hidden][name=assignee][value="role:2"]`).Length(); n != 1 {
		t.Errorf("the second assignee is sent %d times, want once", n)
	}
}
