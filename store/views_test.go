package store_test

import (
	"fmt"
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// crew are an admin and an agent of one team, and the admin of another.
type crew struct{ ann, bob, stranger desk.Member }

func makeCrew(t *testing.T, s *store.Store) crew {
	t.Helper()
	done := setUp(t, s)
	bob, err := s.AddUser(t.Context(), store.NewUser{TeamID: done.TeamID, Email: "bob@example.com", Name: "Bob"})
	check(t, err)
	others, err := s.AddTeam(t.Context(), "Others")
	check(t, err)
	zoe, err := s.AddUser(t.Context(), store.NewUser{TeamID: others.ID, Email: "zoe@example.com", Name: "Zoe", Admin: true})
	check(t, err)
	member := func(team, user int64) desk.Member {
		m, err := s.Member(t.Context(), team, user)
		check(t, err)
		return m
	}
	return crew{ann: member(done.TeamID, done.UserID), bob: member(done.TeamID, bob), stranger: member(others.ID, zoe)}
}

func onViews(t *testing.T, test func(t *testing.T, s *store.Store, c crew)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, s, makeCrew(t, s)) })
}

func save(t *testing.T, s *store.Store, by desk.Member, n store.NewView) store.SavedView {
	t.Helper()
	v, err := s.SaveView(t.Context(), by, n)
	check(t, err)
	return v
}

func viewNames(views []store.SavedView, err error) []string {
	names := []string{}
	for _, v := range views {
		names = append(names, v.Name)
	}
	if err != nil {
		names = append(names, err.Error())
	}
	return names
}

func wantNames(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestAViewIsSeenByItsOwnerOrTheTeamAndPinnedForItsMaker(t *testing.T) {
	onViews(t, func(t *testing.T, s *store.Store, c crew) {
		own := save(t, s, c.bob, store.NewView{Name: "own", Query: "status=open"})
		shared := save(t, s, c.bob, store.NewView{Name: "Late", Query: "sla=breached", Shared: true})
		wantNames(t, "Bob's views", viewNames(s.SavedViews(t.Context(), c.bob)), "Late", "own")
		wantNames(t, "Ann's views", viewNames(s.SavedViews(t.Context(), c.ann)), "Late")
		wantNames(t, "another team's", viewNames(s.SavedViews(t.Context(), c.stranger)))
		wantNames(t, "Bob's pins", viewNames(s.PinnedViews(t.Context(), c.bob)), "own", "Late")
		wantNames(t, "Ann's pins", viewNames(s.PinnedViews(t.Context(), c.ann)))

		got, err := s.SavedView(t.Context(), c.ann, shared.ID)
		if want := (store.SavedView{SavedView: shared.SavedView, By: "Bob"}); err != nil || got != want {
			t.Errorf("Ann reads %+v, %v, want %+v", got, err, want)
		}
		for name, ask := range map[string]func() error{
			"another team":   func() error { _, err := s.SavedView(t.Context(), c.stranger, shared.ID); return err },
			"somebody else":  func() error { _, err := s.SavedView(t.Context(), c.ann, own.ID); return err },
			"their pin":      func() error { _, err := s.PinView(t.Context(), c.stranger, shared.ID); return err },
			"their change":   func() error { _, err := s.EditView(t.Context(), c.stranger, shared.ID, desk.ViewEdit{}); return err },
			"their deletion": func() error { _, err := s.DeleteView(t.Context(), c.ann, own.ID); return err },
		} {
			if err := ask(); !desk.IsKind(err, desk.NotFound) {
				t.Errorf("%s: got %v, want not found", name, err)
			}
		}
		if _, err := s.DeleteView(t.Context(), c.bob, own.ID); err != nil {
			t.Fatal(err)
		}
		wantNames(t, "after a deletion", viewNames(s.PinnedViews(t.Context(), c.bob)), "Late")
	})
}

func TestAViewThatIsTakenBackLeavesTheOthersSideBars(t *testing.T) {
	onViews(t, func(t *testing.T, s *store.Store, c crew) {
		v := save(t, s, c.bob, store.NewView{Name: "Late", Query: "sla=breached", Shared: true})
		if pinned, err := s.PinView(t.Context(), c.ann, v.ID); err != nil || !pinned.Pinned {
			t.Fatalf("pin: %+v, %v", pinned, err)
		}
		no, name := false, "Later"
		edited, err := s.EditView(t.Context(), c.bob, v.ID, desk.ViewEdit{Shared: &no, Name: &name})
		if err != nil || edited.OwnerID != c.bob.ID || edited.Name != "Later" || edited.Query != "sla=breached" {
			t.Fatalf("taken back: %+v, %v", edited, err)
		}
		wantNames(t, "Ann's pins", viewNames(s.PinnedViews(t.Context(), c.ann)))
		wantNames(t, "Bob's pins", viewNames(s.PinnedViews(t.Context(), c.bob)), "Later")
	})
}

func TestNamesOfViewsAreTakenByOwner(t *testing.T) {
	onViews(t, func(t *testing.T, s *store.Store, c crew) {
		save(t, s, c.ann, store.NewView{Name: "Late"})
		save(t, s, c.bob, store.NewView{Name: "Late"})
		v := save(t, s, c.bob, store.NewView{Name: "Late", Shared: true})
		for name, n := range map[string]store.NewView{"own": {Name: " Late "}, "shared": {Name: "Late", Shared: true}} {
			if _, err := s.SaveView(t.Context(), c.ann, n); !desk.IsKind(err, desk.Conflict) {
				t.Errorf("%s: got %v, want a conflict", name, err)
			}
		}
		no := false
		if _, err := s.EditView(t.Context(), c.bob, v.ID, desk.ViewEdit{Shared: &no}); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("taken back beside an own one of that name: %v, want a conflict", err)
		}
		same := v.Name
		if _, err := s.EditView(t.Context(), c.bob, v.ID, desk.ViewEdit{Name: &same}); err != nil {
			t.Errorf("named as it is called: %v", err)
		}
	})
}

