package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/a-h/templ"
)

func page(text string, err error) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, text)
		return err
	})
}

func TestRenderSendsTheWholePage(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if err := Render(w, r, http.StatusUnprocessableEntity, page("<p>No</p>", nil)); err != nil {
		t.Fatalf("Render: %v", err)
	}
	if w.Code != 422 || w.Body.String() != "<p>No</p>" {
		t.Errorf("got %d %q, want 422 and the page", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Content-Length": "9",
		"Vary": "HX-Request, HX-Request-Type", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestAPageThatBreaksOffSendsNothing(t *testing.T) {
	broken := errors.New("broken")
	w := httptest.NewRecorder()
	err := Render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, page("half", broken))
	if !errors.Is(err, broken) {
		t.Errorf("Render = %v, want the page's error", err)
	}
	if w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("sent %q with %v, want nothing", w.Body, w.Header())
	}
	if err := Render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, page("next", nil)); err != nil || w.Body.String() != "next" {
		t.Errorf("the next page is %q (%v), want no rest of the broken one", w.Body, err)
	}
}

func TestFragmentsAreWhatHtmxCallsPartial(t *testing.T) {
	tests := []struct {
		request, kind string
		want          bool
	}{
		{"", "", false},
		{"true", "partial", true},
		{"true", "full", false}, // boosted link, history, hx-select
	}
	for _, test := range tests {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("HX-Request", test.request)
		r.Header.Set("HX-Request-Type", test.kind)
		if got := IsFragment(r); got != test.want {
			t.Errorf("IsFragment(%q, %q) = %t, want %t", test.request, test.kind, got, test.want)
		}
	}
}

func TestRedirectFitsTheAsker(t *testing.T) {
	form := httptest.NewRequest(http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	Redirect(w, form, "/tickets")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/tickets" {
		t.Errorf("plain form = %d to %q, want 303 to /tickets", w.Code, w.Header().Get("Location"))
	}

	fragment := httptest.NewRequest(http.MethodPost, "/", nil)
	fragment.Header.Set("HX-Request", "true")
	w = httptest.NewRecorder()
	Redirect(w, fragment, "/tickets")
	if w.Code != http.StatusNoContent || w.Header().Get("HX-Redirect") != "/tickets" {
		t.Errorf("fragment = %d to %q, want 204 with HX-Redirect", w.Code, w.Header().Get("HX-Redirect"))
	}
}

func TestLocalPathStaysOnThisSite(t *testing.T) {
	for path, want := range map[string]string{
		"/tickets?page=2": "/tickets?page=2", "": "/home", "tickets": "/home", "https://evil.example": "/home",
		"//evil.example": "/home", `/\evil.example`: "/home", "/\t/evil.example": "/home", "javascript:x": "/home",
	} {
		if got := LocalPath(path, "/home"); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestPreloadsOfTheBrowserAreKnown(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if IsPreload(r) {
		t.Error("a plain request counts as a preload")
	}
	r.Header.Set("Sec-Purpose", "prefetch;prerender")
	if !IsPreload(r) {
		t.Error("Sec-Purpose: prefetch;prerender does not count as a preload")
	}
}
