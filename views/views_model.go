package views

import "signalbox/workflow/desk"

// SideViews are the views of the side bar.
type SideViews struct {
	Current string // the key of the view that is open, "" for none
	Default []ViewLink
	Saved   []ViewLink // that the member pinned
	Again   string     // a word that was not used before: some counts are old and are to be asked for again
}

// ViewLink is a view of the inbox with its count.
type ViewLink struct {
	Key       string // the value of ?view=
	Name      string
	Count     int
	Capped    bool // there are, or may be, more than Count
	Current   bool
	Saved     bool
	Shared    bool // with the team
	Uncounted bool
}

func (v ViewLink) icon() string {
	switch {
	case v.Shared:
		return "users"
	case v.Saved:
		return "star"
	}
	switch v.Key {
	case "waiting":
		return "inbox"
	case "mine":
		return "user"
	case "roles":
		return "users"
	case "unassigned":
		return "circle-slash"
	case "at-risk":
		return "clock"
	case "breached":
		return "triangle-alert"
	default:
		return "list"
	}
}

// tone colours the two counts that call for help, and only while they do.
func (v ViewLink) tone() string {
	switch {
	case v.Count == 0:
		return ""
	case v.Key == "at-risk":
		return "warn"
	case v.Key == "breached":
		return "bad"
	default:
		return ""
	}
}

// count is empty where nobody can tell: a rare thing among very many.
func (v ViewLink) count() string {
	switch {
	case v.Uncounted, v.Capped && v.Count == 0:
		return ""
	case v.Capped:
		return thousands(v.Count) + "+"
	}
	return thousands(v.Count)
}

// Keep is what the inbox offers for keeping what it shows as a view.
type Keep struct {
	TeamID  int64
	Query   string // what would be kept
	Changed bool   // it is not what the open view is made of
	View    *SavedView
	Form    ViewForm // of a new view
}

// Unchanged reports whether a saved view is shown as it is.
func (k Keep) Unchanged() bool { return k.View != nil && !k.Changed }

// shown reports whether there is anything to offer.
func (k Keep) shown() bool { return k.Changed || k.View != nil }

// SavedView is a saved view as a member sees it.
type SavedView struct {
	ID       desk.ID
	Name, By string
	Mine     bool // the member made it
	Shared   bool
	Pinned   bool
	First    bool // of the side bar, as is the next
	Last     bool
	CanEdit  bool
	CanShare bool   // share it, or take it back
	Filters  string // in words, "" for every ticket
	Problem  string // why it shows less than was meant
	Form     ViewForm
}

// ViewForm is what the form of a view holds.
type ViewForm struct {
	Name    string
	Shared  bool
	Problem string
}

// SavedViewsPage is the page of all saved views.
type SavedViewsPage struct {
	Shell  AppShell
	Pinned []SavedView
	Others []SavedView
}

// Refuse puts what was typed, and why it was refused, into the form of a view.
func (p *SavedViewsPage) Refuse(id desk.ID, form ViewForm) {
	for _, list := range [][]SavedView{p.Pinned, p.Others} {
		for i := range list {
			if list[i].ID == id {
				list[i].Form = form
			}
		}
	}
}

// SortText words an order of the list.
func SortText(sort string) string {
	for _, o := range sorts()[0].Options {
		if o.Value == sort {
			return o.Text
		}
	}
	return sort
}
