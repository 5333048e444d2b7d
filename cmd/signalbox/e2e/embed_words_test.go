package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// unreachable lets the desk be far away for this page, until it is loaded anew or reachable is evaluated.
const (
	unreachable = `(window.near = window.fetch, window.fetch = () => Promise.reject(new TypeError("far away")), "")`
	answerless  = `(window.near = window.fetch, window.fetch = (...call) => near(...call).then(() => { throw new TypeError("cut off") }), "")`
	reachable   = `(window.fetch = window.near, window.dispatchEvent(new Event("online")), "")`
)

func (e *embedSite) keepsWords(t *testing.T) {
	p := newPerson(t, "visitor on a train")
	p.visit(e.url)
	p.chatOpen()
	p.chatWrite("textarea", "A thought that is not")
	p.visit(e.url)
	p.chatHas("the draft after a reload", `c.querySelector("textarea").value === "A thought that is not"`)

	p.read(unreachable)
	p.chatWrite("textarea", kb.End+" finished."+kb.Enter)
	p.chatSees("[data-unsent=retrying]", "No connection yet")
	p.read(reachable)
	p.chatSees(".mine[data-message]", "A thought that is not finished.")

	p.read(unreachable)
	p.chatWrite("textarea", "Sent before the page was closed."+kb.Enter)
	p.chatSees("[data-unsent]", "Sent before")
	p.visit(e.url)
	p.chatSees(".mine[data-message]", "Sent before the page was closed.")

	p.read(answerless)
	p.chatWrite("textarea", "Arrived, though nobody said so."+kb.Enter)
	p.chatSees("[data-unsent=retrying]", "Arrived")
	p.read(reachable)
	p.chatSees(".mine[data-message]", "Arrived, though")
	p.chatHas("nothing unsent", `!c.querySelector("[data-unsent]")`)
	if n := e.has(e.newest(t), "Arrived, though nobody said so."); n != 1 {
		t.Errorf("a message whose answer got lost is there %d times, want once", n)
	}

	p.before(`for (const kind of ["localStorage", "sessionStorage"]) Object.defineProperty(window, kind, {get() { throw new DOMException("no", "SecurityError") }})`)
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("Without any storage.")
}

func (e *embedSite) showsRefusals(t *testing.T) {
	p := newPerson(t, "visitor who writes a novel")
	p.visit(e.url)
	p.chatOpen()
	p.read(inChat(`(c.querySelector("textarea").value = "m".repeat(10001), c.querySelector("textarea").dispatchEvent(new Event("input")), "")`))
	p.chatClick(".send")
	p.chatSees("[data-unsent=failed] [role=alert]", "The message has 10001 characters; the limit is 10000.")
	p.visit(e.url)
	p.chatSees("[data-unsent=failed] [role=alert]", "The message has 10001 characters")
	p.do("try again", chromedp.Click(chat("[data-unsent=failed] small button"), chromedp.NodeVisible))
	p.chatSees("[data-unsent=failed] [role=alert]", "The message has 10001 characters")
	p.do("edit it", chromedp.Click(chat("[data-unsent=failed] small button:last-child"), chromedp.NodeVisible))
	p.chatHas("the words in the field", `c.querySelector("textarea").value.length === 10001 && !c.querySelector("[data-unsent]")`)
	p.read(inChat(`(c.querySelector("textarea").value = "Short.", "")`))
	p.chatClick(".send")
	p.chatSees(".mine[data-message]", "Short.")
	p.expects("status of 400")
}

func (e *embedSite) asksForTheEmail(t *testing.T) {
	p := newPerson(t, "visitor who leaves")
	p.visit(e.url)
	p.chatOpen()
	p.chatHas("no form before the first message", `c.querySelector(".who").hidden`)
	p.chatSay("I cannot wait for long.")
	p.chatWrite("#email", "kim@"+kb.Enter)
	p.chatSees("#email-wrong", "Enter a valid email address.")
	p.chatWrite("#email", "example.com"+kb.Enter)
	p.chatSees(".note", "Replies also go to kim@example.com")
	p.chatHas("no form any more", `c.querySelector(".who").hidden`)
	number := e.newest(t)
	eventually(t, "the desk knows the address", func() bool { return containsText(e.get("/tickets/"+number).Text(), "kim@example.com") })
	p.visit(e.url)
	p.chatSees(".note", "Replies also go to kim@example.com")
}
