package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
)

func TestEveryTemplateCanBeBuiltFromAnEmptyDraftWithPlainForms(t *testing.T) {
	templates, err := gallery.All()
	check(t, err)
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.signIn(t, "ada@example.com")
		for _, template := range templates {
			d.addRoles(t, template.Roles)
			c := start(b, template.Definition.Name)
			p := c.build(template.Definition)
			if text := p.Find(".card-problem").Text(); text != "" {
				t.Errorf("%s: problems are left: %s", template.Slug, text)
			}
			if p = c.publish(p); p.status != http.StatusOK {
				t.Fatalf("%s: publishing answered %d", template.Slug, p.status)
			}
			row, err := d.store.Workflow(t.Context(), d.team, c.id())
			check(t, err)
			if row.Version != 1 || !row.Enabled || row.Published == nil {
				t.Fatalf("%s: version %d, enabled %v; want the first version, on", template.Slug, row.Version, row.Enabled)
			}
			if diff := cmp.Diff(withoutDesk(template.Definition), withoutDesk(*row.Published)); diff != "" {
				t.Errorf("%s: not what the template says (-want +got):\n%s", template.Slug, diff)
			}
		}
	})
}

// publish follows the link of the builder and presses the button there.
func (c construction) publish(p page) page {
	c.t.Helper()
	path := p.Find(`#builder a[href$="/publish"]`).AttrOr("href", "")
	return c.submit(c.open(path), `form[action$="/publish"]`, nil, "as", "live")
}

// addRoles makes the roles that the team does not have yet.
func (d builderDesk) addRoles(t *testing.T, names []string) {
	t.Helper()
	for _, name := range names {
		if _, err := d.store.AddRole(t.Context(), d.team, name); err != nil && !desk.IsKind(err, desk.Conflict) {
			t.Fatal(err)
		}
	}
}

func TestNestedGroupsHoursAndOwnPathsAreBuiltWithPlainForms(t *testing.T) {
	condition := func(left string, op workflow.Operator, value any) workflow.Clause {
		return workflow.Clause{Condition: workflow.Condition{Left: left, Op: op, Value: value}}
	}
	want := workflow.Definition{
		Name: "All of it",
		Trigger: workflow.Trigger{Events: []workflow.EventTrigger{
			{Event: desk.TicketCreated},
			{Event: desk.StatusChanged, Where: &workflow.Group{All: []workflow.Clause{
				condition("event.properties.new_status", workflow.Equals, "pending"),
				condition("event.properties.custom", workflow.IsSet, nil),
			}}},
		}},
		Steps: []workflow.Step{
			{Type: workflow.GetTicket, Get: &workflow.GetTicketStep{TicketID: workflow.EventTicket, Output: "t"}},
			{Type: workflow.If, Name: "Which?", If: &workflow.IfStep{Branches: []workflow.Branch{{
				Name: "Security",
				When: workflow.Group{All: []workflow.Clause{
					condition("variables.t.mailbox", workflow.Contains, []any{"security@", "abuse@"}),
					{Group: &workflow.Group{Any: []workflow.Clause{
						condition("variables.t.customer_ticket_count_7d", workflow.AtLeast, int64(3)),
						condition("variables.t.tags", workflow.HasNone, []any{"a, b", "c"}),
					}}},
				}},
				Steps: []workflow.Step{{Type: workflow.Stop, Stop: &workflow.StopStep{Reason: "Handled elsewhere"}}},
			}}}},
		},
	}
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), want.Name)
		c.build(want)
		row, err := d.store.Workflow(t.Context(), d.team, c.id())
		check(t, err)
		if diff := cmp.Diff(withoutDesk(want), withoutDesk(row.Draft)); diff != "" {
			t.Errorf("not what was built (-want +got):\n%s", diff)
		}
	})
}

func TestATemplateInstallsWithOneClickAndBringsItsRoles(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.signIn(t, "ada@example.com")
		p := b.submit(b.open("/workflows"), `form[action="/workflows/install/full-sla"]`, nil)
		if p.status != http.StatusOK || p.Find("#builder").Length() != 1 {
			t.Fatalf("installing answered %d at %s", p.status, p.at)
		}
		rows, err := d.store.Workflows(t.Context(), d.team)
		check(t, err)
		if len(rows) != 1 || !rows[0].Enabled || rows[0].Version != 1 {
			t.Fatalf("got %+v, want one workflow, published and on", rows)
		}
		roles, err := d.store.Roles(t.Context(), d.team)
		check(t, err)
		var names []string
		for _, r := range roles {
			names = append(names, r.Name)
		}
		if want := []string{"Engineering", "Senior Support", "Support"}; !cmp.Equal(names, want) {
			t.Errorf("roles are %q, want %q", names, want)
		}
		if p := b.post("/workflows/install/full-sla", nil); p.status != http.StatusConflict {
			t.Errorf("installing it twice answered %d, want 409", p.status)
		}
		if b.open("/workflows").Find(`[data-template="full-sla"] button`).Length() != 0 {
			t.Error("an installed template is offered once more")
		}
	})
}

