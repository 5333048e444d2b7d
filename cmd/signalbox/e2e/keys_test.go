package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// rest takes the focus out of every field.
func (p *person) rest() {
	p.t.Helper()
	p.read(`document.activeElement?.blur(), "rested"`)
}

func focused(css string) string { return fmt.Sprintf(`document.activeElement?.matches(%q)`, css) }

func at(path string) string { return fmt.Sprintf(`location.pathname + location.search === %q`, path) }

func shows(number string) string {
	return fmt.Sprintf(`document.querySelector("#ticket")?.dataset.number === %q`, number)
}

// inboxOf is a desk with tickets, 3 above 2 above 1, and an agent before its list.
func inboxOf(t *testing.T) (*desktop, *person) {
	t.Helper()
	d := newDesktop(t)
	for range 3 {
		d.arrive(arrival{channel: desk.Widget})
	}
	p := newPerson(t, "agent")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/tickets?sort=-number")
	return d, p
}

// does is what each key of the sheet must do before an open ticket 2.
func does() map[string]string {
	return map[string]string{
		"j": focused(`[data-ticket="1"] .row-text`), "k": focused(`[data-ticket="3"] .row-text`),
		"o": shows("2"), "x": `document.querySelector('[data-ticket="2"] [name=number]').checked`,
		"[": shows("3"), "]": shows("1"), "u": at("/tickets?sort=-number"),
		"i": `document.querySelector("#fact-assignee").selectedOptions[0].text === "Ada Lindqvist"`,
		"e": `document.querySelector("#fact-status").value === "resolved"`,
		"r": focused(`#composer [name=body]`), "n": focused(`#composer [name=body]`) + ` && document.querySelector("#mode-note").checked`,
		"s": focused("#fact-status"), "p": focused("#fact-priority"), "a": focused("#fact-assignee"), "/": focused("#filters [name=q]"),
		"t": `document.querySelector("#edit-tags").open`, "z": `!!document.querySelector("#ticket details:open :focus")`,
		".": `document.querySelector("#palette").open`, "?": `document.querySelector("#keys").open`,
		"g i": at("/tickets?view=waiting"), "g m": at("/tickets?view=mine"), "g r": at("/tickets?view=roles"),
		"g u": at("/tickets?view=unassigned"), "g k": at("/tickets?view=at-risk"), "g b": at("/tickets?view=breached"),
		"g a": at("/tickets?view=all"), "g w": at("/workflows"), "g n": at("/notifications"),
		"g d": at("/deliveries"), "g s": at("/settings/team"), "g p": at("/preferences"), "g o": at("/macros"), "g c": at("/customers"),
	}
}

// proven elsewhere: by the tests of the palette, the composer and the bar of selected tickets.
func elsewhere() []string {
	return []string{"Ctrl K", "Esc", "⇧X", "⇧J ⇧K", "Ctrl A", "Ctrl Enter"}
}

// The sheet says what the keys do, so each of its keys is pressed.
func TestEachKeyOfTheSheetDoesWhatItSays(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	p.open(d.server + "/tickets/2?sort=-number")
	p.press("?")
	keys := strings.Split(p.read(`[...document.querySelectorAll("#keys dl > div:not([data-when][hidden] *) dt")]
		.map((dt) => [...dt.querySelectorAll("kbd")].map((k) => k.textContent).join(" ")).join("\n")`), "\n")
	want := does()
	for key := range want {
		if !slices.Contains(keys, key) {
			t.Errorf("the sheet has no %q, only %v", key, keys)
		}
	}
	went := false
	for _, key := range keys {
		if slices.Contains(elsewhere(), key) {
			continue
		}
		expected, known := want[key]
		if !known {
			t.Errorf("the sheet has %q, of which the test does not know what it should do", key)
			continue
		}
		goes := strings.HasPrefix(key, "g ")
		if !went || !goes { // from where one led the next leads on
			p.open(d.server + "/tickets/2?sort=-number")
		}
		went = goes
		p.until("the page", `document.readyState === "complete" && !!window.signalbox?.act`)
		if key == "x" || key == "o" {
			p.do("stand on the row", chromedp.Focus(chromedp.CSS(`[data-ticket="2"] .row-text`)))
		}
		p.press(strings.ReplaceAll(key, " ", ""))
		p.until("what "+key+" does", expected)
	}
}

