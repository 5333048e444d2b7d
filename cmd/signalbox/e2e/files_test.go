package e2e

import (
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// give hands a file that the page makes to an event, as a mouse or a clipboard would.
const give = `async (kind, key, on, name, type) => {
	const canvas = new OffscreenCanvas(600, 300), data = new DataTransfer();
	canvas.getContext("2d").fillRect(0, 0, 300, 300);
	const bytes = type === "image/png" ? await canvas.convertToBlob() : new Blob(["a line of text"]);
	data.items.add(new File([bytes], name, { type }));
	const where = document.querySelector(on);
	if (kind === DragEvent) where.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: data }));
	const marked = document.querySelector(".composer.dropping") ? "marked" : "";
	where.dispatchEvent(new kind(key, { bubbles: true, cancelable: true, [kind === DragEvent ? "dataTransfer" : "clipboardData"]: data }));
	window.given = "given " + marked;
}`

func (p *person) give(how, name, mediaType string) {
	p.t.Helper()
	p.read(`(window.given = "", (` + give + `)(` + how + `, "` + name + `", "` + mediaType + `"), "")`)
	p.until(name+" to be given", `window.given !== ""`)
}

// waits is the names of the files in the composer.
const waits = `[...document.querySelectorAll("#composer [data-files] .file a")].map((a) => a.textContent.trim()).join()`

func photoFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chosen.png")
	f, err := os.Create(path)
	if err == nil {
		err = png.Encode(f, image.NewRGBA(image.Rect(0, 0, 900, 600)))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesAreDroppedPastedAndChosenAndGoWithTheMessage(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	a := newPerson(t, "agent with files")
	a.login(d.server, "ada@northwind.example")
	a.open(d.server + "/tickets/1")
	a.see("#composer textarea[name=body]")
	a.until("the scripts", `Boolean(window.htmx && window.signalbox)`)

	a.give(`DragEvent, "drop", "#thread"`, "dropped.png", "image/png")
	if got := a.read("window.given"); got != "given marked" {
		t.Errorf("the composer does not show where a file may be dropped: %q", got)
	}
	a.until("the dropped file", waits+` === "dropped.png"`)
	a.give(`ClipboardEvent, "paste", "#composer textarea[name=body]"`, "pasted.txt", "text/x-log")
	a.until("the pasted file", waits+` === "dropped.png,pasted.txt"`)
	a.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("[data-attach]"), []string{photoFile(t)}))
	a.until("the chosen file", waits+` === "dropped.png,pasted.txt,chosen.png"`)
	a.until("its small picture", `document.querySelectorAll("#composer .file img").length === 2 &&
		[...document.querySelectorAll("#composer .file img")].every((i) => i.naturalWidth > 0)`)
	a.click(`#composer .file:nth-of-type(2) button`)
	a.until("the pasted file to be taken out", waits+` === "dropped.png,chosen.png"`)
	a.open(d.server + "/tickets/1")
	a.until("the files to survive a reload", waits+` === "dropped.png,chosen.png"`)

	a.click("#mode-note + label")
	a.click("#composer [data-send=note]")
	a.until("the pictures in the thread", `document.querySelectorAll(".msg.note [data-picture] img").length === 2 &&
		[...document.querySelectorAll(".msg.note [data-picture] img")].every((i) => i.naturalWidth > 0)`)
	a.until("an empty composer", waits+` === ""`)

	a.read(`document.querySelector("#composer [data-files]").dataset.largest = "1", ""`)
	a.give(`ClipboardEvent, "paste", "#composer textarea[name=body]"`, "large.txt", "text/x-log")
	a.see("#composer .file.failed", "large.txt", "is larger than")
	a.write("#composer textarea[name=body]", "Without it")
	a.click("#composer [data-send=note]")
	a.see(".msg.note", "Without it")
	a.until("the refused file to go with it", `!document.querySelector("#composer .file")`)
	a.click(".msg.note [data-picture]")
	a.until("the picture at large", `document.querySelector("dialog.lightbox[open] img")?.naturalWidth === 600`)

	href := a.read(`document.querySelector(".lightbox a[download]").href`)
	answer, err := d.http.Get(href)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if got := answer.Header.Get("Content-Disposition"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(got, "attachment") {
		t.Errorf("the download is %d, disposed as %q", answer.StatusCode, got)
	}
	a.press(kb.Escape)
	refusesAFilm(a)
}

// refusesAFilm tries a file that is larger than any message may carry.
func refusesAFilm(a *person) {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), "film.mov")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		a.t.Fatal(err)
	}
	if err := os.Truncate(path, desk.MaxFile+1); err != nil {
		a.t.Fatal(err)
	}
	a.do("choose a film", chromedp.SetUploadFiles(chromedp.CSS("[data-attach]"), []string{path}))
	a.see("#composer .file.failed", "film.mov", "larger than 25 MB")
}
