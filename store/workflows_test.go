package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAWorkflowIsDraftedPublishedAndSwitched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, by, done := t.Context(), desk.Agent(1, "Ann"), setUp(t, s)
		role, err := s.AddRole(ctx, done.TeamID, "Support")
		if err != nil {
			t.Fatal(err)
		}
		w := create(t, s, done.TeamID, assigning("Route", "Support"))
		if w.Version != 0 || w.Enabled || !w.DraftDiffers || w.Published != nil || w.PublicID.IsZero() {
			t.Errorf("new workflow: got %+v, want an unpublished draft", w)
		}
		if target := w.Draft.Steps[0].Update.Assignee; target.ID != role {
			t.Errorf("assignee of the draft: got %+v, want the id %d filled in", target, role)
		}
		wantKind(t, "enable before publishing", s.EnableWorkflow(ctx, by, done.TeamID, w.PublicID), desk.Conflict)

		w, err = s.Publish(ctx, by, done.TeamID, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		if err != nil || w.Version != 1 || !w.Enabled || w.DraftDiffers || w.Published == nil {
			t.Fatalf("published: got %+v, %v, want version 1, on", w, err)
		}
		w, err = s.Publish(ctx, by, done.TeamID, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		if err != nil || w.Version != 1 {
			t.Errorf("published again unchanged: got version %d, %v, want 1", w.Version, err)
		}

		d := w.Draft
		d.Description = "Better."
		w, err = s.SaveDraft(ctx, by, done.TeamID, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, d)
		if err != nil || !w.DraftDiffers || w.Published.Description != "" || w.Draft.Description != "Better." {
			t.Fatalf("saved: got %+v, %v, want a draft that differs", w, err)
		}
		if err := s.DisableWorkflow(ctx, by, done.TeamID, w.PublicID); err != nil {
			t.Fatal(err)
		}
		w, err = s.Publish(ctx, by, done.TeamID, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		if err != nil || w.Version != 2 || !w.Enabled {
			t.Errorf("published changed: got version %d, enabled %v, %v, want 2, on", w.Version, w.Enabled, err)
		}
		first, err := s.WorkflowVersion(ctx, done.TeamID, w.PublicID, 1)
		if err != nil || first.Description != "" {
			t.Errorf("version 1: got %+v, %v, want it as it was", first, err)
		}
		_, err = s.WorkflowVersion(ctx, done.TeamID, w.PublicID, 3)
		wantKind(t, "version 3", err, desk.NotFound)
	})
}

func TestAWorkflowThatCannotRunIsNotPublished(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, assigning("Route", "Nobody has this name"))
		_, err := s.Publish(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		var problems workflow.Problems
		if !errors.As(err, &problems) || problems[0].StepID != "s1" {
			t.Errorf("got %v, want a problem at step s1", err)
		}
		if w, err = s.Workflow(t.Context(), team, w.PublicID); err != nil || w.Version != 0 || w.Enabled {
			t.Errorf("after the refusal: got %+v, %v, want it unpublished", w, err)
		}
	})
}

func TestOfTwoEditorsTheSecondGetsAConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, tagging("Tag"))
		seen := store.Revision{ID: w.PublicID, Rev: w.DraftRev}
		wantOneWinner(t, atOnce(6, func(i int) error {
			d := tagging("Tag")
			d.Description = fmt.Sprint("editor ", i)
			_, err := s.SaveDraft(t.Context(), desk.Agent(1, "Ann"), team, seen, d)
			return err
		}))
		_, err := s.Publish(t.Context(), desk.Agent(1, "Ann"), team, seen)
		wantKind(t, "publish what was not seen", err, desk.Conflict)
	})
}

func TestWorkflowNamesAreUniqueWithinATeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, by, team := t.Context(), desk.Agent(1, "Ann"), setUp(t, s).TeamID
		a, b := create(t, s, team, tagging("A")), create(t, s, team, tagging("B"))
		_, err := s.CreateWorkflow(ctx, by, team, tagging(" A "))
		wantKind(t, "create", err, desk.Conflict)
		_, err = s.SaveDraft(ctx, by, team, store.Revision{ID: b.PublicID, Rev: b.DraftRev}, tagging("A"))
		wantKind(t, "rename", err, desk.Conflict)
		_, err = s.CreateWorkflow(ctx, by, team, tagging(""))
		wantKind(t, "no name", err, desk.Invalid)
		_, err = s.CreateWorkflow(ctx, by, team, workflow.Definition{Name: "Big", Description: strings.Repeat("x", 1<<20)})
		wantKind(t, "big", err, desk.TooLarge)

		if err := s.DeleteWorkflow(ctx, team, a.PublicID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "delete twice", s.DeleteWorkflow(ctx, team, a.PublicID), desk.NotFound)
		_, err = s.Workflow(ctx, team, a.PublicID)
		wantKind(t, "deleted workflow", err, desk.NotFound)
		create(t, s, team, tagging("A"))
		wantOrder(t, s, team, "B", "A")
	})
}

func TestWorkflowsMoveOnePlaceAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, team := t.Context(), setUp(t, s).TeamID
		ids := map[string]desk.ID{}
		for _, name := range []string{"A", "B", "C"} {
			ids[name] = create(t, s, team, tagging(name)).PublicID
		}
		steps := []struct {
			move func(id desk.ID) error
			name string
			want []string
		}{
			{func(id desk.ID) error { return s.MoveWorkflowUp(ctx, team, id) }, "C", []string{"A", "C", "B"}},
			{func(id desk.ID) error { return s.MoveWorkflowUp(ctx, team, id) }, "A", []string{"A", "C", "B"}},
			{func(id desk.ID) error { return s.MoveWorkflowDown(ctx, team, id) }, "A", []string{"C", "A", "B"}},
			{func(id desk.ID) error { return s.MoveWorkflowDown(ctx, team, id) }, "B", []string{"C", "A", "B"}},
		}
		for _, step := range steps {
			if err := step.move(ids[step.name]); err != nil {
				t.Fatal(err)
			}
			wantOrder(t, s, team, step.want...)
		}
	})
}

func TestWorkflowsOfAnotherTeamAreNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, by, team := t.Context(), desk.Agent(1, "Ann"), setUp(t, s).TeamID
		w := create(t, s, team, tagging("A"))
		added, err := s.AddTeam(ctx, "Beta")
		if err != nil {
			t.Fatal(err)
		}
		other, seen := added.ID, store.Revision{ID: w.PublicID, Rev: w.DraftRev}
		_, read := s.Workflow(ctx, other, w.PublicID)
		_, save := s.SaveDraft(ctx, by, other, seen, tagging("B"))
		_, publish := s.Publish(ctx, by, other, seen)
		_, version := s.WorkflowVersion(ctx, other, w.PublicID, 1)
		for what, err := range map[string]error{
			"read": read, "save": save, "publish": publish, "version": version,
			"enable":  s.EnableWorkflow(ctx, by, other, w.PublicID),
			"disable": s.DisableWorkflow(ctx, by, other, w.PublicID),
			"up":      s.MoveWorkflowUp(ctx, other, w.PublicID),
			"down":    s.MoveWorkflowDown(ctx, other, w.PublicID),
			"delete":  s.DeleteWorkflow(ctx, other, w.PublicID),
		} {
			wantKind(t, what, err, desk.NotFound)
		}
		wantOrder(t, s, other)
		wantOrder(t, s, team, "A")
	})
}

func TestWhateverTheEngineKeepsOfATeamMovesItsRulesVersion(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := storetest.Open(t, c)
		db := raw(t, c)
		ctx, by, done := t.Context(), desk.Agent(1, "Ann"), setUp(t, s)
		team := done.TeamID
		var role, bob int64
		var w store.WorkflowRow
		seen := func() store.Revision { return store.Revision{ID: w.PublicID, Rev: w.DraftRev} }
		changes := []struct {
			name string
			do   func() error
		}{
			{"add user", func() (err error) {
				bob, err = s.AddUser(ctx, store.NewUser{TeamID: team, Email: "bob@example.com", Name: "Bob"})
				return err
			}},
			{"add role", func() (err error) { role, err = s.AddRole(ctx, team, "Support"); return err }},
			{"add role member", func() error { return s.AddRoleMember(ctx, team, role, bob) }},
			{"remove role member", func() error { return s.RemoveRoleMember(ctx, team, role, bob) }},
			{"disable user", func() error { return s.DisableUser(ctx, team, bob) }},
			{"enable user", func() error { return s.EnableUser(ctx, team, bob) }},
			{"create", func() (err error) { w, err = s.CreateWorkflow(ctx, by, team, tagging("A")); return err }},
			{"publish", func() (err error) { w, err = s.Publish(ctx, by, team, seen()); return err }},
			{"save", func() (err error) { w, err = s.SaveDraft(ctx, by, team, seen(), tagging("B")); return err }},
			{"disable", func() error { return s.DisableWorkflow(ctx, by, team, w.PublicID) }},
			{"enable", func() error { return s.EnableWorkflow(ctx, by, team, w.PublicID) }},
			{"move", func() error { return s.MoveWorkflowDown(ctx, team, w.PublicID) }},
			{"delete", func() error { return s.DeleteWorkflow(ctx, team, w.PublicID) }},
		}
		version := func() (v int) {
			if err := db.QueryRowContext(ctx, `SELECT rules_version FROM teams`).Scan(&v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		for _, change := range changes {
			before := version()
			if err := change.do(); err != nil {
				t.Fatalf("%s: %v", change.name, err)
			}
			if after := version(); after <= before {
				t.Errorf("%s: rules version went from %d to %d, want it to move on", change.name, before, after)
			}
		}
	})
}

func create(t *testing.T, s *store.Store, team int64, d workflow.Definition) store.WorkflowRow {
	t.Helper()
	w, err := s.CreateWorkflow(t.Context(), desk.Agent(1, "Ann"), team, d)
	if err != nil {
		t.Fatalf("create workflow: %v", err)
	}
	return w
}

func wantOrder(t *testing.T, s *store.Store, team int64, want ...string) {
	t.Helper()
	workflows, err := s.Workflows(t.Context(), team)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range workflows {
		got = append(got, w.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("workflows: got %v, want %v", got, want)
	}
}

func tagging(name string) workflow.Definition {
	return withUpdate(name, workflow.UpdateTicketStep{TicketID: "{event.properties.ticket_id}", Tags: []string{"seen"}})
}

func assigning(name, role string) workflow.Definition {
	return withUpdate(name, workflow.UpdateTicketStep{
		TicketID: "{event.properties.ticket_id}",
		Assignee: &workflow.Target{Kind: desk.ToRole, Name: role},
	})
}

func withUpdate(name string, update workflow.UpdateTicketStep) workflow.Definition {
	return workflow.Definition{
		Name:    name,
		Trigger: workflow.Trigger{Events: []workflow.EventTrigger{{Event: "$conversation_ticket_created"}}},
		Steps:   []workflow.Step{{ID: "s1", Type: workflow.UpdateTicket, Update: &update}},
	}
}
