package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
)

const (
	idleLife  = 14 * 24 * time.Hour // without a request
	totalLife = 90 * 24 * time.Hour // however busy
	guestLife = time.Hour           // nobody has signed in yet
	touchGap  = time.Minute         // between two writes of last seen
)

// SessionRecord is a session as the database keeps it. It has no methods, so a
// struct with the same fields converts to it.
type SessionRecord struct {
	Hash     []byte // SHA-256 of the token in the cookie, unique
	UserID   int64  // 0 until someone signs in
	TeamID   int64  // the team being looked at, 0 when none
	Created  time.Time
	LastSeen time.Time // at most a minute behind
	Expires  time.Time
	Values   []byte // a JSON object, opaque
}

// Sessions is where sessions live, so that they can be revoked. A session that
// is not there is an error of kind not_found.
type Sessions interface {
	LoadSession(ctx context.Context, hash []byte) (SessionRecord, error)
	CreateSession(ctx context.Context, s SessionRecord) error
	// UpdateSession writes TeamID, LastSeen, Expires and Values; it never
	// creates, or a request under way would revive a revoked session.
	UpdateSession(ctx context.Context, s SessionRecord) error
	// TouchSession writes the two times alone; a missing session is no error.
	TouchSession(ctx context.Context, hash []byte, lastSeen, expires time.Time) error
	DeleteSession(ctx context.Context, hash []byte) error
}

// Session is what handlers see of the session; the zero value is a stranger.
type Session struct {
	UserID, TeamID int64
	// Key names the session outside, for its live streams' topic for example;
	// it is the hash in hex and no secret that lets anyone in.
	Key     string
	Created time.Time
}

type sessionKey struct{}

// SessionFrom returns the session that SessionStore.Load found.
func SessionFrom(r *http.Request) Session {
	s, _ := r.Context().Value(sessionKey{}).(Session)
	return s
}

// WithSession returns r as if s had sent it, for tests of handlers.
func WithSession(r *http.Request, s Session) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, s))
}

// Load reads the session of each request and notes that it was seen.
func (s *SessionStore) Load(e *Errors) Middleware {
	return func(next http.Handler) http.Handler {
		return e.Handle(func(w http.ResponseWriter, r *http.Request) error {
			g, err := s.Get(r, s.name)
			if err != nil {
				return err
			}
			record := recordOf(g)
			if !g.IsNew {
				if err := s.touch(w, r, g); err != nil {
					return err
				}
			}
			next.ServeHTTP(w, WithSession(r, view(record)))
			return nil
		})
	}
}

func view(record *SessionRecord) Session {
	if len(record.Hash) == 0 {
		return Session{}
	}
	return Session{
		UserID: record.UserID, TeamID: record.TeamID,
		Key: hex.EncodeToString(record.Hash), Created: record.Created,
	}
}

func (s *SessionStore) touch(w http.ResponseWriter, r *http.Request, g *sessions.Session) error {
	record, now := recordOf(g), time.Now()
	if now.Sub(record.LastSeen) < touchGap {
		return nil
	}
	record.LastSeen, record.Expires = now, expiry(record, now)
	if err := s.db.TouchSession(r.Context(), record.Hash, record.LastSeen, record.Expires); err != nil {
		return fmt.Errorf("note session seen: %w", err)
	}
	return s.setCookie(w, g)
}

func expiry(record *SessionRecord, now time.Time) time.Time {
	if record.UserID == 0 {
		return record.Created.Add(guestLife)
	}
	idle, total := now.Add(idleLife), record.Created.Add(totalLife)
	if total.Before(idle) {
		return total
	}
	return idle
}

// Login replaces whatever session the browser had by a new one with a new
// token, so that a token planted before signing in is worth nothing.
func (s *SessionStore) Login(w http.ResponseWriter, r *http.Request, userID, teamID int64) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	if err := s.forget(r.Context(), recordOf(g)); err != nil {
		return err
	}
	g.ID, g.IsNew = "", true
	clear(g.Values)
	g.Values[recordKey{}] = &SessionRecord{UserID: userID, TeamID: teamID}
	return g.Save(r, w)
}

// Logout ends the session here and in the database.
func (s *SessionStore) Logout(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	g.Options.MaxAge = -1
	return g.Save(r, w)
}

// SwitchTeam makes teamID the team being looked at; the caller has checked membership.
func (s *SessionStore) SwitchTeam(w http.ResponseWriter, r *http.Request, teamID int64) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	recordOf(g).TeamID = teamID
	return g.Save(r, w)
}

// AddFlash keeps a sentence for the next page that is shown. It opens a session
// for a stranger, so an address that anyone may call without limit must not use it.
func (s *SessionStore) AddFlash(w http.ResponseWriter, r *http.Request, sentence string) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	g.AddFlash(sentence)
	return g.Save(r, w)
}

// Flashes takes the sentences kept for this page; it writes only when there are any.
func (s *SessionStore) Flashes(w http.ResponseWriter, r *http.Request) ([]string, error) {
	g, err := s.Get(r, s.name)
	if err != nil {
		return nil, err
	}
	var sentences []string
	for _, flash := range g.Flashes() {
		if sentence, ok := flash.(string); ok {
			sentences = append(sentences, sentence)
		}
	}
	if len(sentences) == 0 {
		return nil, nil
	}
	return sentences, g.Save(r, w)
}

// forget deletes the record from the database; one that is gone already is fine.
func (s *SessionStore) forget(ctx context.Context, record *SessionRecord) error {
	if len(record.Hash) == 0 {
		return nil
	}
	err := s.db.DeleteSession(ctx, record.Hash)
	if err != nil && !isNotFound(err) {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

func isNotFound(err error) bool {
	var e kinded
	return errors.As(err, &e) && e.Kind() == KindNotFound
}
