package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// receiver is a host outside that answers with h.
func receiver(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func localCaller() *Caller {
	return NewCaller(CallerConfig{URL: "https://desk.test", Allow: loopback(), Now: time.Now})
}

// refusal calls and returns the refusal, which there must be.
func refusal(t *testing.T, c *Caller, call Call) *CallError {
	t.Helper()
	answer, err := c.Call(t.Context(), call)
	var refused *CallError
	if !errors.As(err, &refused) {
		t.Fatalf("%s: got %+v, %v, want a refusal", call.URL, answer, err)
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%s: the refusal tells a secret: %v", call.URL, err)
	}
	return refused
}

func TestACallCarriesItsKeyAndWhatItWasGiven(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	var got *http.Request
	var body []byte
	address := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"id":7}`)
	})
	answer, err := localCaller().Call(t.Context(), Call{
		Method: http.MethodPut, URL: address + "/in?a=1", Key: "k-1", Body: `{"a":1}`,
		Header: http.Header{"x-api-key": {"s3cret"}, "Content-Type": {"text/plain"}, "Idempotency-Key": {"mine"}},
	})
	if err != nil || answer.Status != http.StatusAccepted || string(answer.Body) != `{"id":7}` {
		t.Fatalf("got %+v, %v, want the answer", answer, err)
	}
	if got.Method != http.MethodPut || got.URL.String() != "/in?a=1" || string(body) != `{"a":1}` {
		t.Errorf("got %s %s %s, want what was asked", got.Method, got.URL, body)
	}
	for name, want := range map[string]string{
		"Idempotency-Key": "k-1", "Webhook-Id": "k-1", "User-Agent": "Signalbox", "X-Api-Key": "s3cret", "Content-Type": "text/plain",
	} {
		if values := got.Header.Values(name); len(values) != 1 || values[0] != want {
			t.Errorf("%s: got %q, want %q", name, values, want)
		}
	}
}

func TestHostsThatAreNotPublicAreRefusedUnlessAllowed(t *testing.T) {
	reached := false
	address := receiver(t, func(http.ResponseWriter, *http.Request) { reached = true })
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	strict := NewCaller(CallerConfig{URL: "https://desk.test", Now: time.Now})
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "127.1.2.3", "10.0.0.1", "172.16.0.1",
		"192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "224.0.0.1", "255.255.255.255",
	} {
		refused := refusal(t, strict, Call{Method: "GET", URL: "http://" + host + ":" + u.Port() + "/?s3cret"})
		if !refused.Permanent || !strings.Contains(refused.Text, "--webhook-allow") {
			t.Errorf("%s: got %+v, want it refused for good with what to do", host, refused)
		}
	}
	if reached {
		t.Error("a refused call reached the host")
	}
	if _, err := localCaller().Call(t.Context(), Call{Method: "GET", URL: address}); err != nil || !reached {
		t.Errorf("an allowed host: got %v, want an answer", err)
	}
}

func TestTheSiteNeverCallsItself(t *testing.T) {
	address := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("the site was called") })
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listen, err := net.ResolveTCPAddr("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	everywhere := &net.TCPAddr{IP: net.IPv6unspecified, Port: listen.Port}
	for name, test := range map[string]struct {
		config CallerConfig
		call   string
	}{
		"where it listens":                  {CallerConfig{Listen: listen}, address},
		"a name of where it listens":        {CallerConfig{Listen: listen}, "http://localhost:" + u.Port()},
		"the unspecified address":           {CallerConfig{Listen: listen}, "http://0.0.0.0:" + u.Port()},
		"it listens everywhere":             {CallerConfig{Listen: everywhere}, address},
		"the address that people see":       {CallerConfig{URL: address}, address + "/in"},
		"in another spelling":               {CallerConfig{URL: "https://desk.test"}, "https://DESK.test.:443/in"},
		"with the port that the scheme has": {CallerConfig{URL: "http://desk.test"}, "http://desk.test:80"},
	} {
		test.config.Allow, test.config.Now = append(loopback(), netip.MustParsePrefix("0.0.0.0/0")), time.Now
		if refused := refusal(t, NewCaller(test.config), Call{Method: "GET", URL: test.call}); !refused.Permanent || !strings.Contains(refused.Text, "may not call itself") {
			t.Errorf("%s: got %+v, want it refused for good", name, refused)
		}
	}
}

func TestANameThatLeadsToTheSiteIsTheSite(t *testing.T) {
	f := newFence(CallerConfig{URL: "https://desk.test", Allow: []netip.Prefix{netip.MustParsePrefix("9.9.9.9/32")}})
	f.lookup = func(_ context.Context, _, host string) ([]netip.Addr, error) {
		if host != "desk.test" {
			return nil, errors.New("who?")
		}
		return []netip.Addr{netip.MustParseAddr("::ffff:8.8.4.4"), netip.MustParseAddr("9.9.9.9")}, nil
	}
	for address, refused := range map[string]bool{
		"8.8.4.4:443": true, "8.8.4.4:80": false, "8.8.8.8:443": false,
		"9.9.9.9:443": false, // allowed: the proxy there serves others too
	} {
		if err := f.check(t.Context(), netip.MustParseAddrPort(address)); (err != nil) != refused {
			t.Errorf("%s: got %v, want refused %t", address, err, refused)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	address := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	answer, err := localCaller().Call(t.Context(), Call{Method: "POST", URL: address, Body: "{}"})
	if err != nil || answer.Status != http.StatusTemporaryRedirect {
		t.Errorf("got %+v, %v, want the redirect itself", answer, err)
	}
}

func TestLongAnswersAreCut(t *testing.T) {
	address := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 3<<20))
	})
	answer, err := localCaller().Call(t.Context(), Call{Method: "GET", URL: address})
	if err != nil || len(answer.Body) != 64<<10 {
		t.Errorf("got %d bytes, %v, want 64 kB", len(answer.Body), err)
	}
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := NewCaller(CallerConfig{Now: func() time.Time { return now }})
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-1": 0, "soon": 0, "99999999999999999999": 0, "4294967295": 365 * 24 * time.Hour,
		"Mon, 02 Mar 2026 10:00:00 GMT": time.Hour, "Mon, 02 Mar 2026 08:00:00 GMT": 0,
	} {
		if got := c.retryAfter(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestCallsThatCannotBeMadeSayWhyWithoutQuoting(t *testing.T) {
	listen, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listen.Addr().String()
	_ = listen.Close()
	broken := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	for _, test := range []struct {
		call      Call
		want      string
		permanent bool
	}{
		{Call{URL: closed + "/s3cret"}, "refuses connections", false},
		{Call{URL: broken + "/s3cret"}, "broke off", false},
		{Call{URL: secure.URL + "/s3cret"}, "no valid certificate", false},
		{Call{URL: strings.Replace(broken, "http:", "https:", 1) + "/s3cret"}, "does not speak TLS", false},
		{Call{URL: "ftp://s3cret.test/"}, "cannot be called", true},
		{Call{URL: "http://s3cret:%zz@host/"}, "cannot be called", true},
		{Call{URL: "/s3cret"}, "cannot be called", true},
		{Call{URL: closed, Method: "GET s3cret"}, "the method cannot be used", true},
		{Call{URL: closed, Header: http.Header{"X-A": {"s3cret\r\nX-B: 1"}}}, "header X-A has a line break", true},
		{Call{URL: closed, Header: http.Header{"X A": {"s3cret"}}}, "name of a header", true},
		{Call{URL: closed, Header: http.Header{"host": {"s3cret"}}}, "cannot be set", true},
	} {
		if refused := refusal(t, localCaller(), test.call); !strings.Contains(refused.Text, test.want) || refused.Permanent != test.permanent {
			t.Errorf("%+v: got %+v, want %q, permanent %t", test.call, refused, test.want, test.permanent)
		}
	}
}

func TestACallThatIsCutOffSaysSo(t *testing.T) {
	address := receiver(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(20*time.Millisecond))
	defer cancel()
	_, err := localCaller().Call(ctx, Call{URL: address})
	var refused *CallError
	if !errors.As(err, &refused) || refused.Permanent || !strings.Contains(refused.Text, "10 seconds") {
		t.Errorf("got %v, want a timeout", err)
	}
}
