package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
)

// An agent who has been led on takes the reply back from the ticket where they are now.
func TestAReplyIsTakenBackFromTheNextTicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		first, next := d.write(t, "Hello"), d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		ada.prefers("next")
		answer := ada.fragment(http.MethodPost, ticketPath(first)+"/messages?sort=number", url.Values{"body": {"Too soon"}, "hold": {"10"}})
		undo := answer.Find("#toasts [data-take-back], [hx-swap-oob] [data-take-back]")
		if answer.Find("#ticket").AttrOr("data-number", "") != numberText(next.Number) || undo.Length() != 1 {
			t.Fatalf("got ticket %q and %d ways to take back, want the next and one", answer.Find("#ticket").AttrOr("data-number", ""), undo.Length())
		}

		back := ada.fragment(http.MethodPost, undo.AttrOr("hx-post", ""), url.Values{})
		if back.Find("#ticket").AttrOr("data-number", "") != numberText(first.Number) || back.Find("#restored").Text() != "Too soon" || back.Find("[data-reply]").Length() != 0 {
			t.Errorf("taken back: got %d with ticket %q and the text %q, want the first with its text and nothing held",
				back.status, back.Find("#ticket").AttrOr("data-number", ""), back.Find("#restored").Text())
		}
		if got, want := undo.AttrOr("hx-push-url", ""), ticketPath(first)+"?sort=number"; got != want {
			t.Errorf("the address becomes %q, want %q", got, want)
		}

		answer = ada.fragment(http.MethodPost, ticketPath(first)+"/messages?sort=number", url.Values{"body": {"Now"}})
		if answer.Find("[data-toast] a").Length() != 1 || answer.Find("[data-take-back]").Length() != 0 {
			t.Error("a reply that is sent can be taken back, want only the way to its ticket")
		}
	})
}
