package desk

import (
	"strings"
	"testing"
)

func member(id int64) Member { return Member{User: User{ID: id}, TeamID: 1} }

func admin(id int64) Member { return Member{User: User{ID: id}, TeamID: 1, Admin: true} }

func TestViewsAreSeenAndChangedByWhomTheyConcern(t *testing.T) {
	foreign := Member{User: User{ID: 1}, TeamID: 2, Admin: true}
	personal := SavedView{TeamID: 1, OwnerID: 1, CreatedBy: 1}
	shared := SavedView{TeamID: 1, CreatedBy: 1}
	for _, c := range []struct {
		name       string
		by         Member
		view       SavedView
		sees, edit bool
	}{
		{"own", member(1), personal, true, true},
		{"somebody else's", member(2), personal, false, false},
		{"somebody else's, an admin", admin(2), personal, false, false},
		{"shared, its maker", member(1), shared, true, true},
		{"shared, another", member(2), shared, true, false},
		{"shared, an admin", admin(2), shared, true, true},
		{"shared, another team", foreign, shared, false, false},
		{"own, in another team", foreign, personal, false, false},
	} {
		if sees, edit := c.by.Sees(&c.view), c.by.MayEdit(&c.view); sees != c.sees || edit != c.edit {
			t.Errorf("%s: sees %v and edits %v, want %v and %v", c.name, sees, edit, c.sees, c.edit)
		}
	}
}

func TestASharedViewIsTakenBackByItsMakerAlone(t *testing.T) {
	yes, no := true, false
	own, err := NewView(member(1), "  Late \n ones ", "sla=breached")
	if err != nil || own.Shared() {
		t.Fatalf("got %+v, %v, want it personal", own, err)
	}
	v, err := own.Edit(member(1), ViewEdit{Shared: &yes})
	if err != nil || !v.Shared() || v.Name != "Late ones" || v.CreatedBy != 1 {
		t.Fatalf("got %+v, %v, want it shared and its name on one line", v, err)
	}
	if _, err := v.Edit(admin(2), ViewEdit{Shared: &no}); !IsKind(err, Forbidden) {
		t.Errorf("an admin took it back: %v", err)
	}
	back, err := v.Edit(member(1), ViewEdit{Shared: &no})
	if err != nil || back.OwnerID != 1 {
		t.Errorf("its maker: got owner %d, %v", back.OwnerID, err)
	}
	if again, err := back.Edit(member(1), ViewEdit{Shared: &no}); err != nil || again != back {
		t.Errorf("taken back twice: %+v, %v", again, err)
	}
}

func TestViewEditsAreRefused(t *testing.T) {
	v := SavedView{TeamID: 1, CreatedBy: 1, Name: "Mine", Query: "status=open"}
	long, blank, bad, query := strings.Repeat("ä", MaxViewName+1), " \u200b", "a\xff", strings.Repeat("x", MaxViewQuery+1)
	for _, c := range []struct {
		name string
		by   Member
		edit ViewEdit
		want Kind
	}{
		{"a long name", member(1), ViewEdit{Name: &long}, Invalid},
		{"nothing to see", member(1), ViewEdit{Name: &blank}, Invalid},
		{"bad text", member(1), ViewEdit{Name: &bad}, Invalid},
		{"a long query", member(1), ViewEdit{Query: &query}, Invalid},
		{"not theirs", member(2), ViewEdit{}, Forbidden},
		{"another team's", Member{User: User{ID: 1}, TeamID: 2}, ViewEdit{}, NotFound},
	} {
		if got, err := v.Edit(c.by, c.edit); !IsKind(err, c.want) || got != v {
			t.Errorf("%s: got %+v and %v, want the view as it was and a refusal of kind %s", c.name, got, err, c.want)
		}
	}
}
