package views

import (
	"testing"

	"signalbox/workflow/desk"
)

func macroID(t *testing.T) desk.ID {
	t.Helper()
	id, err := desk.ParseID("0197a2b0-0000-7000-8000-0000000000c1")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestMacroPages(t *testing.T) {
	shell := someShell()
	shell.Section = SectionMacros
	rows := []MacroRow{
		{ID: macroID(t), Name: "Ask for the <number>", Shortcut: "ask", Start: "Hi {variables.customer.first_name},", Shared: true, Changes: []string{"Status → Pending", "Tags: + vip"}},
		{ID: macroID(t), Name: "Escalate", Note: true, Editable: true},
	}
	golden(t, "macros", Macros(MacrosPage{Shell: shell, Macros: rows}))
	golden(t, "macros-none", Macros(MacrosPage{Shell: shell}))
	golden(t, "macro-options", MacroOptions(MacroPicker{Number: 42, Macros: rows, More: true}))
	golden(t, "macro-choice", MacroChoice(MacroPicker{Shell: shell, Number: 42, Macros: rows}))

	form := MacroForm{
		Shell: shell, Admin: true, Name: "Ask", Shortcut: "ask", Body: "Hi {name", Status: "pending", Tags: "vip", TagsMode: "add", SLAUnit: "hour",
		Assignee: MacroNobody, Assignees: someAssignees(), Variables: MacroVariables(), Problem: "The brace is never closed.", Field: "body",
	}
	golden(t, "macro-refused", MacroEditor(form))
	golden(t, "macro-shared", MacroEditor(MacroForm{Shell: shell, ID: macroID(t), Fixed: true, Name: "Ask", Shared: true}))

	preview := MacroPreview{
		Shell: shell, Number: 42, ID: macroID(t), Name: "Ask", Text: "Hi <Mira>,\nwhich number?", Status: desk.Pending,
		Changes: []MacroChange{{"Status", "Open → Pending"}, {"Tags", "+ vip"}},
	}
	golden(t, "macro-preview", MacroPreviewFragment(preview))
	golden(t, "macro-preview-page", MacroPreviewPage(preview))
	golden(t, "macro-failed", MacroPreviewFragment(MacroPreview{Number: 42, ID: macroID(t), Name: "Ask", Problem: "The macro cannot be used here: The role “Gone” does not exist."}))
	pane := someTicket()
	pane.Composer.Macro = &preview
	golden(t, "macro-tools", macroTools(pane))
}
