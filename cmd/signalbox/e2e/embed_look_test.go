package e2e

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// box reads where an element of the chat is: left, top, width, height.
func (p *person) box(css string) string {
	p.t.Helper()
	return p.read(inChat(fmt.Sprintf(`(({left, top, width, height}) => [left, top, width, height].map(Math.round).join(" "))(c.querySelector(%q).getBoundingClientRect())`, css)))
}

func (e *embedSite) standsOnAHostilePage(t *testing.T) {
	p := newPerson(t, "visitor of a hostile page")
	p.do("stand still", preferring("light"))
	p.visit(e.url + "/?hostile")
	if got := p.box(".launcher"); got != "1364 824 56 56" {
		t.Errorf("the button is at %s, want a circle of 56 px, 20 px from the corner", got)
	}
	p.chatOpen()
	if got := p.box(".panel"); got != "1028 148 392 660" {
		t.Errorf("the panel is at %s, want 392 × 660 px above the button", got)
	}
	p.chatSay("Is this readable?")
	look := p.read(inChat(`(({color, fontSize, backgroundColor, opacity}) => [color, fontSize, backgroundColor, opacity].join())(getComputedStyle(c.querySelector(".mine p")))`))
	if want := "rgb(255, 255, 255),15px,rgb(43, 91, 215),1"; look != want {
		t.Errorf("a message looks like %s, want %s", look, want)
	}

	p.do("take a telephone", chromedp.EmulateViewport(390, 780))
	p.chatHas("the whole screen", `(({left, top, width, height}) => [left, top, width, height].join() === "0,0,390,780")(c.querySelector(".panel").getBoundingClientRect())`)
	p.chatHas("no button beside it", `!c.querySelector(".launcher").getClientRects().length`)
	p.chatHas("fields without zoom", `parseFloat(getComputedStyle(c.querySelector("textarea")).fontSize) >= 16`)
	p.chatHas("large targets", `[...c.querySelectorAll(".panel .plain, .send")].filter((b) => b.getClientRects().length && !b.closest(".who"))
		.every((b) => b.offsetWidth >= 44 && b.offsetHeight >= 44)`)
	p.chatClick(`header [aria-label="Close chat"]`)
	p.chatHas("the button again", `c.querySelector(".launcher").getClientRects().length > 0`)
}

// chatFocus is what has the focus: in the chat, or else on the page.
const chatFocus = `(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)`

func (e *embedSite) isUsedWithTheKeyboardAlone(t *testing.T) {
	p := newPerson(t, "visitor with a keyboard")
	p.visit(e.url)
	p.press(kb.Tab)
	p.until("the page's link", chatFocus+`.textContent === "About us"`)
	p.press(kb.Tab)
	p.until("the chat's button", chatFocus+`.matches(".launcher")`)
	p.press(kb.Enter)
	p.until("the message", chatFocus+`.matches("textarea")`)
	p.press("Only keys." + kb.Enter)
	p.chatSees(".mine[data-message]", "Only keys.")

	stops := map[string]bool{}
	for range 12 {
		p.press(kb.Tab)
		stops[p.read(`document.activeElement.tagName + " " + (`+chatFocus+`.getAttribute("aria-label") ?? `+chatFocus+`.id)`)] = true
	}
	for stop := range stops {
		if !strings.HasPrefix(stop, "SIGNALBOX-CHAT") {
			t.Errorf("Tab leaves the open dialog for %s", stop)
		}
	}
	for _, want := range []string{"Conversations", "Close chat", "Conversation", "Attach files", "Your message", "Send"} {
		if !stops["SIGNALBOX-CHAT "+want] {
			t.Errorf("Tab does not reach %q, only %v", want, stops)
		}
	}
	p.press(kb.Tab, kb.ModifierShift)
	p.until("the focus to stay inside", `document.activeElement.matches("signalbox-chat")`)
	p.press(kb.Escape)
	p.until("the focus to return", chatFocus+`.matches(".launcher")`)
	p.chatHas("a closed panel", `c.querySelector(".panel").hidden`)
}

