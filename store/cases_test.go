package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func slackCase(t *testing.T, name, expect string) store.SavedCase {
	t.Helper()
	c, err := workflow.ParseCase([]byte(`{"event":"$conversation_ticket_created","properties":{"channel_source":"slack"}}`), nil, []byte(expect), time.Now())
	check(t, err)
	return store.SavedCase{Name: name, Case: c}
}

func opening(t *testing.T, name string) workflow.Definition {
	t.Helper()
	return definition(t, name, `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open"}`)
}

func TestCasesAreKeptChangedRunAndDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team, by := setUp(t, s).TeamID, desk.Agent(1, "Ann")
		w := create(t, s, team, opening(t, "W"))
		good, err := s.SaveCase(t.Context(), by, team, w.PublicID, slackCase(t, " good ", `{"status":"open"}`))
		check(t, err)
		bad, err := s.SaveCase(t.Context(), by, team, w.PublicID, slackCase(t, "bad", `{"status":"pending"}`))
		check(t, err)

		results, err := s.CaseResults(t.Context(), team, w.PublicID)
		check(t, err)
		if len(results) != 2 || results[0].Name != "good" || !results[0].Pass() || results[1].Pass() {
			t.Fatalf("got %+v, want one that passes and one that does not", results)
		}
		if diff := cmp.Diff([]workflow.Mismatch{{Field: "status", Want: "pending", Got: "open"}}, results[1].Wrong); diff != "" {
			t.Errorf("wrong (-want +got):\n%s", diff)
		}
		changed := slackCase(t, "better", `{"status":"open"}`)
		changed.PublicID = bad
		_, err = s.SaveCase(t.Context(), by, team, w.PublicID, changed)
		check(t, err)
		failing, err := s.FailingCases(t.Context(), team, w.PublicID)
		wantEmpty(t, "failing cases", len(failing), err)
		check(t, s.DeleteCase(t.Context(), team, w.PublicID, good))
		results, err = s.CaseResults(t.Context(), team, w.PublicID)
		if err != nil || len(results) != 1 || results[0].Name != "better" {
			t.Errorf("got %+v, %v, want the changed one", results, err)
		}

		wantKind(t, "delete again", s.DeleteCase(t.Context(), team, w.PublicID, good), desk.NotFound)
		changed.PublicID = good
		_, err = s.SaveCase(t.Context(), by, team, w.PublicID, changed)
		wantKind(t, "change what is gone", err, desk.NotFound)
		_, err = s.SaveCase(t.Context(), by, team+1, w.PublicID, slackCase(t, "x", `{}`))
		wantKind(t, "another team's", err, desk.NotFound)
		_, err = s.SaveCase(t.Context(), by, team, w.PublicID, slackCase(t, " ", `{}`))
		wantKind(t, "without a name", err, desk.Invalid)
	})
}

func TestADraftThatFailsACaseIsPublishedOnlyInSpiteOfIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team, by := setUp(t, s).TeamID, desk.Agent(1, "Ann")
		w := create(t, s, team, opening(t, "W"))
		_, err := s.SaveCase(t.Context(), by, team, w.PublicID, slackCase(t, "Stays new", `{}`))
		check(t, err)
		rev := store.Revision{ID: w.PublicID, Rev: w.DraftRev}
		_, err = s.Publish(t.Context(), by, team, rev)
		wantSentence(t, err, desk.Conflict, `1 of 1 saved cases fail, the first is "Stays new"`)
		muted, err := s.PublishShadow(t.Context(), by, team, rev)
		check(t, err)
		_, err = s.GoLive(t.Context(), by, team, w.PublicID)
		wantSentence(t, err, desk.Conflict, "saved cases fail")

		published, err := s.PublishDespite(t.Context(), by, team, store.Revision{ID: w.PublicID, Rev: muted.DraftRev}, "1 of 1 cases failed")
		check(t, err)
		versions, err := s.Versions(t.Context(), team, w.PublicID, 0, 9)
		if err != nil || versions[0].Number != published.Version || versions[0].Override != "1 of 1 cases failed" {
			t.Errorf("versions: got %+v, %v, want the override with the version", versions, err)
		}
	})
}
