package main

import (
	"context"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

type workflowAnalyse struct {
	teamFlags
	mappingFlags
	Files []string `arg:"" name:"file" help:"Files in JSON, YAML or PostHog's format; - is standard input."`
}

type analysedFile struct {
	File     string          `json:"file"`
	Findings []reportFinding `json:"findings"`
}

type reportFinding struct {
	Certainty workflow.Certainty   `json:"certainty"`
	Kind      workflow.FindingKind `json:"kind"`
	Step      string               `json:"step,omitempty"`
	Branch    string               `json:"branch,omitempty"` // the number of the branch from 1, or else
	Field     string               `json:"field,omitempty"`
	Other     string               `json:"other,omitempty"`
	Text      string               `json:"text"`
	Event     desk.EventName       `json:"event,omitempty"`
	Example   map[string]any       `json:"example,omitempty"`
}

// Run prints what there is to know about each file. Findings are no failure.
func (c *workflowAnalyse) Run(ctx context.Context, con *console) error {
	definitions := make([]workflow.Definition, len(c.Files))
	for i, file := range c.Files {
		var err error
		if definitions[i], err = con.workflowFile(file, c.mapping()); err != nil {
			return err
		}
	}
	published, directory, err := c.team(ctx, con)
	if err != nil {
		return err
	}

	files := []analysedFile{}
	for i, d := range definitions {
		files = append(files, analysed(c.Files[i], d, published, directory))
	}
	if con.json {
		return con.object(map[string]any{"files": files})
	}
	for _, f := range files {
		for _, finding := range f.Findings {
			if _, err := fmt.Fprintf(con.Stdout, "%s: %s\n", f.File, finding.line()); err != nil {
				return fmt.Errorf("print finding: %w", err)
			}
		}
	}
	return nil
}

// team returns what is published on the desk, in order. Without a desk it returns nothing: then each file stands alone.
func (c *workflowAnalyse) team(ctx context.Context, con *console) ([]workflow.Workflow, *workflow.Directory, error) {
	if c.exists() != nil {
		return nil, nil, nil
	}
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer closeStore(con, s)

	directory, err := s.Directory(ctx, team.ID)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.Workflows(ctx, team.ID)
	if err != nil {
		return nil, nil, err
	}
	var out []workflow.Workflow
	for i := range rows {
		if w := &rows[i]; w.Enabled && w.Published != nil {
			out = append(out, workflow.Workflow{
				ID: w.ID, PublicID: w.PublicID, TeamID: team.ID, Version: w.Version, Position: w.Position, Definition: *w.Published,
			})
		}
	}
	return out, directory, nil
}

// analysed takes a file to be the next version of the published workflow of its name, if there is one.
func analysed(file string, d workflow.Definition, published []workflow.Workflow, directory *workflow.Directory) analysedFile {
	w := workflow.Workflow{Definition: d}
	for i := range published {
		if p := &published[i]; p.Definition.Name == d.Name {
			w.ID, w.PublicID, w.Position = p.ID, p.PublicID, p.Position
		}
	}
	if directory != nil {
		w.Definition, _ = workflow.Resolve(d, directory)
	}
	out := analysedFile{File: file, Findings: []reportFinding{}}
	for _, f := range workflow.Analyse(w, published, directory) {
		out.Findings = append(out.Findings, reportFinding{
			Certainty: f.Certainty, Kind: f.Kind, Step: f.StepID, Branch: exitName(f.Branch), Field: f.Field, Other: f.Other,
			Text: f.Text, Event: f.Event, Example: f.Example,
		})
	}
	return out
}

func exitName(exit int) string {
	switch exit {
	case workflow.NoBranch:
		return ""
	case workflow.Else:
		return "else"
	}
	return fmt.Sprint(exit + 1)
}

func (f *reportFinding) line() string {
	at := "trigger"
	if f.Step != "" {
		at = "step " + f.Step
	}
	return fmt.Sprintf("%s: %s: %s", at, f.Certainty, f.Text)
}
