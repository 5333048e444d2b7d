package desk

import (
	"strings"
	"unicode/utf8"
)

// Limits of saved views: names in characters, queries in bytes.
const (
	MaxViewName  = 80
	MaxViewQuery = 4_000
	MaxViews     = 100 // of one member, and as many that the team shares
	MaxPins      = 20  // in one member's side bar
)

// SavedView is a question to the inbox that somebody keeps: its filters and its order.
type SavedView struct {
	ID        ID
	TeamID    int64
	OwnerID   int64 // who alone sees it; 0: shared with the team
	CreatedBy int64
	Name      string
	Query     string // the query of the inbox's address, without a place in the list
}

// ViewEdit asks for a change of a saved view; what is nil stays.
type ViewEdit struct {
	Name, Query *string
	Shared      *bool
}

// Shared reports whether the whole team sees the view.
func (v *SavedView) Shared() bool { return v.OwnerID == 0 }

// Sees reports whether a member may open the view. To others it does not exist.
func (m Member) Sees(v *SavedView) bool {
	return m.TeamID == v.TeamID && (v.Shared() || v.OwnerID == m.ID)
}

// MayEdit reports whether a member may change and delete the view: their own, one that they shared, and an admin each
// shared one.
func (m Member) MayEdit(v *SavedView) bool {
	return m.Sees(v) && (v.OwnerID == m.ID || v.CreatedBy == m.ID || m.Admin)
}

// NewView is a view that a member makes for themself; an Edit shares it.
func NewView(by Member, name, query string) (SavedView, error) {
	v := SavedView{TeamID: by.TeamID, OwnerID: by.ID, CreatedBy: by.ID}
	return v.Edit(by, ViewEdit{Name: &name, Query: &query})
}

// Edit returns the view as the member wants it. Only who made a shared view can take it back for themself.
func (v *SavedView) Edit(by Member, e ViewEdit) (SavedView, error) {
	out := *v
	if !by.Sees(v) {
		return out, ErrNoView()
	}
	if !by.MayEdit(v) {
		return out, Errorf(Forbidden, "Only an admin or who made the view can change it. Save it as a view of your own.")
	}
	if e.Name != nil {
		out.Name = strings.Join(strings.Fields(*e.Name), " ") // it is one line of the side bar
		if err := checkText("name", out.Name, 1, MaxViewName); err != nil {
			return *v, err
		}
	}
	if e.Query != nil {
		out.Query = *e.Query
		if len(out.Query) > MaxViewQuery || !utf8.ValidString(out.Query) {
			return *v, FieldErrorf("query", "The view has too many filters to be kept. Leave some out.")
		}
	}
	return out.share(by, e.Shared)
}

func (v SavedView) share(by Member, shared *bool) (SavedView, error) {
	switch {
	case shared == nil || *shared == v.Shared():
	case *shared:
		v.OwnerID = 0
	case v.CreatedBy != by.ID:
		return v, Errorf(Forbidden, "Only who made the view can make it personal again. Delete it, or save it as a view of your own.")
	default:
		v.OwnerID = v.CreatedBy
	}
	return v, nil
}

// ErrNoView answers for a view that is not there, or is somebody else's.
func ErrNoView() error {
	return Errorf(NotFound, "There is no such view. It was deleted, or its owner does not share it.")
}