func TestKeysAreOffWhereSomeoneTypes(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	p.open(d.server + "/tickets/2?sort=-number")
	p.write("#composer [name=body]", "jkeiu?g.")
	if got := p.read(`document.querySelector("#composer [name=body]").value + " " + location.pathname`); got != "jkeiu?g. /tickets/2" {
		t.Errorf("typed into the composer, got %q, want the letters and the same ticket", got)
	}
	p.rest()
	p.press("e", kb.ModifierAlt)
	p.press("e", kb.ModifierCtrl)
	if got := p.read(`document.querySelector("#fact-status").value`); got != "new" {
		t.Errorf("a key with a modifier made the ticket %s, want it left to the browser", got)
	}
	p.press(kb.Escape)
	p.until("the list alone", at("/tickets?sort=-number"))
	p.until("the row of the ticket that was left", focused(`[data-ticket="2"] .row-text`))
}

func TestThePaletteFindsAndDoes(t *testing.T) {
	t.Parallel()
	_, p := inboxOf(t)
	p.click(`[data-ticket="2"] .row-text`)
	p.until("the ticket", shows("2"))
	p.press("k", kb.ModifierCtrl)
	p.until("the palette", focused("#palette-input"))
	p.press("back")
	p.see(`#palette-list [aria-selected=true]`, "Back to the list")
	p.press(kb.Enter)
	p.until("the list alone", at("/tickets?sort=-number"))
	p.until("its row", focused(`[data-ticket="2"] .row-text`))

	p.press("k", kb.ModifierCtrl)
	p.press("unass")
	p.see(`#palette-list [aria-selected=true]`, "Unassigned")
	p.press(kb.Escape)
	p.until("the focus to be back", focused(`[data-ticket="2"] .row-text`))
	if p.read(`location.pathname`) != "/tickets" {
		t.Error("closing the palette went somewhere")
	}

	p.press("k", kb.ModifierCtrl)
	p.press("ad")
	p.see(`#palette-list [aria-selected=true]`, "Ada Lindqvist")
	p.press("a") // who types slowly is answered in between
	p.see(`#palette-list [aria-selected=true]`, "Ada Lindqvist")
	p.until("who was named before all actions", `!document.querySelector("#palette-list [aria-selected=true] ~ [aria-selected], #palette-local + #palette-results")`)
	p.press(kb.Escape)

	// While the server does not answer, nothing is known of what is not on the page, and what is goes on working.
	p.read(`window.fetch = () => new Promise(() => {}), "silent"`)
	p.press("k", kb.ModifierCtrl)
	p.press("breach")
	p.see(`#palette-list [aria-selected=true]`, "Breached")
	p.press(kb.Enter)
	p.until("the view", at("/tickets?view=breached"))
}

func TestThePaletteOpensByItsButtonAndAfterGoingBack(t *testing.T) {
	t.Parallel()
	_, p := inboxOf(t)
	p.click(".palette-open")
	p.until("the palette", focused("#palette-input"))
	p.press(kb.Escape)
	p.click(`[data-ticket="2"] .row-text`)
	p.until("the ticket", shows("2"))
	p.read(`history.back(), "back"`)
	p.until("the list alone", at("/tickets?sort=-number")+` && !document.querySelector("#ticket")?.dataset.number`)
	p.until("its look among the choices", `document.querySelector("[data-look=theme][value='']").ariaPressed === "true"`)
	p.press("k", kb.ModifierCtrl)
	p.until("the palette of this page", focused("#palette-input"))
	p.press("unass")
	p.see(`#palette-list [aria-selected=true]`, "Unassigned")
	p.press(kb.Enter)
	p.until("the view", at("/tickets?view=unassigned"))
}

func TestGoingBackShowsWhatTheListIsSortedBy(t *testing.T) {
	t.Parallel()
	_, p := inboxOf(t)
	p.choose("#filters [name=sort]", "SLA, due first")
	p.until("the other order", `location.search.includes("sort=sla") && document.readyState === "complete"`)
	p.read(`history.back(), "back"`)
	p.until("the order of before, and its name", at("/tickets?sort=-number")+` && document.readyState === "complete" && document.querySelector("#filters [name=sort]").value === "-number"`)
}

func TestTheNextTagIsTypedBehindTheOthers(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	tagged := login(t, d.server, "ada@northwind.example").post("/tickets/2/tags", url.Values{"tags_mode": {"set"}, "tags": {"export"}})
	tagged.wants(t, "tag the ticket", http.StatusSeeOther)
	p.open(d.server + "/tickets/2")
	p.press("t")
	p.until("the field", focused("#fact-tags"))
	p.press("urgent")
	p.press(kb.Enter)
	p.until("both tags", `document.querySelector("#fact-tags").defaultValue === "export, urgent, "`)
}
