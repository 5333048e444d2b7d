package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

const body = "#composer textarea[name=body]"

// restart starts the program again at the address where it was.
func (s *server) restart(t *testing.T, dir string) *server {
	t.Helper()
	again := &server{url: s.url, output: &output{}, done: make(chan struct{})}
	again.cmd = exec.Command(binary, "serve", "--addr", strings.TrimPrefix(s.url, "http://"), "--data", dir)
	again.cmd.Stdout, again.cmd.Stderr = again.output, again.output
	if err := again.cmd.Start(); err != nil {
		t.Fatalf("start the program again: %v", err)
	}
	go func() {
		defer close(again.done)
		_ = again.cmd.Wait()
	}()
	t.Cleanup(again.kill)
	again.awaitReady(t)
	return again
}

// has waits until the composer has a text.
func (p *person) has(text string) {
	p.t.Helper()
	p.until("the text "+text, `document.querySelector("`+body+`")?.value === "`+text+`"`)
}

func TestADraftSurvivesAReloadAndTheKillOfTheServer(t *testing.T) {
	t.Parallel()
	dir, token := newDesk(t)
	s := serve(t, dir)
	if err := newVisitor(s.url, token, "").write("Hello, I need help."); err != nil {
		t.Fatal(err)
	}
	ada := newPerson(t, "agent with a draft")
	ada.login(s.url, "ada@northwind.example")
	ada.open(s.url + "/tickets/1")
	ada.write(body, "Saved on the desk")
	ada.see(".draft-state", "Draft saved")
	ada.read(`(localStorage.clear(), "")`)
	ada.open(s.url + "/tickets/1")
	ada.has("Saved on the desk")

	s.kill()
	ada.write(body, "Typed while nobody listens")
	ada.see(".draft-state", "kept in this browser")
	s = s.restart(t, dir)
	ada.open(s.url + "/tickets/1")
	ada.has("Typed while nobody listens")
	ada.see(".draft-state", "Draft saved")
	ada.mu.Lock()
	ada.console = nil // the browser tells of the server that was gone
	ada.mu.Unlock()
}

func TestADraftIsSavedOnTheDeskWhateverTheBrowserKeeps(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	ada := newPerson(t, "agent without storage")
	ada.login(d.server, "ada@northwind.example")
	ada.open(d.server + "/tickets/1")
	for i, damaged := range []string{"{", `{"body":7}`} {
		text := fmt.Sprint("After damage ", i)
		ada.read("(localStorage.setItem('draft/' + document.querySelector('[data-draft]').dataset.draft, '" + damaged + "'), '')")
		ada.open(d.server + "/tickets/1")
		ada.write(body, text)
		ada.see(".draft-state", "Draft saved")
		ada.has(text)
	}
	ada.read(`(Storage.prototype.setItem = () => { throw new Error("full"); }, "")`)
	ada.write(body, "Kept nowhere else")
	key := store.DraftKey{Team: d.team, User: 1, Ticket: 1}
	eventually(t, "the desk keeps the draft", func() bool {
		kept, err := d.store.ReplyDraft(t.Context(), key)
		return err == nil && kept.Body == "Kept nowhere else"
	})
}

func TestAReplyIsTakenBackAndAnOlderTabIsTold(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	ada := newPerson(t, "agent who takes back")
	ada.login(d.server, "ada@northwind.example")
	ada.open(d.server + "/tickets/1")
	ada.write(body, "Too **soon**")
	ada.click("#composer .preview-button")
	ada.see(".preview strong", "soon")
	ada.click("#composer [data-write]")
	ada.click("#composer [data-send=reply]")
	ada.see(".held strong", "soon")
	ada.has("")
	ada.click("[data-take-back] button")
	ada.has("Too **soon**")
	if messages, err := d.store.Messages(t.Context(), d.team, 1, store.MessageQuery{Limit: 9}); err != nil || len(messages) != 1 {
		t.Errorf("%d messages, %v, want the customer's alone", len(messages), err)
	}

	key := store.DraftKey{Team: d.team, User: 1, Ticket: 1}
	kept, err := d.store.ReplyDraft(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.SaveReplyDraft(t.Context(), key, store.ReplyDraft{Body: "From another tab", Rev: kept.Rev}); err != nil {
		t.Fatal(err)
	}
	ada.write(body, "Mine")
	ada.see("#draft-other", "From another tab")
	ada.click("[data-draft-use]")
	ada.has("From another tab")
	ada.mu.Lock()
	ada.console = nil // the browser tells of the 409
	ada.mu.Unlock()
}

func TestAReplyIsHeldBackWhenAColleagueWroteMeanwhile(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	ben, err := d.store.AddUser(t.Context(), store.NewUser{TeamID: d.team, Email: "ben@northwind.example", Name: "Ben"})
	if err != nil {
		t.Fatal(err)
	}
	ada := newPerson(t, "agent who is late")
	ada.login(d.server, "ada@northwind.example")
	ada.open(d.server + "/tickets/1")
	ada.write(body, "Have you tried this?")
	// Over the page of this process, so that the open page hears of it.
	if _, err := d.store.ChangeTicket(t.Context(), desk.Agent(ben, "Ben"), d.team, 1, desk.AddMessage{Body: "It is <b>solved</b>."}); err != nil {
		t.Fatal(err)
	}
	ada.click("#composer [data-send=reply]")
	ada.see("#composer .alert.bad", "Ben replied while you were writing")
	ada.see(".fresh", "It is <b>solved</b>.")
	ada.has("Have you tried this?")
	ada.click("#composer .alert.bad [name=then]")
	ada.see(".held", "Have you tried this?")
	ada.click("[data-send-now] button")
	ada.see("[data-message][data-author=agent]", "Have you tried this?")
	ada.mu.Lock()
	ada.console = nil // the browser tells of the 409
	ada.mu.Unlock()
}
