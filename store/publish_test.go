package store_test

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestWhyAVersionWasPublishedDespiteSomethingIsKept(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		by := desk.Agent(1, "Ann")
		e.kept(e.store.PublishDespite(e.Context(), by, e.team, e.seen(), ""))
		e.save("a")
		e.kept(e.store.PublishDespite(e.Context(), by, e.team, e.seen(), "A case fails: the parcel is lost."))
		versions, err := e.store.Versions(e.Context(), e.team, e.row.PublicID, 0, 9)
		if err != nil || len(versions) != 2 || versions[0].Override != "A case fails: the parcel is lost." || versions[1].Override != "" {
			e.Errorf("versions: got %+v, %v, want the note on the second alone", versions, err)
		}
	})
}

// kept takes what does not move the revision of the draft.
func (e *draftEditor) kept(row store.WorkflowRow, err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
	e.row = row
}

func (e *draftEditor) wantVersions(live, shadow int, enabled bool) {
	e.Helper()
	if e.row.Version != live || e.row.Shadow != shadow || e.row.Enabled != enabled || e.row.ShadowSince.IsZero() != (shadow == 0) {
		e.Errorf("got v%d live, v%d muted since %s, enabled %v; want v%d, v%d, %v",
			e.row.Version, e.row.Shadow, e.row.ShadowSince, e.row.Enabled, live, shadow, enabled)
	}
}

func TestAMutedVersionLeavesTheLiveOneAndGoesLiveWhenToldTo(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		by := desk.Agent(1, "Ann")
		_, err := e.store.GoLive(e.Context(), by, e.team, e.row.PublicID)
		wantKind(e.T, "go live without a muted version", err, desk.Conflict)
		e.kept(e.store.Publish(e.Context(), by, e.team, e.seen()))
		_, err = e.store.PublishShadow(e.Context(), by, e.team, e.seen())
		wantKind(e.T, "what is live, muted", err, desk.Conflict)
		e.save("a")
		e.kept(e.store.PublishShadow(e.Context(), by, e.team, e.seen()))
		e.wantVersions(1, 2, true)
		if e.row.Published.Description != "" {
			e.Errorf("live: got %q, want the first version", e.row.Published.Description)
		}
		e.kept(e.store.PublishShadow(e.Context(), by, e.team, e.seen()))
		e.wantVersions(1, 2, true)
		e.save("b")
		e.kept(e.store.GoLive(e.Context(), by, e.team, e.row.PublicID))
		e.wantVersions(2, 0, true)
		if e.row.Published.Description != "a" || e.row.Draft.Description != "b" {
			e.Errorf("gone live: got %q live and draft %q, want a and b", e.row.Published.Description, e.row.Draft.Description)
		}
	})
}

func TestAWorkflowCanRunMutedBeforeItWasEverLive(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		by := desk.Agent(1, "Ann")
		e.kept(e.store.PublishShadow(e.Context(), by, e.team, e.seen()))
		e.wantVersions(0, 1, false)
		e.kept(e.store.StopShadow(e.Context(), by, e.team, e.row.PublicID))
		e.wantVersions(0, 0, false)
		_, err := e.store.StopShadow(e.Context(), by, e.team, e.row.PublicID)
		wantKind(e.T, "stop twice", err, desk.Conflict)
	})
}

func TestPublishingTheMutedDraftKeepsItsNumberAndEndsTheMuting(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		by := desk.Agent(1, "Ann")
		e.kept(e.store.PublishShadow(e.Context(), by, e.team, e.seen()))
		e.kept(e.store.PublishDespite(e.Context(), by, e.team, e.seen(), "In a hurry."))
		e.wantVersions(1, 0, true)
		v, _, err := e.store.Version(e.Context(), e.team, e.row.PublicID, 1)
		if err != nil || v.Override != "In a hurry." {
			e.Errorf("version 1: got %+v, %v, want the note", v, err)
		}
	})
}

func TestAMutedVersionThatCannotRunIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, assigning("Route", "Nobody has this name"))
		_, err := s.PublishShadow(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		var problems workflow.Problems
		if !errors.As(err, &problems) {
			t.Errorf("got %v, want problems", err)
		}
	})
}

func TestAScheduleIsDueOnlyWhileItsWorkflowIsOn(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, by, team := t.Context(), desk.Agent(1, "Ann"), setUp(t, s).TeamID
		d := tagging("Nightly")
		d.Trigger.Schedule = &workflow.Schedule{Cron: "0 3 * * *"}
		w := publish(t, s, team, d)
		if now := clock.read(); !w.NextAt.After(now) || w.NextAt.After(now.Add(24*time.Hour)) || w.NextAt.Hour() != 3 {
			t.Errorf("published at %s: due at %s, want the next 3:00 UTC", now, w.NextAt)
		}
		next := w.NextAt
		if err := s.DisableWorkflow(ctx, by, team, w.PublicID); err != nil {
			t.Fatal(err)
		}
		if w, _ = s.Workflow(ctx, team, w.PublicID); !w.NextAt.IsZero() {
			t.Errorf("switched off: due at %s, want never", w.NextAt)
		}
		clock.add(24 * time.Hour)
		if err := s.EnableWorkflow(ctx, by, team, w.PublicID); err != nil {
			t.Fatal(err)
		}
		if w, _ = s.Workflow(ctx, team, w.PublicID); !w.NextAt.Equal(next.Add(24 * time.Hour)) {
			t.Errorf("switched on a day later: due at %s, want a day after %s", w.NextAt, next)
		}
	}, clock.use)
}

func TestTheAddressOfAWebhookIsSecretAndStays(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		by := desk.Agent(1, "Ann")
		e.kept(e.store.Publish(e.Context(), by, e.team, e.seen()))
		if e.row.HookToken != "" {
			e.Errorf("without a webhook: got a token")
		}
		hooked := e.row.Draft
		hooked.Trigger.Webhook = true
		e.took(e.store.SaveDraft(e.Context(), by, e.team, e.seen(), hooked))
		e.kept(e.store.Publish(e.Context(), by, e.team, e.seen()))
		token := e.row.HookToken
		if bytes, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(bytes) != 32 {
			e.Errorf("token: got %q, want 32 bytes for an address", token)
		}
		e.save("a")
		e.kept(e.store.Publish(e.Context(), by, e.team, e.seen()))
		if e.row.HookToken != token {
			e.Errorf("published again: the token changed")
		}
	})
}
