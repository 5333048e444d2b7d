package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// mappingFlags say who is meant by the ids of users and roles in files from PostHog.
type mappingFlags struct {
	Role map[string]string `placeholder:"UUID=NAME" help:"The role here that a role of a PostHog file stands for; may be repeated, or several with ; between them."`
	User map[string]string `placeholder:"ID=EMAIL" help:"The user here that a user of a PostHog file stands for; may be repeated, or several with ; between them."`
}

func (f mappingFlags) mapping() workflow.Mapping {
	return workflow.Mapping{Roles: f.Role, Users: f.User}
}

type workflowValidate struct {
	teamFlags
	mappingFlags
	Files []string `arg:"" name:"file" help:"Files in JSON, YAML or PostHog's format; - is standard input."`
}

type fileReport struct {
	File     string          `json:"file"`
	Problems []reportProblem `json:"problems"`
}

type reportProblem struct {
	Step  string `json:"step,omitempty"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
}

// Run checks all files, and users and roles too where there is a desk that has them.
func (c *workflowValidate) Run(ctx context.Context, con *console) error {
	directory, err := c.directory(ctx, con)
	if err != nil {
		return err
	}
	reports, bad := []fileReport{}, []string{}
	for _, file := range c.Files {
		report := fileReport{File: file, Problems: []reportProblem{}}
		definition, err := con.workflowFile(file, c.mapping())
		if err != nil {
			report.Problems = append(report.Problems, reportProblem{Text: err.Error()})
			bad = append(bad, err.Error())
		}
		if err == nil {
			for _, p := range problemsOf(definition, directory) {
				report.Problems = append(report.Problems, reportProblem{p.StepID, p.Field, p.Text})
				bad = append(bad, file+": "+p.String())
			}
		}
		reports = append(reports, report)
	}
	if con.json {
		if err := con.object(map[string]any{"files": reports}); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return errors.New(strings.Join(bad, " "))
	}
	if con.json {
		return nil
	}
	return con.say(nil, "Nothing keeps %s from being published.", strings.Join(c.Files, ", "))
}

// directory is nil without a desk: then names of users and roles are taken as they are.
func (c *workflowValidate) directory(ctx context.Context, con *console) (*workflow.Directory, error) {
	if c.exists() != nil {
		return nil, nil
	}
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return nil, err
	}
	defer closeStore(con, s)
	return s.Directory(ctx, team.ID)
}

func problemsOf(d workflow.Definition, directory *workflow.Directory) workflow.Problems {
	if directory == nil {
		return workflow.Validate(d, nil)
	}
	resolved, _ := workflow.Resolve(d, directory)
	return workflow.Validate(resolved, directory)
}

// workflowFile reads a file in any of the formats.
func (c *console) workflowFile(file string, m workflow.Mapping) (workflow.Definition, error) {
	data, err := c.read(file)
	if err != nil {
		return workflow.Definition{}, err
	}
	d, err := workflow.ParseFile(data, m)
	if err != nil {
		return workflow.Definition{}, fmt.Errorf("%s: %w", file, err)
	}
	return d, nil
}

type workflowApply struct {
	teamFlags
	mappingFlags
	Publish  bool     `help:"Publish them too, and switch them on."`
	Override string   `placeholder:"TEXT" help:"Publish them although saved cases fail, and say why: it is kept with the version."`
	Files    []string `arg:"" name:"file" help:"Files in JSON, YAML or PostHog's format; - is standard input."`
}

// Run reads and checks all files before it changes anything. What keeps a draft from being published, such as an empty
// group, is refused in a file even where it is to be a draft; only the users and roles that it names may come later.
func (c *workflowApply) Run(ctx context.Context, con *console) error {
	definitions := make([]workflow.Definition, len(c.Files))
	for i, file := range c.Files {
		var err error
		if definitions[i], err = con.workflowFile(file, c.mapping()); err != nil {
			return err
		}
	}
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)
	if err := c.check(ctx, s, team.ID, definitions); err != nil {
		return err
	}

	applied, ids := []workflowRow{}, []string{}
	for i, d := range definitions {
		w, err := c.apply(ctx, s, team.ID, d)
		if err != nil {
			err = fmt.Errorf("%s: %w", c.Files[i], err)
			if i > 0 { // the files before it are there
				err = errors.Join(con.say(map[string]any{"workflows": applied}, "%s", strings.Join(ids, "\n")), err)
			}
			return err
		}
		applied, ids = append(applied, describe(&w)), append(ids, w.PublicID.String())
	}
	return con.say(map[string]any{"workflows": applied}, "%s", strings.Join(ids, "\n"))
}

func (c *workflowApply) check(ctx context.Context, s *store.Store, team int64, definitions []workflow.Definition) error {
	var directory *workflow.Directory
	if c.Publish {
		var err error
		if directory, err = s.Directory(ctx, team); err != nil {
			return err
		}
	}
	for i, d := range definitions {
		if err := problemsOf(d, directory).Err(); err != nil {
			return fmt.Errorf("%s: %w", c.Files[i], err)
		}
	}
	return nil
}

func (c *workflowApply) apply(ctx context.Context, s *store.Store, team int64, d workflow.Definition) (store.WorkflowRow, error) {
	w, known, err := workflowNamed(ctx, s, team, strings.TrimSpace(d.Name))
	if err != nil {
		return store.WorkflowRow{}, err
	}
	if known {
		w, err = s.SaveDraft(ctx, desk.System(), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, d)
	} else {
		w, err = s.CreateWorkflow(ctx, desk.System(), team, d)
	}
	if err != nil || !c.Publish {
		return w, err
	}
	return s.PublishDespite(ctx, desk.System(), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, strings.TrimSpace(c.Override))
}
