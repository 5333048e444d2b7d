package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	callTimeout   = 10 * time.Second
	longestAnswer = 1 << 20  // bytes that are read
	keptAnswer    = 64 << 10 // bytes
)

// CallerConfig says where calls may go.
type CallerConfig struct {
	URL    string         // of this site as people see it
	Listen net.Addr       // where this process listens
	Allow  []netip.Prefix // networks that may be called although they are not public
	Now    func() time.Time
}

// Caller calls addresses that people have typed in. It reaches public hosts and those of the allowed networks, never
// this site itself, follows no redirect and uses no proxy: where the name led to is checked when the connection is made.
type Caller struct {
	client *http.Client
	fence  *fence
	now    func() time.Time
}

// NewCaller returns a Caller; one can serve the whole program.
func NewCaller(c CallerConfig) *Caller {
	f := newFence(c)
	dialer := &net.Dialer{Timeout: callTimeout, ControlContext: f.control}
	// A connection of its own for each call: none outlives what the names and the rules said when it was made.
	return &Caller{fence: f, now: c.Now, client: &http.Client{
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: callTimeout,
			MaxResponseHeaderBytes: keptAnswer, DisableKeepAlives: true,
		},
	}}
}

// Call is a request to an address outside.
type Call struct {
	Method string
	URL    string
	Header http.Header
	Body   string // "" is none
	Key    string // the same at every repetition of the call
}

// CallAnswer is what came back, whatever its status says.
type CallAnswer struct {
	Status     int
	Body       []byte        // the first 64 kB
	RetryAfter time.Duration // what the answer asks for, 0 when nothing
}

// CallError says why there was no answer, in words that hold nothing of the call.
type CallError struct {
	Text      string
	Permanent bool // the call itself is at fault, another attempt would end alike
}

func (e *CallError) Error() string { return e.Text }

// Call makes one call within 10 seconds. Its errors are *CallError.
func (c *Caller) Call(ctx context.Context, call Call) (CallAnswer, error) {
	r, err := c.request(ctx, call)
	if err != nil {
		return CallAnswer{}, err
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return CallAnswer{}, explainCall(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return CallAnswer{}, explainCall(err)
	}
	return CallAnswer{
		Status: answer.StatusCode, Body: body[:min(len(body), keptAnswer)],
		RetryAfter: c.retryAfter(answer.Header.Get("Retry-After")),
	}, nil
}

func (c *Caller) request(ctx context.Context, call Call) (*http.Request, error) {
	u, err := url.Parse(call.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, &CallError{Permanent: true, Text: "The address cannot be called. Use one like https://example.com/hook."}
	}
	if c.fence.isOwnName(u) {
		return nil, errOwnAddress()
	}
	var body io.Reader
	if call.Body != "" {
		body = strings.NewReader(call.Body)
	}
	r, err := http.NewRequestWithContext(ctx, call.Method, call.URL, body)
	if err != nil { // it quotes the address
		return nil, &CallError{Permanent: true, Text: "The address or the method cannot be used for a call. Check both."}
	}
	r.Header.Set("User-Agent", "Signalbox")
	if call.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if err := addHeader(r.Header, call.Header); err != nil {
		return nil, err
	}
	r.Header.Set("Idempotency-Key", call.Key)
	r.Header.Set("Webhook-Id", call.Key)
	return r, nil
}

// addHeader refuses what HTTP cannot carry, and what is between this host and the next alone.
func addHeader(to, from http.Header) error {
	for name, values := range from {
		switch http.CanonicalHeaderKey(name) {
		case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Trailer", "Te", "Expect":
			return &CallError{Permanent: true, Text: "The header " + name + " cannot be set for a call. Remove it."}
		}
		if !isToken(name) {
			return &CallError{Permanent: true, Text: "The name of a header is not one. Use letters, digits and dashes."}
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return &CallError{Permanent: true, Text: "The value of the header " + name + " has a line break or a control character. Set it again."}
			}
		}
		to[http.CanonicalHeaderKey(name)] = values
	}
	return nil
}

// isToken is RFC 9110's rule for the names of headers.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// retryAfter reads seconds or a date, RFC 9110.
func (c *Caller) retryAfter(text string) time.Duration {
	const longest = 365 * 24 * time.Hour
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longest)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(c.now()), 0), longest)
}
