// Package gallery holds ready workflows that an admin installs with one click.
// It refuses to install them itself: what to do with a template is for its caller.
package gallery

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

//go:embed *.json
var files embed.FS

// Template is a ready workflow.
type Template struct {
	Slug       string // its name in addresses, such as full-sla
	Definition workflow.Definition
	Summary    string   // one sentence for people
	Roles      []string // the names of the roles that it needs, sorted
}

// All returns the templates in the order of spec/3.
func All() ([]Template, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	var out []Template
	for _, entry := range entries {
		data, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		d, err := workflow.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", entry.Name(), err)
		}
		out = append(out, Template{Slug: slug(entry.Name()), Definition: d, Summary: d.Description, Roles: d.Roles()})
	}
	return out, nil
}

// Search returns the templates in whose name, summary or roles every word of the query occurs, in any case.
func Search(query string) ([]Template, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t Template) bool {
		text := strings.ToLower(t.Definition.Name + " " + t.Summary + " " + strings.Join(t.Roles, " "))
		return slices.ContainsFunc(strings.Fields(strings.ToLower(query)), func(word string) bool {
			return !strings.Contains(text, word)
		})
	}), nil
}

// Find returns the template of a slug.
func Find(slug string) (Template, error) {
	all, err := All()
	if err != nil {
		return Template{}, err
	}
	for _, t := range all {
		if t.Slug == slug {
			return t, nil
		}
	}
	return Template{}, desk.Errorf(desk.NotFound, "There is no template %.60q.", slug)
}

// slug drops the number, which only keeps the order, and the ending.
func slug(file string) string {
	_, name, _ := strings.Cut(strings.TrimSuffix(file, ".json"), "-")
	return name
}
