package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is the one browser of a test run. It starts with the first person who needs it.
type chromium struct {
	once sync.Once
	ctx  context.Context
	end  []context.CancelFunc
	err  error
}

var browser chromium

func (c *chromium) start() (context.Context, error) {
	c.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("allow-pre-commit-input", true)) // on a busy machine a click may come before the page's first picture
		allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, endBrowser := chromedp.NewContext(allocator)
		c.ctx, c.end = ctx, []context.CancelFunc{endBrowser, endAllocator}
		c.err = chromedp.Do(ctx)
	})
	return c.ctx, c.err
}

func (c *chromium) stop() {
	for _, end := range c.end {
		end()
	}
}

// person sits before a window of their own, with cookies of their own.
type person struct {
	t    *testing.T
	name string
	tab  context.Context

	mu      sync.Mutex
	console []string // what a page complained of
}

// newPerson opens a window. An error on any page's console fails the test, and so does a breach of its
// content security policy, which the browser reports there.
func newPerson(t *testing.T, name string) *person {
	t.Helper()
	root, err := browser.start()
	if err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	p := &person{t: t, name: name}
	tab, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	p.tab = tab
	t.Cleanup(func() {
		if t.Failed() {
			p.picture()
		}
		cancel()
		p.complain()
	})
	// The first run starts the window, so it takes the context that lasts as long as the test.
	if err := chromedp.Do(tab, chromedp.EmulateViewport(1440, 900)); err != nil {
		t.Fatalf("open a window for %s: %v", name, err)
	}
	return p
}

func (p *person) listen(ev any) {
	var text string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text = ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type != runtime.ConsoleAPICalledTypeError && ev.Type != runtime.ConsoleAPICalledTypeWarning {
			return
		}
		for _, arg := range ev.Args {
			text += fmt.Sprintf("%s%s ", arg.Value, arg.Description)
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != log.EntryLevelError {
			return
		}
		text = ev.Entry.Text + " " + ev.Entry.URL
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.console = append(p.console, text)
}

func (p *person) complain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range p.console {
		p.t.Errorf("%s's console: %s", p.name, text)
	}
}

// picture keeps what the person saw when the test failed.
func (p *person) picture() {
	ctx, cancel := context.WithTimeout(p.tab, 10*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("no picture of %s's window: %v", p.name, err)
		return
	}
	file := filepath.Join(os.TempDir(), "signalbox-"+strings.ReplaceAll(p.name, " ", "-")+".png") // outlives the test
	if err := os.WriteFile(file, png, 0o600); err != nil {
		p.t.Logf("keep the picture of %s's window: %v", p.name, err)
		return
	}
	p.t.Logf("%s's window: %s", p.name, file)
}

// do runs steps within the patience of a test.
func (p *person) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %s: %v", p.name, what, err)
	}
}

func (p *person) open(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
	p.until("the page with its scripts", `document.readyState === "complete"`)
}

func (p *person) click(css string) {
	p.t.Helper()
	p.do("see "+css, chromedp.WaitVisible(chromedp.CSS(css)))
	// A page whose styles are still on their way moves under the pointer.
	p.until("the page of "+css+" to be complete", `document.readyState === "complete"`)
	p.do("click "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// write replaces what a field holds, key by key.
func (p *person) write(css, text string) {
	p.t.Helper()
	p.do("write into "+css,
		chromedp.Focus(chromedp.CSS(css), chromedp.NodeVisible),
		strokes("a", kb.ModifierCtrl), strokes(text))
}

// press types keys where the focus is.
func (p *person) press(keys string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	p.do("press "+keys, strokes(keys, modifiers...))
}

// strokes are keys as a keyboard sends them: a key that a page takes brings no character.
func strokes(keys string, modifiers ...chromedp.Modifier) chromedp.Action[chromedp.Void] {
	return chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...), func(key *input.DispatchKeyEventParams) {
		if key.Type == kb.KeyDown {
			key.Type = kb.KeyRawDown
		}
	})
}

// choose picks an option by its words or its value. The list of a select is no part of the page, so no mouse reaches it.
func (p *person) choose(css, words string) {
	p.t.Helper()
	p.until("the choice "+words+" in "+css, fmt.Sprintf(`(() => {
		const select = document.querySelector(%[1]q);
		const option = [...select?.options ?? []].find((o) => o.text.trim() === %[2]q || o.value === %[2]q);
		if (!option) return false;
		select.focus();
		select.value = option.value;
		select.dispatchEvent(new Event("input", {bubbles: true}));
		select.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})()`, css, words))
}

// pick chooses an option as a keyboard does, where no script could hear of a change.
func (p *person) pick(css, letters string) {
	p.t.Helper()
	p.do("pick "+letters+" in "+css, chromedp.Focus(chromedp.CSS(css), chromedp.NodeVisible), strokes(letters))
}

// see waits for an element; with words, until it has them.
func (p *person) see(css string, words ...string) {
	p.t.Helper()
	if len(words) == 0 {
		p.do("see "+css, chromedp.WaitVisible(chromedp.CSS(css)))
		return
	}
	for _, w := range words {
		p.until(fmt.Sprintf("%q in %s", w, css), fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))`, css, w))
	}
}

// until waits for a JavaScript expression, over the loading of pages too.
func (p *person) until(what, expression string) {
	p.t.Helper()
	eventually(p.t, p.name+" waits for "+what, func() bool {
		ctx, cancel := context.WithTimeout(p.tab, patience)
		defer cancel()
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && holds
	})
}

// read is the value of a JavaScript expression now.
func (p *person) read(expression string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		p.t.Fatalf("%s: evaluate %s: %v", p.name, expression, err)
	}
	return text
}

// withoutScripts switches scripts off in this window.
func (p *person) withoutScripts() {
	p.t.Helper()
	p.do("switch scripts off", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// login brings a member whom the tests have made to their tickets, with a cookie from before.
func (p *person) login(server, email string) {
	p.t.Helper()
	p.carry(login(p.t, server, email))
	p.open(server + "/tickets")
	p.see("#tickets")
}

// carry takes the cookies of a client.
func (p *person) carry(c *client) {
	p.t.Helper()
	u, err := url.Parse(c.server)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, cookie := range c.http.Jar.Cookies(u) {
		p.do("carry the cookie "+cookie.Name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, network.SetCookies, network.SetCookiesParams{
				Cookies: []*network.CookieParam{{Name: cookie.Name, Value: cookie.Value, URL: c.server}},
			})
			return err
		}))
	}
}

// signIn goes through the page where members sign in.
func (p *person) signIn(server, email, password string) {
	p.t.Helper()
	p.open(server + "/login")
	p.write("[name=email]", email)
	p.write("[name=password]", password)
	p.click("form button.primary")
	p.see("#tickets")
}
