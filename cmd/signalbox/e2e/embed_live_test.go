package e2e

import "testing"

// eventsOnly takes the clock away by which the embed would ask again: what it shows then, the stream brought.
const eventsOnly = `{ const wait = window.setTimeout; window.setTimeout = (f, ms, ...more) => ms >= 2500 ? 0 : wait(f, ms, ...more); }`

func (e *embedSite) isLive(t *testing.T) {
	p := newPerson(t, "visitor who waits")
	p.before(eventsOnly)
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("Is anybody there?")
	number := e.newest(t)
	e.answers(t, number, "Yes, here.")
	p.chatSees(".theirs", "Yes, here.")
	e.post("/tickets/"+number+"/messages", map[string][]string{"body": {"Nobody must see this."}, "private": {"on"}})

	e.answers(t, number, "Take the **blue** one:\n\n- [manual](https://example.com/manual)\n- `reset --all`")
	p.chatHas("Markdown, drawn", `["strong blue", "a manual", "code reset --all"].every((want) => [...c.querySelectorAll(".theirs .rich *")].some((el) => el.localName + " " + el.textContent === want))`)

	p.read(`(window.counted = [], Signalbox.on("unread", (n) => counted.push(n)), Signalbox.close(), "")`)
	e.answers(t, number, "Do you need anything else?")
	p.chatHas("the badge", `(({hidden, textContent}) => !hidden && textContent === "1")(c.querySelector(".launcher .badge"))`)
	p.chatHas("the button's name", `c.querySelector(".launcher").ariaLabel === "Open chat, 1 unread"`)
	p.chatOpen()
	p.chatSees(".theirs", "Do you need anything else?")
	p.chatHas("no badge", `c.querySelector(".launcher .badge").hidden`)
	p.until("the page to hear of it", `counted.join() === "1,0"`)
	if text := p.read(inChat(`c.querySelector(".log").textContent`)); containsText(text, "Nobody must see") {
		t.Error("a private note reached the visitor")
	}

	e.post("/tickets/"+number+"/status", map[string][]string{"status": {"resolved"}})
	p.chatSees(".note", "This conversation is resolved.")
	p.chatSay("One more thing.")

	p.chatClick(".back")
	p.chatSees(".item", "One more thing.")
	p.chatClick(".fresh[type=button]")
	p.chatSay("Something else entirely.")
	p.chatClick(".back")
	p.chatHas("two conversations", `c.querySelectorAll(".item").length === 2`)
	p.chatClick(".item:last-child")
	p.chatSees(".theirs", "Yes, here.")
}

// A chat that is closed reads nothing, and asks no more than when all is read.
func (e *embedSite) isQuietWhileAReplyWaits(t *testing.T) {
	p := newPerson(t, "visitor who went on reading")
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("I shall be on this page.")
	number := e.newest(t)
	p.read(`(Signalbox.close(), "")`)
	e.answers(t, number, "Take your time.")
	p.chatHas("the badge", `!c.querySelector(".launcher .badge").hidden`)
	p.read(`(performance.clearResourceTimings(), window.passed = 0, "")`)
	p.read(`((async () => { for (const s = document.querySelector("script[src*='widget.js']").src; passed < 20; passed++) await fetch(s, {cache: "reload"}); })(), "")`)
	p.until("as long as twenty other calls take", `passed === 20`)
	if asked := p.read(`String(performance.getEntriesByType("resource").filter((r) => r.name.includes("/widget/tickets")).length)`); len(asked) > 1 || asked > "2" {
		t.Errorf("asked %s times for the conversations meanwhile, want twice at the most: once for what the stream told", asked)
	}
	p.chatOpen()
	p.chatSees(".theirs", "Take your time.")
}

// slowReads lets a page wait for what it has read of a conversation until free is called, and counts what the stream
// tells meanwhile.
const slowReads = `{
	const near = window.fetch, Source = window.EventSource;
	let held = Promise.resolve();
	window.told = window.reads = 0;
	window.hold = () => { window.told = window.reads = 0; held = new Promise((done) => { window.free = done; }); return ""; };
	window.fetch = async (url, ...more) => {
		const answer = await near(url, ...more);
		if (url.includes("/messages/")) { window.reads++; await held; }
		return answer;
	};
	window.EventSource = class extends Source {
		constructor(url) { super(url); this.addEventListener("message", () => window.told++); }
	};
}`

// What the stream tells while the page reads is newer than what it reads.
func (e *embedSite) missesNothingWhileItReads(t *testing.T) {
	p := newPerson(t, "visitor on a slow line")
	p.before(eventsOnly)
	p.before(slowReads)
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("Nothing must be late.")
	number := e.newest(t)
	e.answers(t, number, "The first answer.")
	p.chatSees(".theirs", "The first answer.")

	p.read(`(hold(), Signalbox.close(), Signalbox.open(), "")`)
	p.until("a read that has come too early", `reads === 1`)
	e.answers(t, number, "The second answer.")
	p.until("the stream to tell", `told > 0`)
	p.read(`(free(), "")`)
	p.chatSees(".theirs", "The second answer.")
}
