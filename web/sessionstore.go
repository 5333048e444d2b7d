package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

const tokenBytes = 32

// recordKey holds the *SessionRecord among the values of a gorilla session;
// its type keeps it out of what is saved as JSON.
type recordKey struct{}

// SessionStore is a gorilla sessions.Store whose cookie holds a signed random
// token and nothing else; all the rest is in Sessions.
type SessionStore struct {
	db     Sessions
	codecs []securecookie.Codec
	name   string
	secure bool
}

var _ sessions.Store = (*SessionStore)(nil)

// NewSessionStore signs cookies with the first key and accepts those signed
// with any; keys are 32 bytes or more. publicURL decides whether cookies travel
// over https only.
func NewSessionStore(db Sessions, publicURL string, keys ...[]byte) (*SessionStore, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("sessions need a key of at least 32 bytes")
	}
	pairs := make([][]byte, 0, 2*len(keys))
	for _, key := range keys {
		if len(key) < 32 {
			return nil, fmt.Errorf("a session key has %d bytes and needs at least 32", len(key))
		}
		pairs = append(pairs, key, nil)
	}

	s := &SessionStore{db: db, codecs: securecookie.CodecsFromPairs(pairs...), name: "session"}
	for _, codec := range s.codecs {
		if sc, ok := codec.(*securecookie.SecureCookie); ok {
			sc.MaxAge(0) // only the database says when a session ends
		}
	}
	if strings.HasPrefix(publicURL, "https://") {
		// The prefix makes browsers refuse such a cookie from sibling sub-domains.
		s.name, s.secure = "__Host-session", true
	}
	return s, nil
}

// Get implements sessions.Store: the session of this request, read once.
func (s *SessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	g, err := sessions.GetRegistry(r).Get(s, name)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	return g, nil
}

// New implements sessions.Store. A cookie that is forged, expired or revoked
// gives a new, empty session; the error is the database's alone.
func (s *SessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	g := sessions.NewSession(s, name)
	g.IsNew = true
	g.Options = &sessions.Options{
		Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure,
	}
	g.Values[recordKey{}] = &SessionRecord{}

	token := s.token(r, name)
	if token == "" {
		return g, nil
	}
	record, err := s.db.LoadSession(r.Context(), hash(token))
	if isNotFound(err) {
		return g, nil
	}
	if err != nil {
		return g, fmt.Errorf("load: %w", err)
	}
	if !time.Now().Before(record.Expires) {
		return g, nil
	}
	if err := unpack(g, &record); err != nil {
		return g, err
	}
	g.ID, g.IsNew = token, false
	return g, nil
}

// Save implements sessions.Store: it writes the record, and the cookie of a new
// session. Options.MaxAge below zero deletes both.
func (s *SessionStore) Save(r *http.Request, w http.ResponseWriter, g *sessions.Session) error {
	record := recordOf(g)
	if g.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(g.Name(), "", g.Options))
		return s.forget(r.Context(), record)
	}

	values, err := pack(g)
	if err != nil {
		return err
	}
	record.Values = values
	if !g.IsNew {
		if err := s.db.UpdateSession(r.Context(), *record); err != nil {
			return fmt.Errorf("update session: %w", err)
		}
		return nil
	}

	g.ID = newToken()
	record.Hash = hash(g.ID)
	record.Created = time.Now()
	record.LastSeen = record.Created
	record.Expires = expiry(record, record.Created)
	if err := s.db.CreateSession(r.Context(), *record); err != nil {
		return fmt.Errorf("create session: %w", err)
	}
	g.IsNew = false
	return s.setCookie(w, g)
}

func (s *SessionStore) setCookie(w http.ResponseWriter, g *sessions.Session) error {
	signed, err := securecookie.EncodeMulti(g.Name(), g.ID, s.codecs...)
	if err != nil {
		return fmt.Errorf("sign session cookie: %w", err)
	}
	options := *g.Options
	options.MaxAge = int(time.Until(recordOf(g).Expires).Seconds())
	http.SetCookie(w, sessions.NewCookie(g.Name(), signed, &options))
	return nil
}

// token is what the cookie holds, or "" when there is none that we signed.
func (s *SessionStore) token(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	var token string
	if err := securecookie.DecodeMulti(name, cookie.Value, &token, s.codecs...); err != nil {
		return ""
	}
	return token
}

func recordOf(g *sessions.Session) *SessionRecord {
	record, ok := g.Values[recordKey{}].(*SessionRecord)
	if !ok {
		record = &SessionRecord{}
		g.Values[recordKey{}] = record
	}
	return record
}

func pack(g *sessions.Session) ([]byte, error) {
	values := make(map[string]any, len(g.Values))
	for key, value := range g.Values {
		if name, ok := key.(string); ok {
			values[name] = value
		}
	}
	packed, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("pack session values: %w", err)
	}
	return packed, nil
}

func unpack(g *sessions.Session, record *SessionRecord) error {
	g.Values[recordKey{}] = record
	var values map[string]any
	if len(record.Values) > 0 {
		if err := json.Unmarshal(record.Values, &values); err != nil {
			return fmt.Errorf("unpack session values: %w", err)
		}
	}
	for name, value := range values {
		g.Values[name] = value
	}
	return nil
}

func newToken() string {
	var raw [tokenBytes]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
