package web

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memorySessions keeps sessions as the database would.
type memorySessions struct {
	mu      sync.Mutex
	rows    map[string]SessionRecord
	touches int
	updates int
}

func newMemorySessions() *memorySessions {
	return &memorySessions{rows: make(map[string]SessionRecord)}
}

func (m *memorySessions) LoadSession(_ context.Context, hash []byte) (SessionRecord, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[string(hash)]
	if !ok {
		return SessionRecord{}, Refuse(KindNotFound, "There is no such session.")
	}
	return row, nil
}

func (m *memorySessions) CreateSession(_ context.Context, s SessionRecord) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[string(s.Hash)] = s
	return nil
}

func (m *memorySessions) UpdateSession(_ context.Context, s SessionRecord) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.updates++
	if _, ok := m.rows[string(s.Hash)]; !ok {
		return Refuse(KindNotFound, "There is no such session.")
	}
	m.rows[string(s.Hash)] = s
	return nil
}

func (m *memorySessions) TouchSession(_ context.Context, hash []byte, lastSeen, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touches++
	if row, ok := m.rows[string(hash)]; ok {
		row.LastSeen, row.Expires = lastSeen, expires
		m.rows[string(hash)] = row
	}
	return nil
}

func (m *memorySessions) DeleteSession(_ context.Context, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, string(hash))
	return nil
}

// browser keeps the cookies that a site sets.
type browser struct {
	t       *testing.T
	store   *SessionStore
	cookies map[string]*http.Cookie
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func newBrowser(t *testing.T, db Sessions, url string, keys ...[]byte) *browser {
	t.Helper()
	store, err := NewSessionStore(db, url, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, store: store, cookies: make(map[string]*http.Cookie)}
}

// visit runs do as a handler behind Load and returns the session it saw.
func (b *browser) visit(do func(w http.ResponseWriter, r *http.Request) error) Session {
	b.t.Helper()
	e, logged := testErrors()
	var seen Session
	h := b.store.Load(e)(e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		seen = SessionFrom(r)
		if do == nil {
			return nil
		}
		return do(w, r)
	}))
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := serve(h, r)
	if w.Code != http.StatusOK {
		b.t.Fatalf("visit = %d %q: %s", w.Code, w.Body, logged)
	}
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return seen
}

func (b *browser) login(user, team int64) {
	b.t.Helper()
	b.visit(func(w http.ResponseWriter, r *http.Request) error { return b.store.Login(w, r, user, team) })
}

func TestASignedInSessionIsKnownAtTheNextRequest(t *testing.T) {
	b := newBrowser(t, newMemorySessions(), "http://localhost", key(1))
	if s := b.visit(nil); s != (Session{}) || len(b.cookies) > 0 {
		t.Errorf("a stranger is %+v with %d cookies, want nobody and none", s, len(b.cookies))
	}
	b.login(7, 3)
	s := b.visit(nil)
	if s.UserID != 7 || s.TeamID != 3 || len(s.Key) != 64 {
		t.Errorf("session = %+v, want user 7, team 3 and a key", s)
	}
	b.visit(func(w http.ResponseWriter, r *http.Request) error { return b.store.SwitchTeam(w, r, 4) })
	if s := b.visit(nil); s.TeamID != 4 || s.UserID != 7 {
		t.Errorf("after switching: %+v, want user 7, team 4", s)
	}
}