func TestPinsAreMovedAndHaveALimit(t *testing.T) {
	onViews(t, func(t *testing.T, s *store.Store, c crew) {
		var views []store.SavedView
		for i := range desk.MaxPins + 1 {
			views = append(views, save(t, s, c.ann, store.NewView{Name: fmt.Sprint("v", i)}))
		}
		last := views[desk.MaxPins]
		if _, err := s.PinView(t.Context(), c.ann, last.ID); !desk.IsKind(err, desk.Conflict) || last.Pinned {
			t.Errorf("one pin too many: %v and %v", last.Pinned, err)
		}
		for _, v := range views[3:desk.MaxPins] {
			_, err := s.UnpinView(t.Context(), c.ann, v.ID)
			check(t, err)
		}
		for _, c2 := range []struct {
			view, places int
			want         []string
		}{
			{2, -1, []string{"v0", "v2", "v1"}},
			{2, -1, []string{"v2", "v0", "v1"}},
			{2, -1, []string{"v2", "v0", "v1"}},
			{2, 1, []string{"v0", "v2", "v1"}},
			{0, 9, []string{"v2", "v1", "v0"}},
		} {
			_, err := s.MovePin(t.Context(), c.ann, views[c2.view].ID, c2.places)
			check(t, err)
			wantNames(t, fmt.Sprint("v", c2.view, " by ", c2.places), viewNames(s.PinnedViews(t.Context(), c.ann)), c2.want...)
		}
		if _, err := s.MovePin(t.Context(), c.ann, last.ID, 1); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("moved though not pinned: %v", err)
		}
	})
}

func TestAMemberWhoLeavesTakesTheirOwnViewsAlong(t *testing.T) {
	onViews(t, func(t *testing.T, s *store.Store, c crew) {
		save(t, s, c.bob, store.NewView{Name: "own"})
		save(t, s, c.bob, store.NewView{Name: "Late", Shared: true})
		check(t, s.RemoveMember(t.Context(), c.bob.TeamID, c.bob.ID))
		wantNames(t, "Bob's", viewNames(s.SavedViews(t.Context(), c.bob)), "Late")
		wantNames(t, "Bob's pins", viewNames(s.PinnedViews(t.Context(), c.bob)))
	})
}
