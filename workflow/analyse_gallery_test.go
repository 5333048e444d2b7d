package workflow_test

import (
	"slices"
	"testing"

	"signalbox/workflow"
	"signalbox/workflow/gallery"
)

func templates(t *testing.T) []workflow.Workflow {
	t.Helper()
	all, err := gallery.All()
	if err != nil {
		t.Fatal(err)
	}
	var out []workflow.Workflow
	for i, template := range all {
		out = append(out, workflow.Workflow{ID: int64(i + 1), Position: i + 1, Definition: template.Definition})
	}
	return out
}

func TestTheGalleryHasNothingDeadOrContradictory(t *testing.T) {
	for _, w := range templates(t) {
		for _, f := range workflow.Analyse(w, nil, nil) {
			if f.Certainty == workflow.Proved || f.Kind != workflow.Gap {
				t.Errorf("%s: %s %s", w.Definition.Name, f.Kind, f)
			}
		}
	}
}

// The specification itself says what happens with these two both on.
func TestTheTwoRepliesOfTheGalleryAreAtOdds(t *testing.T) {
	all := templates(t)
	for i, want := range map[int]string{
		4: `The workflow "Pending after team reply" makes the status pending for the same event and runs later, so it wins. Narrow one of the two, or change their order.`,
		5: `The workflow "Open when team replies" makes the status open for the same event but runs earlier, so this step wins. Narrow one of the two, or change their order.`,
	} {
		found := workflow.Analyse(all[i], all, nil)
		if !slices.ContainsFunc(found, func(f workflow.Finding) bool {
			return f.Certainty == workflow.Proved && f.Kind == workflow.Conflict && f.Text == want && f.Example["status"] == "new"
		}) {
			t.Errorf("%s: found %v", all[i].Definition.Name, found)
		}
	}
}
