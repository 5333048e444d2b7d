package widget_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"signalbox/store/storetest"
)

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	f := newFixture(t, storetest.SQLite(t))
	const ticket = "/messages/018f0000-0000-7000-8000-00000000000a"
	for path, want := range map[string]string{
		base + "/message":                  "POST, OPTIONS",
		base + "/message/":                 "POST, OPTIONS",
		base + ticket:                      "GET, HEAD, OPTIONS",
		base + ticket + "/read":            "POST, OPTIONS",
		base + "/tickets":                  "GET, HEAD, OPTIONS",
		base + "/restore":                  "POST, OPTIONS",
		base + "/restore/request":          "POST, OPTIONS",
		base + "/upload":                   "POST, OPTIONS",
		base + "/events":                   "GET, OPTIONS",
		base + "/files/x":                  "GET, HEAD, OPTIONS",
		base + "/availability":             "GET, HEAD, OPTIONS",
		"/array/" + f.token + "/config":    "GET, HEAD, OPTIONS",
		"/array/" + f.token + "/config.js": "GET, HEAD, OPTIONS",
		"/flags/":                          "POST, OPTIONS",
		"/i/v0/e/":                         "POST, OPTIONS",
	} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
			a := f.do(method, path, "")
			wantStatus(t, method+" "+path, a, http.StatusMethodNotAllowed)
			wantSame(t, method+" "+path+": Allow", a.header.Get("Allow"), want)
			if a.word("error") == "" {
				t.Errorf("%s %s: no sentence in %s", method, path, a.text)
			}
		}
	}
	wantStatus(t, "HEAD of a stream", f.do(http.MethodHead, base+"/events?widget_session_id="+ours, ""), http.StatusMethodNotAllowed)
	wantStatus(t, "an unknown address", f.do(http.MethodPut, base+"/nothing", ""), http.StatusNotFound)
}

func TestWhatIsAskedForAnswersHEADAsGET(t *testing.T) {
	f := newFixture(t, storetest.SQLite(t))
	id := f.open("Hello")
	for path, want := range map[string]int{
		base + "/messages/" + id + "?widget_session_id=" + ours:  http.StatusOK,
		base + "/messages/" + id + "?widget_session_id=" + other: http.StatusForbidden,
		base + "/tickets?widget_session_id=" + ours:              http.StatusOK,
		base + "/tickets": http.StatusBadRequest,
		base + "/availability?widget_session_id=" + ours: http.StatusOK,
		"/array/" + f.token + "/config":                  http.StatusOK,
		"/array/" + f.token + "/config.js":               http.StatusOK,
		"/array/no-such-token/config":                    http.StatusNotFound,
	} {
		wantStatus(t, "HEAD "+path, f.do(http.MethodHead, path, ""), want)
		wantStatus(t, "GET "+path, f.do(http.MethodGet, path, ""), want)
	}
}

func TestTheContactPagesAnswerHEADAsGET(t *testing.T) {
	f := newFixture(t, storetest.SQLite(t))
	contact, private := "/contact/"+f.token, f.contact(nil, "photo.png", "no photo")
	file := f.visit(private).Find(".msg-files .file a").AttrOr("href", "")
	for path, want := range map[string]int{
		contact: http.StatusOK, contact + "/theme.css": http.StatusOK, private: http.StatusOK, file: http.StatusOK,
		contact + "x": http.StatusNotFound, private + "/renew": http.StatusMethodNotAllowed,
		private + "?before=" + f.store.NewID().String(): http.StatusNotFound,
	} {
		for _, method := range []string{http.MethodHead, http.MethodGet} {
			wantPage(t, method+" "+path, f.page(httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)), want)
		}
	}
}
