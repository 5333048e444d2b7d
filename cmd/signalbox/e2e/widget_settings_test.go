package e2e

import (
	"fmt"
	"testing"
)

// inPreview finds something of the chat in the frame beside the settings; %s is what is asked of its shadow tree.
const inPreview = `((root) => root && (%s))(document.querySelector("#preview")?.contentDocument?.querySelector("signalbox-chat")?.shadowRoot)`

func (p *person) previewed(what, expression string) {
	p.t.Helper()
	p.until(what+" in the preview", `!!`+fmt.Sprintf(inPreview, expression))
}

// The preview is the real embed with what is typed, and what is written in it reaches nobody.
func TestTheWidgetsSettingsShowWhatTheyDo(t *testing.T) {
	t.Parallel()
	dir, _ := newDesk(t)
	s := serve(t, dir)
	p := newPerson(t, "admin")
	p.login(s.url, "ada@northwind.example")
	p.open(s.url + "/settings/widget")

	p.previewed("the chat, open", `!root.querySelector("[role=dialog]").hidden`)
	p.write("#greeting", "Ahoy from the preview")
	p.previewed("the typed greeting", `root.textContent.includes("Ahoy from the preview")`)
	if at := p.read(`document.activeElement.id`); at != "greeting" {
		t.Errorf("the preview has taken the focus to %q", at)
	}
	p.write("#color", "#ffe000")
	p.see("#contrast", "Black text on it", "Hard to see on a white page")
	p.choose("#preview-language", "de")
	p.previewed("another language", `root.querySelector("textarea").placeholder.startsWith("Nachricht")`)

	p.read(`((root) => { root.querySelector("textarea").value = "Is anybody there?"; root.querySelector("textarea").form.requestSubmit(); return ""; })(
		document.querySelector("#preview").contentDocument.querySelector("signalbox-chat").shadowRoot)`)
	p.previewed("an answer", `root.textContent.includes("what you wrote went nowhere")`)
	p.choose("#preview-visitor", "back")
	p.previewed("a conversation", `root.textContent.includes("the address of my order")`)

	p.write("#domains", "*.example.com")
	p.write("#address", "https://shop.example.com/x")
	p.click(`.ask-site button`)
	p.see("#site-verdict", "Yes, by *.example.com.")
	p.click(`#widget-form button.primary`)
	p.see("#toasts", "Saved.")
	p.until("the greeting to be kept", `document.querySelector("#greeting").value === "Ahoy from the preview"`)

	p.open(s.url + "/tickets?view=all")
	p.see("#tickets", "No tickets yet")
}

func TestCodeForSitesAndServersIsCopied(t *testing.T) {
	t.Parallel()
	dir, token := newDesk(t)
	s := serve(t, dir)
	p := newPerson(t, "admin")
	p.login(s.url, "ada@northwind.example")
	p.open(s.url + "/settings/widget/install")
	for id, want := range map[string]string{
		"embed":   `<script async src="` + s.url + `/widget.js" data-token="` + token + `"></script>`,
		"contact": s.url + "/contact/" + token,
	} {
		p.copies(`[data-copy="#`+id+`"]`, want)
	}

	p.open(s.url + "/settings/widget/identity")
	p.click(`button.primary`)
	p.see(".secret", "Current")
	secret := p.read(`document.querySelector("#secret").textContent`)
	if len(secret) != 64 || p.read(`String(document.querySelector("#secret").checkVisibility())`) != "false" {
		t.Error("the secret is shown before anybody asks for it")
	}
	p.copies(`[data-copy="#secret"]`, secret)
	p.click(`.reveal summary`)
	p.see("#secret", secret)
}

// copies presses a button that copies. No test may read the machine's own clipboard, so the page gets another.
func (p *person) copies(button, text string) {
	p.t.Helper()
	p.read(`Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text) => { window.copied = text; } } }); ""`)
	p.click(button)
	p.until("the copy of "+text, fmt.Sprintf(`window.copied === %q`, text))
}
