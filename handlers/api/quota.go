package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"signalbox/web"
)

// Quota says how often the programs of one team may call together; 0 is without limit.
type Quota struct {
	Minute, Hour int
}

// spend counts a call of the team and tells its program what is left, in the headers of
// draft-ietf-httpapi-ratelimit-headers-03: of two limits the one that it will meet first.
func (d *Door) spend(w http.ResponseWriter, r *http.Request, team int64) error {
	var least *web.Allowance
	for _, l := range []web.Limiter{
		{Counter: d.Counter, Name: "api minute", Limit: d.Quota.Minute, Window: time.Minute},
		{Counter: d.Counter, Name: "api hour", Limit: d.Quota.Hour, Window: time.Hour},
	} {
		if l.Limit <= 0 {
			continue
		}
		a, err := l.Spend(r.Context(), strconv.FormatInt(team, 10), d.Now())
		if err != nil {
			return err
		}
		if least == nil || a.Left < least.Left {
			least = &a
		}
		if a.Left < 0 {
			break // what one limit refuses does not use up the other
		}
	}
	if least == nil {
		return nil
	}
	tellLeft(w, *least)
	if least.Left < 0 {
		return throttle(w, *least)
	}
	return nil
}

// mostStrange is how many calls without a valid key a client may make in a minute before it is told to wait: it is for
// programs that go wrong, since nobody guesses 32 random bytes. A client with a valid key is never counted, whatever its
// neighbours do.
const mostStrange = 120

// refuseStranger counts a call without a valid key. refused is why it has none; one too many is told to wait instead.
func (d *Door) refuseStranger(w http.ResponseWriter, r *http.Request, refused error) error {
	strangers := web.Limiter{Counter: d.Counter, Name: "api stranger", Limit: mostStrange, Window: time.Minute}
	a, err := strangers.Spend(r.Context(), web.ClientKey(r), d.Now())
	switch {
	case err != nil:
		return err
	case a.Left < 0:
		tellLeft(w, a)
		return throttle(w, a)
	}
	return refused
}

func tellLeft(w http.ResponseWriter, a web.Allowance) {
	h := w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(a.Limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(a.Left, 0)))
	h.Set("RateLimit-Reset", strconv.Itoa(wholeSeconds(a.Reset)))
}

func throttle(w http.ResponseWriter, a web.Allowance) error {
	seconds := wholeSeconds(a.Reset)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &refusal{status: http.StatusTooManyRequests, body: throttled{
		Type: "throttled_error", Code: "throttled",
		Detail: fmt.Sprintf("Request was throttled. Expected available in %d seconds.", seconds),
	}}
}

// throttled is the body of 429.
type throttled struct {
	Type   string  `json:"type"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
	Attr   *string `json:"attr"` // always null
}

// wholeSeconds rounds up: whoever waits that long is let in.
func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
