package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestVersionsSayWhoAndWhenNewestFirst(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		team, by := done.TeamID, desk.Agent(done.UserID, "Ann")
		w := create(t, s, team, tagging("Tag"))
		first := clock.read()
		for _, description := range []string{"one", "two", "three"} {
			d := w.Draft
			d.Description = description
			var err error
			if w, err = s.SaveDraft(t.Context(), by, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, d); err != nil {
				t.Fatal(err)
			}
			if w, err = s.Publish(t.Context(), by, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}); err != nil {
				t.Fatal(err)
			}
		}
		versions, err := s.Versions(t.Context(), team, w.PublicID, 0, 2)
		if err != nil || len(versions) != 2 || versions[0].Number != 3 || versions[1].Number != 2 || versions[0].By == "" {
			t.Fatalf("first page: got %+v, %v, want 3 and 2 with who published them", versions, err)
		}
		rest, err := s.Versions(t.Context(), team, w.PublicID, 2, 2)
		if err != nil || len(rest) != 1 || rest[0].Number != 1 || rest[0].At.Before(first) {
			t.Errorf("second page: got %+v, %v, want version 1", rest, err)
		}
		one, d, err := s.Version(t.Context(), team, w.PublicID, 1)
		if err != nil || d.Description != "one" || cmp.Diff(rest[0], one) != "" {
			t.Errorf("version 1: got %+v %q, %v, want what the list says, and its text", one, d.Description, err)
		}
		other, err := s.Versions(t.Context(), team+1, w.PublicID, 0, 9)
		wantEmpty(t, "versions for another team", len(other), err)
		_, _, err = s.Version(t.Context(), team+1, w.PublicID, 1)
		wantKind(t, "version for another team", err, desk.NotFound)
	}, clock.use)
}
