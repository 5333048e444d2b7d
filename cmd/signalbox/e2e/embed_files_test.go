package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"signalbox/workflow/desk"
)

// drop hands a file to the chat as a mouse does.
const drop = `((name) => {
	const data = new DataTransfer();
	data.items.add(new File(["a line of text"], name, { type: "text/plain" }));
	const panel = document.querySelector("signalbox-chat").shadowRoot.querySelector(".panel");
	for (const type of ["dragenter", "drop"]) panel.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
	return "";
})`

func (e *embedSite) sendsFiles(t *testing.T) {
	p := newPerson(t, "visitor with files")
	p.visit(e.url)
	p.chatOpen()
	film := filepath.Join(t.TempDir(), "film.mov")
	if err := os.WriteFile(film, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(film, desk.MaxFile+1); err != nil {
		t.Fatal(err)
	}
	p.do("choose files", chromedp.SetUploadFiles(chat("[type=file]"), []string{photoFile(t), film}))
	p.chatSees(".write .file.failed", "Larger than 25 MB")
	p.read(drop + `("notes.txt")`)
	p.chatHas("two files there, one refused", `c.querySelectorAll(".write .file").length === 3 && c.querySelectorAll(".write progress[hidden]").length === 3`)
	p.chatClick(`[aria-label="Remove film.mov"]`)
	p.visit(e.url)
	p.chatHas("the files after a reload", `[...c.querySelectorAll(".write .file b")].map((b) => b.textContent).join() === "chosen.png,notes.txt"`)

	p.chatSay("See for yourself.")
	p.chatHas("the picture in the thread", `c.querySelector(".mine[data-message] .picture img")?.naturalWidth > 0`)
	p.chatSees(".mine[data-message] a.file", "notes.txt")
	p.chatHas("an empty tray", `!c.querySelector(".write .file")`)
	number := e.newest(t)
	message := e.get("/tickets/" + number).Find("[data-message]")
	if message.Find(`img[alt*="chosen.png"]`).Length() != 1 || !containsText(message.Text(), "notes.txt") {
		t.Errorf("the agent's page does not show both files: %s", message.Text())
	}

	p.read(drop + `("alone.txt")`)
	p.chatHas("another file", `!!c.querySelector(".write progress[hidden]")`)
	p.chatClick(".send")
	p.chatSees(".mine[data-message] a.file", "alone.txt")
}