func TestADraftWithProblemsIsNotPublishedAndSaysWhere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Half done")
		p := c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.UpdateTicket))
		p = c.submit(p, panel, map[string]string{"sla_amount": "abc"})
		if text := p.Find("[name=sla_amount]").Closest(".field").Find(".problem").Text(); !strings.Contains(text, "abc") {
			t.Errorf("the field says %q, want what is wrong with abc", text)
		}
		p = c.post(c.path+"/publish", url.Values{"rev": {p.Find("#builder").AttrOr("data-rev", "")}})
		if p.status != http.StatusUnprocessableEntity || p.Find(`[data-card="s1"] .card-problem`).Length() == 0 {
			t.Errorf("publishing answered %d without a problem at its card", p.status)
		}
		if p.Find(`[data-card="trigger"] .card-problem`).Length() == 0 {
			t.Error("nothing says that the trigger is missing")
		}
		row, err := d.store.Workflow(t.Context(), d.team, c.id())
		check(t, err)
		if row.Version != 0 || row.Enabled {
			t.Errorf("version %d, enabled %v; want it not published", row.Version, row.Enabled)
		}
	})
}

func TestTheSecondOfTwoEditorsSeesBothAndLosesNothing(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Shared")
		c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.Stop))
		mine := c.open(c.path + "?step=s1")
		c.submit(c.open(c.path+"?step=s1"), panel, map[string]string{"reason": "theirs"})

		p := c.submit(mine, panel, map[string]string{"reason": "mine"})
		if p.status != http.StatusConflict {
			t.Errorf("the second save answered %d, want 409", p.status)
		}
		if got := p.Find("[name=reason]").AttrOr("value", ""); got != "mine" {
			t.Errorf("the form holds %q, want what was typed", got)
		}
		if got := p.Find(`[data-card="s1"] .card-text`).Text(); got != "theirs" {
			t.Errorf("the flow shows %q, want what is saved", got)
		}
		if p = c.submit(p, panel, nil); p.Find(`[data-card="s1"] .card-text`).Text() != "mine" {
			t.Error("saving once more did not put it into theirs")
		}
	})
}

func TestAStepThatSomebodyDeletedKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Shared")
		mine := c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.Stop))
		c.submit(c.open(c.path+"?step=s1"), panel, nil, "do", "delete")
		p := c.submit(mine, panel, map[string]string{"reason": "typed"})
		if got := p.Find("[name=reason]").AttrOr("value", ""); p.status != http.StatusConflict || got != "typed" {
			t.Errorf("answered %d with %q in the form, want 409 with what was typed", p.status, got)
		}
	})
}

func TestButtonsMoveAndDeleteStepsPathsAndConditions(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Moves")
		c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.Stop))
		p := c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.If))
		p = c.submit(p, panel, map[string]string{"b0.name": "first"}, "do", "branch")
		p = c.submit(p, panel, map[string]string{"b1.name": "second"}, "do", "up:b1")
		p = c.submit(p, panel, nil, "do", "add:b0")
		p = c.submit(p, panel, map[string]string{"b0.1.value": "kept"}, "do", "drop:b0.0")
		c.submit(p, panel, nil, "do", "down")

		row, err := d.store.Workflow(t.Context(), d.team, c.id())
		check(t, err)
		if len(row.Draft.Steps) != 2 || row.Draft.Steps[0].ID != "s1" {
			t.Fatalf("got %+v, want the if-step moved behind the other", row.Draft.Steps)
		}
		branches := row.Draft.Steps[1].If.Branches
		if branches[0].Name != "second" || branches[1].Name != "first" {
			t.Errorf("paths are %q, %q; want them swapped", branches[0].Name, branches[1].Name)
		}
		if all := branches[0].When.All; len(all) != 1 || all[0].Value != "kept" {
			t.Errorf("conditions are %+v, want the second alone", all)
		}
	})
}

