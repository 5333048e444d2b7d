package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// metric is the value of the line that begins with name, "" without one.
func metric(body, name string) string {
	for line := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func TestMetricsTellWhatTheServerDoes(t *testing.T) {
	s := serve(t, filepath.Join(t.TempDir(), "data"), "--demo")
	s.get("/tickets/12")
	s.get("/hooks/a-secret")
	s.get("/no/such/address")
	status, body := s.get("/metrics")
	if status != http.StatusOK {
		t.Fatalf("GET /metrics = %d %s", status, body)
	}
	for name, want := range map[string]string{
		`signalbox_http_requests_total{method="GET",route="/tickets/{number}",status="303"}`: `1`,
		`signalbox_http_requests_total{method="GET",route="/*",status="404"}`:                `1`,
		`signalbox_http_request_seconds_count{route="/tickets/{number}"}`:                    `1`,
		`signalbox_database_up`:                                     `1`,
		`signalbox_events{state="waiting"}`:                         `0`,
		`signalbox_events{state="parked"}`:                          `0`,
		`signalbox_event_oldest_waiting_seconds`:                    `0`,
		`signalbox_jobs{state="waiting"}`:                           `\d+`,
		`signalbox_jobs{state="failed"}`:                            `\d+`,
		`signalbox_live_streams`:                                    `0`,
		`signalbox_database_connections{pool="write",state="most"}`: `1`,
		`signalbox_database_waits_total{pool="read"}`:               `\d+`,
		`go_goroutines`:                                             `\d+`,
	} {
		if got := metric(body, name); !regexp.MustCompile(`^` + want + `$`).MatchString(got) {
			t.Errorf("%s is %q, want %s", name, got, want)
		}
	}
	if !strings.Contains(body, "signalbox_build_info{go=") {
		t.Error("the build is not told of")
	}
	if strings.Contains(body, "a-secret") || strings.Contains(body, "/tickets/12") {
		t.Error("an address of a request is told")
	}
	if r := s.stop(); r.code != exitDone {
		t.Errorf("serve ended with %+v", r)
	}
}

func TestAProxyThatHidesItselfIsKnownByItsOldHTTP(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080/metrics", http.NoBody)
	r.RemoteAddr, r.Proto, r.ProtoMinor = "127.0.0.1:5", "HTTP/1.0", 0 // what nginx makes of a bare proxy_pass
	if maySeeInside(r, "") {
		t.Error("whoever asks a bare nginx on this machine sees inside")
	}
}

func TestMetricsAreShownToTheTokenOrToThisMachineAlone(t *testing.T) {
	m := newMeters()
	for _, test := range []struct {
		name, token, from, host string
		header                  [2]string
		status                  int
	}{
		{"this machine", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{}, 200},
		{"this machine by IPv6", "", "[::1]:5", "[::1]:8080", [2]string{}, 200},
		{"this machine, mapped", "", "[::ffff:127.0.0.1]:5", "localhost", [2]string{}, 200},
		{"another", "", "192.0.2.1:5", "127.0.0.1:8080", [2]string{}, 403},
		{"another without a token set", "", "192.0.2.1:5", "desk.test", [2]string{"Authorization", "Bearer "}, 403},
		{"another with the token", "s3cret", "192.0.2.1:5", "desk.test", [2]string{"Authorization", "Bearer s3cret"}, 200},
		{"another with a wrong one", "s3cret", "192.0.2.1:5", "desk.test", [2]string{"Authorization", "Bearer s3cre"}, 403},
		{"another scheme", "s3cret", "192.0.2.1:5", "desk.test", [2]string{"Authorization", "s3cret"}, 403},
		{"this machine beside a token", "s3cret", "127.0.0.1:5", "127.0.0.1:8080", [2]string{}, 200},
		{"passed on by a proxy", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"X-Forwarded-For", "127.0.0.1"}, 403},
		{"by one of another kind", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"Forwarded", "for=127.0.0.1"}, 403},
		{"by a third", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"X-Real-IP", "127.0.0.1"}, 403},
		{"by a fourth", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"Via", "1.1 proxy"}, 403},
		{"by one that tells the host", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"X-Forwarded-Host", ""}, 403},
		{"by one that tells whom it met", "", "127.0.0.1:5", "127.0.0.1:8080", [2]string{"CF-Connecting-IP", "192.0.2.1"}, 403},
		{"passed on, with the token", "s3cret", "127.0.0.1:5", "desk.test", [2]string{"Authorization", "Bearer s3cret"}, 200},
		{"meant for another host", "", "127.0.0.1:5", "desk.test", [2]string{}, 403},
		{"no address", "", "@", "127.0.0.1", [2]string{}, 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
		r.RemoteAddr, r.Host = test.from, test.host
		if test.header[0] != "" {
			r.Header.Set(test.header[0], test.header[1])
		}
		w := httptest.NewRecorder()
		m.scrape(test.token, discarded())(w, r)
		if w.Code != test.status {
			t.Errorf("%s: got %d, want %d", test.name, w.Code, test.status)
		}
		if body, err := io.ReadAll(w.Body); err != nil || strings.Contains(string(body), "go_goroutines") != (test.status == 200) {
			t.Errorf("%s: %d with the body %.60s", test.name, w.Code, body)
		}
	}
}
