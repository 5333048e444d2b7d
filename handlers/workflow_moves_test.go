package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
)

// outline writes the tree of ids on one line.
func outline(steps []workflow.Step) string {
	var parts []string
	for _, s := range steps {
		var paths []string
		for _, exit := range s.Exits() {
			paths = append(paths, outline(s.Path(exit)))
		}
		if len(paths) > 0 {
			s.ID += "{" + strings.Join(paths, "/") + "}"
		}
		parts = append(parts, s.ID)
	}
	return strings.Join(parts, " ")
}

// rearranged is a workflow s1 s2{/} s3 in the builder.
func rearranged(t *testing.T, d builderDesk) construction {
	t.Helper()
	c := start(d.signIn(t, "ada@example.com"), "Rearranged")
	for i, kind := range []workflow.StepType{workflow.GetTicket, workflow.If, workflow.Stop} {
		c.submit(c.open(c.path+"?at="+strconv.Itoa(i)), panel, nil, "type", string(kind))
	}
	return c
}

func (c construction) wantFlow(d builderDesk, what, want string) {
	c.t.Helper()
	row, err := d.store.Workflow(c.t.Context(), d.team, c.id())
	check(c.t, err)
	if got := outline(row.Draft.Steps); got != want {
		c.t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func TestAStepIsMovedToAnyPlaceWithPlainForms(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := rearranged(t, d)
		p := c.open(c.path + "?move=s2")
		if got := p.Find("button[form=order]").Map(valueOf); !cmp.Equal(got, []string{"0", "3"}) {
			t.Errorf("places for the if-step are %q, want neither those beside it nor its own", got)
		}
		p = c.open(c.path + "?move=s3")
		form := controls(p.Find("#order"))
		form.Set("to", p.Find(`button[form=order][value="0.else.s2"]`).AttrOr("value", "not offered"))
		p = c.post(p.Find("#order").AttrOr("action", ""), form)
		c.wantFlow(d, "moved into else", "s1 s2{/s3}")
		if p.status != http.StatusOK || p.Find(`[data-card="s3"][aria-current]`).Length() != 1 {
			t.Errorf("answered %d, want the moved step in the panel", p.status)
		}
		form.Set("rev", p.Find("#builder").AttrOr("data-rev", ""))
		form.Set("step", "s2")
		if p = c.post(c.path+"/step", form); p.status != http.StatusUnprocessableEntity {
			t.Errorf("moving a step into itself answered %d, want 422", p.status)
		}
		c.wantFlow(d, "after the refusal", "s1 s2{/s3}")
	})
}

func TestAStepIsDuplicatedDisabledAndMovedAside(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := rearranged(t, d)
		p := c.submit(c.open(c.path+"?step=s3"), panel, map[string]string{"reason": "typed"}, "do", "duplicate")
		c.wantFlow(d, "duplicated", "s1 s2{/} s3 s4")
		if got := p.Find(panel+" [name=reason]").AttrOr("value", ""); got != "typed" || p.at.Query().Get("step") != "s4" {
			t.Errorf("at %s with the reason %q, want the copy with what was typed", p.at, got)
		}
		p = c.submit(p, panel, nil, "do", "disable")
		if p.Find(`.card.off[data-card="s4"]`).Length() != 1 {
			t.Error("the disabled step does not look so")
		}
		if p = c.submit(p, panel, nil, "do", "enable"); p.Find(".card.off").Length() != 0 {
			t.Error("the enabled step still looks disabled")
		}
		c.order(p, "s4", "move", "0.0.s2")
		c.order(c.open(c.path), "s4", "right", "")
		c.wantFlow(d, "moved aside", "s1 s2{/s4} s3")
	})
}

// order sends what scripts send for something done in the flow.
func (c construction) order(p page, step, do, to string) page {
	c.t.Helper()
	form := controls(p.Find("#order"))
	form.Set("step", step)
	form.Set("do", do)
	form.Set("to", to)
	return c.post(c.path+"/step", form)
}

func TestChangesAreUndoneAndRedone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := rearranged(t, d)
		p := c.submit(c.open(c.path), `form[action$="/undo"]`, nil)
		c.wantFlow(d, "undone", "s1 s2{/}")
		if p = c.submit(p, `form[action$="/redo"]`, nil); p.Find("#redo[disabled]").Length() != 1 {
			t.Error("there is still something to redo")
		}
		c.wantFlow(d, "redone", "s1 s2{/} s3")

		stale := c.open(c.path + "?step=s3")
		c.submit(c.open(c.path+"?step=s1"), panel, map[string]string{"name": "theirs"})
		if p = c.submit(stale, `form[action$="/undo"]`, nil); p.status != http.StatusConflict {
			t.Errorf("undoing what somebody else saved answered %d, want 409", p.status)
		}
		c.wantFlow(d, "after the conflict", "s1 s2{/} s3")
	})
}

func TestAnOrderFromAnOldFlowMeetsTheirVersion(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := rearranged(t, d)
		mine := c.open(c.path + "?step=s1")
		c.submit(c.open(c.path+"?step=s3"), panel, nil, "do", "delete")
		for _, step := range []string{"s1", "s3"} { // one that is there, one that they deleted
			p := c.order(mine, step, "move", "0.else.s2")
			if p.status != http.StatusConflict || !strings.Contains(p.Find(".alert").Text(), "Do it again") {
				t.Errorf("moving %s answered %d: %q", step, p.status, p.Find(".alert").Text())
			}
			if p.Find(`[data-card="s3"]`).Length() != 0 || p.Find(`[data-card="s1"][aria-current]`).Length() != 1 {
				t.Errorf("moving %s: want their flow and my panel", step)
			}
		}
		c.wantFlow(d, "after both", "s1 s2{/}")
	})
}

func TestNonsenseOrdersAreRefused(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := rearranged(t, d)
		rev := c.open(c.path).Find("#builder").AttrOr("data-rev", "")
		for _, form := range []url.Values{
			{"step": {"s1"}, "do": {"move"}, "to": {"x"}},
			{"step": {"s1"}, "do": {"move"}},
			{"step": {"s1"}, "do": {"drop:"}},
			{"step": {"s1"}, "do": {"move"}, "to": {"9"}},
			{"step": {"gone"}, "do": {"duplicate"}},
		} {
			form.Set("rev", rev)
			if p := c.post(c.path+"/step", form); p.status < 400 || p.status >= 500 {
				t.Errorf("%v answered %d, want a refusal", form, p.status)
			}
		}
		c.wantFlow(d, "after all of them", "s1 s2{/} s3")
	})
}