func TestScriptsGetTheBuilderAloneAndItsAddress(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Fragments")
		form := controls(c.open(c.path + "?at=0").Find(panel))
		form.Set("type", string(workflow.Stop))
		send := func() page {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+c.path+"/steps", strings.NewReader(form.Encode()))
			check(t, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("HX-Request", "true")
			r.Header.Set("HX-Request-Type", "partial")
			return c.send(r)
		}
		p := send()
		if got, want := p.header.Get("HX-Replace-Url"), c.path+"?step=s1"; got != want {
			t.Errorf("the address becomes %q, want %q", got, want)
		}
		p = send() // the same form once more: its draft is old now
		if p.status != http.StatusConflict || p.Find("nav").Length() != 0 || p.Find("#builder").Length() != 1 {
			t.Errorf("answered %d with %d menus, want 409 and the builder alone", p.status, p.Find("nav").Length())
		}
	})
}

func TestWorkflowsAreSwitchedOrderedAndDeletedFromTheList(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.signIn(t, "ada@example.com")
		for _, slug := range []string{"sla-by-channel", "pending-on-reply"} {
			b.submit(b.open("/workflows"), `form[action="/workflows/install/`+slug+`"]`, nil)
		}
		p := b.open("/workflows")
		second := p.Find("[data-workflow]").Eq(1).AttrOr("data-workflow", "")
		p = b.submit(p, `form[action="/workflows/`+second+`/up"]`, nil)
		p = b.submit(p, `form[action="/workflows/`+second+`/disable"]`, nil)
		first := p.Find("[data-workflow]").First()
		if first.AttrOr("data-workflow", "") != second || first.Find("[role=switch]").AttrOr("aria-checked", "") != "false" {
			t.Errorf("the list begins with %s; want the moved one, off", strings.Join(strings.Fields(first.Text()), " "))
		}
		p = b.submit(b.open("/workflows/"+second), `form[action$="/delete"]`, nil)
		if p.at.Path != "/workflows" || p.Find("[data-workflow]").Length() != 1 {
			t.Errorf("after deleting at %s: %d workflows, want 1 in the list", p.at, p.Find("[data-workflow]").Length())
		}
		if p := b.open("/workflows/" + second); p.status != http.StatusNotFound {
			t.Errorf("a deleted workflow answers %d, want 404", p.status)
		}
	})
}

func TestDiscardingGoesBackToWhatIsPublished(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.signIn(t, "ada@example.com")
		p := b.submit(b.open("/workflows"), `form[action="/workflows/install/sla-by-channel"]`, nil)
		c := construction{browser: b, path: p.at.Path}
		p = c.submit(p, panel, map[string]string{"name": "Renamed"})
		if got := p.Find("h1").Text(); got != "Renamed" {
			t.Errorf("the title is %q after renaming", got)
		}
		p = c.submit(p, `form[action$="/discard"]`, nil)
		row, err := d.store.Workflow(t.Context(), d.team, c.id())
		check(t, err)
		if row.DraftDiffers || p.Find(`form[action$="/discard"]`).Length() != 0 {
			t.Errorf("the draft still differs after discarding it: %q", row.Draft.Name)
		}
	})
}

func TestWorkflowsAreForAdminsOfTheirTeam(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		c := start(admin, "Ours")
		other, err := d.store.AddTeam(t.Context(), "Others")
		check(t, err)
		theirs, err := d.store.CreateWorkflow(t.Context(), desk.System(), other.ID, workflow.Definition{Name: "Theirs"})
		check(t, err)

		for _, path := range []string{"/workflows", "/workflows/new", c.path, c.path + "/runs"} {
			if p := agent.open(path); p.status != http.StatusForbidden {
				t.Errorf("GET %s answers an agent %d, want 403", path, p.status)
			}
		}
		if p := agent.post(c.path+"/delete", url.Values{"rev": {"1"}}); p.status != http.StatusForbidden {
			t.Errorf("deleting answers an agent %d, want 403", p.status)
		}
		foreign := views.WorkflowPath(theirs.PublicID)
		for _, path := range []string{foreign, foreign + "/runs", "/workflows/nonsense", "/runs/nonsense", "/runs/" + theirs.PublicID.String()} {
			if p := admin.open(path); p.status != http.StatusNotFound {
				t.Errorf("GET %s answers %d, want 404", path, p.status)
			}
		}
		for _, verb := range []string{"publish", "discard", "delete", "enable", "up", "step", "steps", "trigger", "details"} {
			if p := admin.post(foreign+"/"+verb, url.Values{"rev": {strconv.Itoa(theirs.DraftRev)}, "at": {"0"}}); p.status != http.StatusNotFound {
				t.Errorf("POST %s/%s answers %d, want 404", foreign, verb, p.status)
			}
		}
	})
}