func TestTheCookieIsProtected(t *testing.T) {
	for url, want := range map[string]struct {
		name   string
		secure bool
	}{
		"http://localhost:8080": {"session", false},
		"https://desk.example":  {"__Host-session", true},
	} {
		b := newBrowser(t, newMemorySessions(), url, key(1))
		b.login(7, 3)
		c := b.cookies[want.name]
		if c == nil {
			t.Fatalf("%s: no cookie %q", url, want.name)
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != want.secure || c.Domain != "" {
			t.Errorf("%s: cookie %+v, want HttpOnly, Lax, / and Secure %t", url, c, want.secure)
		}
	}
}

func TestSigningInRenewsTheToken(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.visit(func(w http.ResponseWriter, r *http.Request) error { return b.store.AddFlash(w, r, "Hello") })
	planted := *b.cookies["session"]
	b.login(7, 3)
	if b.cookies["session"].Value == planted.Value {
		t.Error("the token is the one from before signing in")
	}
	b.visit(func(w http.ResponseWriter, r *http.Request) error {
		if kept, err := b.store.Flashes(w, r); len(kept) > 0 || err != nil {
			t.Errorf("values from before signing in are kept: %q, %v", kept, err)
		}
		return nil
	})
	b.cookies["session"] = &planted
	if s := b.visit(nil); s.UserID != 0 {
		t.Errorf("the old token is user %d, want nobody", s.UserID)
	}
	if got := len(db.rows); got != 1 {
		t.Errorf("%d sessions are kept, want 1", got)
	}
}

func TestARevokedSessionIsNobody(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	clear(db.rows)
	if s := b.visit(nil); s != (Session{}) {
		t.Errorf("session = %+v, want nobody", s)
	}
}

func TestARequestUnderWayDoesNotReviveARevokedSession(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	b.visit(func(w http.ResponseWriter, r *http.Request) error {
		clear(db.rows)
		if err := b.store.AddFlash(w, r, "Saved"); status(err) != http.StatusNotFound {
			t.Errorf("saving a revoked session = %v, want not found", err)
		}
		return nil
	})
	if len(db.rows) > 0 {
		t.Error("the session is back")
	}
}

func TestLoggingOutDeletesSessionAndCookie(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	b.visit(b.store.Logout)
	if len(db.rows) > 0 || len(b.cookies) > 0 {
		t.Errorf("%d sessions and %d cookies are left, want none", len(db.rows), len(b.cookies))
	}
}

func TestForgedCookiesNeverReachTheDatabase(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	forger := newBrowser(t, brokenSessions{db}, "http://localhost", key(2))
	forger.cookies = b.cookies
	if s := forger.visit(nil); s != (Session{}) {
		t.Errorf("a cookie signed with another key is %+v, want nobody", s)
	}
}

// brokenSessions fails when it is asked for a session.
type brokenSessions struct{ Sessions }

func (brokenSessions) LoadSession(context.Context, []byte) (SessionRecord, error) {
	return SessionRecord{}, Refuse(KindUnavailable, "The database is away.")
}

func TestADatabaseThatIsAwaySignsNobodyOut(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	e, _ := testErrors()
	b.store.db = brokenSessions{db}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(b.cookies["session"])
	w := serve(b.store.Load(e)(http.NotFoundHandler()), r)
	if w.Code != http.StatusServiceUnavailable || len(w.Result().Cookies()) > 0 {
		t.Errorf("got %d and cookies %v, want 503 and none", w.Code, w.Result().Cookies())
	}
}

func TestKeysRotate(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	next := newBrowser(t, db, "http://localhost", key(2), key(1))
	next.cookies = b.cookies
	if s := next.visit(nil); s.UserID != 7 {
		t.Errorf("a cookie of the previous key is user %d, want 7", s.UserID)
	}
	if _, err := NewSessionStore(db, "http://localhost", []byte("short")); err == nil {
		t.Error("a short key is accepted")
	}
	if _, err := NewSessionStore(db, "http://localhost"); err == nil {
		t.Error("no key is accepted")
	}
}

func TestFlashesAreShownOnce(t *testing.T) {
	db := newMemorySessions()
	b := newBrowser(t, db, "http://localhost", key(1))
	b.login(7, 3)
	b.visit(func(w http.ResponseWriter, r *http.Request) error {
		if err := b.store.AddFlash(w, r, "Saved."); err != nil {
			return err
		}
		return b.store.AddFlash(w, r, "Sent.")
	})
	var shown [][]string
	show := func(w http.ResponseWriter, r *http.Request) error {
		flashes, err := b.store.Flashes(w, r)
		shown = append(shown, flashes)
		return err
	}
	b.visit(show)
	writes := db.updates
	b.visit(show)
	if !slices.Equal(shown[0], []string{"Saved.", "Sent."}) || len(shown[1]) > 0 {
		t.Errorf("shown %q, want both once", shown)
	}
	if db.updates != writes {
		t.Error("a page without flashes wrote the session")
	}
}

func TestLastSeenIsWrittenAtMostOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := newMemorySessions()
		b := newBrowser(t, db, "http://localhost", key(1))
		b.login(7, 3)
		for range 12 { // two minutes of reading
			later(10 * time.Second)
			b.visit(nil)
		}
		if db.touches != 2 {
			t.Errorf("last seen was written %d times, want 2", db.touches)
		}
	})
}

func TestSessionsEndWhenIdleAndInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newMemorySessions(), "http://localhost", key(1))
		b.login(7, 3)
		later(idleLife)
		if s := b.visit(nil); s.UserID != 0 {
			t.Errorf("after %s without a request: user %d, want nobody", idleLife, s.UserID)
		}

		b.login(7, 3)
		lived := time.Duration(0)
		for b.visit(nil).UserID == 7 {
			later(24 * time.Hour)
			lived += 24 * time.Hour
		}
		if lived != totalLife {
			t.Errorf("a busy session lived %s, want %s", lived, totalLife)
		}
	})
}

// later moves the clock of a synctest bubble.
func later(d time.Duration) { <-time.After(d) }
