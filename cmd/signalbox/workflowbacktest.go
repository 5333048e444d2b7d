package main

import (
	"context"
	"fmt"
	"strings"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

type workflowBacktest struct {
	teamFlags
	mappingFlags
	Days int    `default:"30" placeholder:"N" help:"How many days to go back."`
	File string `arg:"" help:"A file in JSON, YAML or PostHog's format; - is standard input. It stands in for the workflow of its name, or comes after all others."`
}

// Run replays the events of a desk and only reads: a server may run on it meanwhile.
func (c *workflowBacktest) Run(ctx context.Context, con *console) error {
	d, err := con.workflowFile(c.File, c.mapping())
	if err != nil {
		return err
	}
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	replay := store.Replay{Team: team.ID, Definition: d, Days: c.Days}
	w, known, err := workflowNamed(ctx, s, team.ID, strings.TrimSpace(d.Name))
	if err != nil {
		return err
	}
	if known {
		replay.Instead = w.PublicID
		replay.Definition = workflow.KeepSecrets(w.Draft, d)
	}
	directory, err := s.Directory(ctx, team.ID)
	if err != nil {
		return err
	}
	if err := problemsOf(replay.Definition, directory).Err(); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	result, err := s.ReplayPast(ctx, replay)
	if err != nil {
		return err
	}
	return con.table(result, backtestRows(&result, replay.Definition))
}

// backtestRows is the result in words, and a row for each path.
func backtestRows(r *workflow.BacktestResult, d workflow.Definition) [][]string {
	rows := [][]string{
		{fmt.Sprintf("%d events, %d runs, %d tickets touched.", r.Events, r.Runs, r.Touched)},
		{fmt.Sprintf("%d of %d values are those that the tickets have now.", r.Agreed, r.Compared)},
	}
	if r.Live > 0 {
		rows = append(rows, []string{fmt.Sprintf("It would differ from version %d on %d tickets.", r.Live, r.Differs)})
	}
	rows = append(rows, []string{}, []string{"PATH", "RUNS", "CHANGES", "REPLIES", "NOTES", "SENT", "AGREED"})
	for _, b := range r.Branches {
		sent := b.Notices + b.Emails + b.Posts + b.Calls
		rows = append(rows, []string{
			pathName(d, b.Exit), fmt.Sprint(b.Runs), fmt.Sprint(b.Changes()), fmt.Sprint(b.Replies), fmt.Sprint(b.Notes),
			fmt.Sprint(sent), fmt.Sprintf("%d of %d", b.Agreed, b.Compared),
		})
	}
	for _, a := range r.Agreements {
		rows = append(rows, []string{fmt.Sprintf("%s: %s %s on %d tickets, %d ended so.", pathName(d, a.Exit), a.Field, a.Value, a.Tickets, a.Agreed)})
	}
	for _, f := range r.Failures {
		rows = append(rows, []string{fmt.Sprintf("Failed %d times at %q: %s", f.Times, f.StepID, f.Why)})
	}
	for _, trip := range r.Trips {
		rows = append(rows, []string{fmt.Sprintf("Would have been paused at %s: %s", trip.At.Format("2006-01-02 15:04"), trip.Why)})
	}
	for _, note := range r.Notes {
		rows = append(rows, []string{note})
	}
	return rows
}

// pathName names a path by its step and its branch, counted from 1 as people do.
func pathName(d workflow.Definition, exit workflow.Exit) string {
	if exit.StepID == "" {
		return "main path"
	}
	branch := fmt.Sprint(exit.Branch + 1)
	if exit.Branch == workflow.Else {
		branch = "else"
	}
	workflow.EachStep(d, func(s *workflow.Step) {
		if s.ID == exit.StepID && s.If != nil && exit.Branch != workflow.Else && s.If.Branches[exit.Branch].Name != "" {
			branch = s.If.Branches[exit.Branch].Name
		}
		if s.ID == exit.StepID && s.Wait != nil {
			branch = map[int]string{0: "held", workflow.Else: "timed out"}[exit.Branch]
		}
	})
	return exit.StepID + ", " + desk.Cut(branch, 40)
}
