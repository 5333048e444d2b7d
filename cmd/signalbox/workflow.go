package main

import (
	"context"
	"fmt"
	"strconv"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

type workflowCommand struct {
	List     workflowList     `cmd:"" help:"List a team's workflows in the order in which they run."`
	Export   workflowExport   `cmd:"" help:"Print a workflow as a file."`
	Validate workflowValidate `cmd:"" help:"Say what keeps files from being published."`
	Test     workflowTest     `cmd:"" help:"Say what a workflow would do on given events and a given ticket. Needs no desk."`
	Analyse  workflowAnalyse  `cmd:"" help:"Say what is dead, contradictory or left out in files, and at odds with what is published."`
	Backtest workflowBacktest `cmd:"" help:"Say what a workflow would have done on the events of the last days. Only reads."`
	Apply    workflowApply    `cmd:"" help:"Create workflows from files, or update those of the same names; prints their ids."`
}

type workflowList struct{ teamFlags }

type workflowRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Position int    `json:"position"`
	Enabled  bool   `json:"enabled"`
	Paused   bool   `json:"paused,omitempty"` // it went over a limit, and keeps its events
	Version  int    `json:"version"`          // 0: never published
	Differs  bool   `json:"draft_differs"`
}

// Run lists the workflows.
func (c *workflowList) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	workflows, err := s.Workflows(ctx, team.ID)
	if err != nil {
		return err
	}
	found := []workflowRow{}
	rows := [][]string{{"#", "ID", "NAME", "STATE", "VERSION"}}
	for i := range workflows {
		w := &workflows[i]
		found = append(found, describe(w))
		rows = append(rows, []string{strconv.Itoa(w.Position), w.PublicID.String(), w.Name, state(w), strconv.Itoa(w.Version)})
	}
	return con.table(map[string]any{"workflows": found}, rows)
}

func describe(w *store.WorkflowRow) workflowRow {
	return workflowRow{
		ID: w.PublicID.String(), Name: w.Name, Position: w.Position,
		Enabled: w.Enabled, Paused: !w.TrippedAt.IsZero(), Version: w.Version, Differs: w.DraftDiffers,
	}
}

func state(w *store.WorkflowRow) string {
	switch {
	case w.Unreadable != "":
		return "cannot be read"
	case w.Version == 0:
		return "draft"
	case !w.Enabled:
		return "off"
	case !w.TrippedAt.IsZero():
		return "paused at a limit"
	case w.DraftDiffers:
		return "on, draft differs"
	}
	return "on"
}

type workflowExport struct {
	teamFlags
	mappingFlags
	Format   fileFormat `default:"json" enum:"json,yaml,posthog" help:"json, yaml or posthog, whose ids of users and roles --role and --user give."`
	Workflow string     `arg:"" placeholder:"NAME" help:"Name or id of the workflow."`
}

// fileFormat is how a workflow is written to a file.
type fileFormat string

// The formats of workflow files.
const (
	formatJSON    fileFormat = "json"
	formatYAML    fileFormat = "yaml"
	formatPostHog fileFormat = "posthog"
)

// Run prints the draft, which is what the builder shows.
func (c *workflowExport) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	w, found, err := workflowNamed(ctx, s, team.ID, c.Workflow)
	if err != nil {
		return err
	}
	if !found {
		return desk.Errorf(desk.NotFound, "There is no workflow %q. See signalbox workflow list.", c.Workflow)
	}
	data, err := c.file(w.Draft)
	if err != nil {
		return err
	}
	if _, err := con.Stdout.Write(data); err != nil {
		return fmt.Errorf("print workflow: %w", err)
	}
	return nil
}

func (c *workflowExport) file(d workflow.Definition) ([]byte, error) {
	switch c.Format {
	case formatYAML:
		return workflow.FormatYAML(d), nil
	case formatPostHog:
		return workflow.ExportPostHog(d, c.mapping())
	case formatJSON:
	}
	return workflow.Format(d), nil
}

// workflowNamed finds a workflow by its name or its id. One that is stored and cannot be read is Unavailable.
func workflowNamed(ctx context.Context, s *store.Store, team int64, name string) (store.WorkflowRow, bool, error) {
	workflows, err := s.Workflows(ctx, team)
	if err != nil {
		return store.WorkflowRow{}, false, err
	}
	for i := range workflows {
		w := &workflows[i]
		if w.Name != name && w.PublicID.String() != name {
			continue
		}
		if w.Unreadable != "" {
			return *w, true, desk.Errorf(desk.Unavailable, "The stored workflow %q cannot be read (%s). Start the program that saved it, or restore a backup.", w.Name, w.Unreadable)
		}
		return *w, true, nil
	}
	return store.WorkflowRow{}, false, nil
}