// spoken is what a screen reader finds below the dialog: role and name of each part, in order.
func (p *person) spoken() (dialog string, parts []string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	var nodes []*accessibility.Node
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		nodes = tree.Nodes
		return err
	}))
	if err != nil {
		p.t.Fatalf("read the accessibility tree: %v", err)
	}
	inside := map[accessibility.NodeID]bool{}
	for _, n := range nodes {
		said := value(n.Role) + " " + value(n.Name)
		if value(n.Role) == "dialog" {
			dialog, inside[n.NodeID] = said, true
			continue
		}
		if inside[n.ParentID] {
			inside[n.NodeID] = true
			if !n.Ignored && value(n.Name) != "" {
				parts = append(parts, said)
			}
		}
	}
	return dialog, parts
}

func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	text, err := strconv.Unquote(string(v.Value))
	if err != nil {
		return string(v.Value)
	}
	return text
}

func (e *embedSite) readsWellToAScreenReader(t *testing.T) {
	p := newPerson(t, "visitor with a screen reader")
	p.visit(e.url)
	p.chatOpen()
	p.chatSay("Can you hear me?")
	e.answers(t, e.newest(t), "Loud and clear.")
	p.chatSees(".theirs", "Loud and clear.")
	dialog, parts := p.spoken()
	if dialog != "dialog Northwind" {
		t.Errorf("the panel is a %q, want a dialog named Northwind", dialog)
	}
	all := strings.Join(parts, "\n")
	for _, want := range []string{
		"heading Northwind", "button Conversations", "button Close chat", "log Conversation", "StaticText You:",
		"StaticText Can you hear me?", "StaticText Ada Lindqvist:", "StaticText Loud and clear.",
		"textbox Get replies by email too", "button Save", "button Not now", "button Attach files", "textbox Your message", "button Send",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("a screen reader does not find %q in:\n%s", want, all)
		}
	}
	p.chatHas("a polite log in a modal dialog", `c.querySelector("[role=dialog][aria-modal=true] [role=log]") !== null`)
}

func (e *embedSite) isAccessible(t *testing.T) {
	axe := readAxe(t)
	p := newPerson(t, "visitor with axe")
	for _, theme := range []string{"light", "dark"} {
		p.do("prefer "+theme, preferring(theme), chromedp.EmulateViewport(1440, 900))
		p.visit(e.url)
		for _, v := range violations(p, axe, nil) {
			t.Errorf("closed, %s: %s", theme, v)
		}
		if theme == "light" {
			p.chatOpen()
			p.chatSay("Look at me.")
		}
		p.until("the open chat", inChat(`!c.querySelector(".panel").hidden && !!c.querySelector(".mine")`))
		p.chatWrite("textarea", "A draft")
		for _, width := range []int64{1440, 390} {
			p.do("change the window", chromedp.EmulateViewport(width, 844))
			for _, v := range violations(p, axe, nil) {
				t.Errorf("open, %s, %d px: %s", theme, width, v)
			}
		}
		p.chatClick(".back")
		for _, v := range violations(p, axe, nil) {
			t.Errorf("list, %s: %s", theme, v)
		}
	}
}

func (e *embedSite) readsFromRightToLeft(t *testing.T) {
	p := newPerson(t, "Arabic visitor")
	p.do("stand still", preferring("light"))
	p.visit(e.url + "/?lang=ar-EG")
	p.chatOpen()
	p.chatHas("Arabic, from right to left", `getComputedStyle(c.querySelector(".stage")).direction === "rtl" && c.querySelector(".stage").lang === "ar-EG"`)
	p.chatSees(".theirs", "مرحبًا! كيف يمكننا مساعدتك؟")
	p.chatHas("the cross at the left", `c.querySelector("header > :last-child").getBoundingClientRect().left < c.querySelector("h2").getBoundingClientRect().left`)
	p.chatSay("مرحبا")
	p.chatHas("own words at the left", `(({left}) => left < 1100)(c.querySelector(".mine").getBoundingClientRect())`)
	p.chatHas("the panel in its corner", `c.querySelector(".panel").getBoundingClientRect().right === 1420`)

	for language, greeting := range map[string]string{"de": "Hallo! Wie können wir helfen?", "fr-CA": "Bonjour ! Comment", "es": "¡Hola!", "pt-BR": "Olá!"} {
		p.read(`(sessionStorage.clear(), "")`)
		p.visit(e.url + "/?lang=" + language)
		p.read(`(Signalbox.reset(), Signalbox.open(), "")`)
		p.chatSees(".theirs", greeting)
	}
}
