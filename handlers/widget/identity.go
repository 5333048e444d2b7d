package widget

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"unicode/utf8"

	"signalbox/store"
	"signalbox/workflow/desk"
)

const (
	claimedID   = "identity_distinct_id"
	claimedHash = "identity_hash"
)

// identify reads who is calling: a browser session, an identity that the site has signed, or both at once.
func identify(widget store.Widget, in *input) *visit {
	v := &visit{widget: widget, in: in}
	session := sessionHash(in)
	claims := in.has(claimedID) || in.has(claimedHash)
	v.nobody = session == nil && (!claims || in.raw("widget_session_id") != "")
	switch id := in.raw(claimedID); {
	case !claims:
		v.caller.Session = session
	case signed(widget, id, in.raw(claimedHash)):
		v.caller = store.Visitor{Session: session, Identity: id}
	default:
		v.forged = true
	}
	return v
}

// signed reports whether hash is the HMAC-SHA256 of id with one of the team's secrets, as lower-case hex. It takes
// the same time for every hash.
func signed(widget store.Widget, id, hash string) bool {
	if id == "" || utf8.RuneCountInString(id) > desk.MaxDistinctID || desk.CheckText(claimedID, id) != nil {
		return false
	}
	valid := 0
	for _, secret := range []string{widget.IdentitySecret, widget.PreviousSecret} {
		if secret != "" {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(id))
			valid |= subtle.ConstantTimeCompare([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(hash))
		}
	}
	return valid == 1
}

// sessionHash is nil when the call names no session.
func sessionHash(in *input) []byte {
	id, err := desk.ParseID(in.raw("widget_session_id"))
	if err != nil {
		return nil
	}
	sum := sha256.Sum256([]byte(id.String()))
	return sum[:]
}

// callerKey is what the calls of one caller are counted by, nil for nobody's: what was sent, proven or not.
func callerKey(in *input) []byte {
	if !in.has(claimedID) && !in.has(claimedHash) {
		return sessionHash(in)
	}
	sum := sha256.Sum256([]byte(in.raw(claimedID) + in.raw(claimedHash)))
	return sum[:]
}
