package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
)

func TestAllEighteenAreBuiltFromEmptyDraftsByTheMouse(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.addRoles("Engineering", "Security", "Senior Support", "Support")
	all := slices.Concat(theEleven(), theSeven())
	checkAllTemplates(t, all)
	live := []string{"sla-by-channel", "assign-to-role", "tag-by-domain"}
	t.Run("build", func(t *testing.T) {
		for lane, constructions := range map[string][]construction{"eleven": theEleven(), "seven": theSeven()} {
			t.Run(lane, func(t *testing.T) {
				t.Parallel()
				p := newPerson(t, "mouse at the "+lane)
				p.login(d.server, "ada@northwind.example")
				m := &maker{person: p, hand: mouse{p}}
				m.each(constructions, func(c construction) {
					m.build(d, c)
					if slices.Contains(live, c.template) {
						m.publish()
					}
				})
			})
		}
	})

	d.arrive(arrival{channel: desk.Slack, email: "lee@bigcorp.com"})
	d.ends(expected{status: "new", assignee: "Support", tags: "enterprise,priority", left: 24 * time.Hour})
}

func TestThreeAreBuiltFromEmptyDraftsByTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.addRoles("Support")
	p := newPerson(t, "admin with a keyboard")
	p.login(d.server, "ada@northwind.example")
	m := &maker{person: p, hand: keyboard{p}}
	m.each(three(), func(c construction) {
		m.build(d, c)
		m.publish()
	})

	d.arrive(arrival{channel: desk.Widget, email: "kim@elsewhere.example"})
	d.ends(expected{status: "new", assignee: "Support"})
	d.set("priority", "high")
	d.ends(expected{status: "new", priority: "high", assignee: "Support", left: time.Hour})
	d.set("status", "pending")
	d.awaitRun("Remind, then resolve", "Waiting")
	d.set("status", "open")
	d.awaitRun("Remind, then resolve", "The ticket is pending no longer.")
}

// three are the easiest, one with paths, and one that waits.
func three() []construction {
	return slices.DeleteFunc(slices.Concat(theEleven(), theSeven()), func(c construction) bool {
		return !slices.Contains([]string{"assign-to-role", "sla-by-priority", "remind-and-resolve"}, c.template)
	})
}

// build begins with an empty draft and ends with one that does what the template does.
func (m *maker) build(d *desktop, c construction) {
	m.t.Helper()
	template, err := gallery.Find(c.template)
	if err != nil {
		m.t.Fatal(err)
	}
	m.make(d.server, template.Definition.Name, c.acts)
	want, got := workflow.Format(template.Definition), d.export(m.read("location.pathname"))
	if diff := cmp.Diff(behaviour(m.t, want), behaviour(m.t, got)); diff != "" {
		m.t.Errorf("the draft does not do what the template does (-want +got):\n%s", diff)
	}
}

// behaviour is what a file of a workflow says, without ids, names, and what goes without saying.
func behaviour(t *testing.T, file []byte) any {
	t.Helper()
	var whole any
	if err := json.Unmarshal(file, &whole); err != nil {
		t.Fatalf("%v in the file %s", err, file)
	}
	var strip func(part any)
	strip = func(part any) {
		switch part := part.(type) {
		case []any:
			for _, inner := range part {
				strip(inner)
			}
		case map[string]any:
			for key, inner := range part {
				if slices.Contains([]string{"id", "name", "description"}, key) || key == "output" && inner == "ticket" {
					delete(part, key)
				}
				strip(inner)
			}
		}
	}
	strip(whole)
	return whole
}

// export is the draft behind a page of the builder, as a file.
func (d *desktop) export(page string) []byte {
	d.t.Helper()
	resp, err := d.http.Get(d.server + page + "/export")
	if err != nil {
		d.t.Fatalf("export the draft: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	file, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("export the draft: status %d, %v: %s", resp.StatusCode, err, file)
	}
	return file
}

func (d *desktop) addRoles(names ...string) {
	d.t.Helper()
	for _, name := range names {
		d.post("/settings/roles", url.Values{"name": {name}}).wants(d.t, "add the role "+name, http.StatusSeeOther)
	}
}

// awaitRun waits until the newest run of a workflow says something of itself.
func (d *desktop) awaitRun(name, words string) {
	d.t.Helper()
	eventually(d.t, name+" says "+words, func() bool {
		line := d.get("/workflows").Find(".workflow").FilterFunction(func(_ int, line *goquery.Selection) bool {
			return line.Find(".workflow-name").Text() == name
		})
		runs := d.get(line.Find(".workflow-runs").AttrOr("href", ""))
		return strings.Contains(runs.Find("tbody tr").First().Text(), words)
	})
}

// checkAllTemplates makes sure that no template of the gallery is left out.
func checkAllTemplates(t *testing.T, built []construction) {
	t.Helper()
	all, err := gallery.All()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, template := range all {
		want = append(want, template.Slug)
	}
	for _, c := range built {
		got = append(got, c.template)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("not the templates of the gallery (-want +got):\n%s", diff)
	}
}
