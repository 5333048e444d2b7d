package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestSetupMakesTheFirstTeamOnceAndItsKeysDie(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		if has, err := s.HasUsers(ctx); has || err != nil {
			t.Fatalf("users of a new desk: got %v, %v, want none", has, err)
		}
		key, err := s.NewSetupKey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.CheckSetupKey(ctx, key); err != nil {
			t.Errorf("fresh key: got %v, want it to work", err)
		}
		wantKind(t, "wrong key", s.CheckSetupKey(ctx, key+"x"), desk.Forbidden)

		done, err := s.Setup(ctx, newDesk)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "used key", s.CheckSetupKey(ctx, key), desk.Forbidden)
		_, err = s.Setup(ctx, newDesk)
		wantKind(t, "second set-up", err, desk.Conflict)

		m, err := s.Member(ctx, done.TeamID, done.UserID)
		want := desk.Member{User: desk.User{ID: done.UserID, Email: "ann@example.com", Name: "Ann"}, TeamID: done.TeamID, Admin: true}
		if diff := cmp.Diff(want, m); err != nil || diff != "" {
			t.Errorf("admin: %v, -want +got:\n%s", err, diff)
		}
		w, err := s.WidgetByToken(ctx, done.WidgetToken)
		if err != nil || !w.Enabled || len(w.Domains) != 0 || w.Settings.RequireEmail || w.TeamName != "Acme" {
			t.Errorf("widget after set-up: got %+v, %v, want it enabled for every site", w, err)
		}
	})
}

func TestSetupKeyExpiresAfterADay(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key, err := s.NewSetupKey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		clock.add(24*time.Hour - time.Second)
		if err := s.CheckSetupKey(t.Context(), key); err != nil {
			t.Errorf("within the day: got %v, want it to work", err)
		}
		clock.add(time.Second)
		wantKind(t, "after a day", s.CheckSetupKey(t.Context(), key), desk.Forbidden)
	}, clock.use)
}

func TestOfManySetupsAtOnceOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		errs := atOnce(8, func(i int) error {
			n := newDesk
			n.AdminEmail = fmt.Sprintf("ann%d@example.com", i)
			_, err := s.Setup(t.Context(), n)
			return err
		})
		wantOneWinner(t, errs)
		if teams, err := s.Teams(t.Context()); err != nil || len(teams) != 1 {
			t.Errorf("teams: got %v, %v, want one", teams, err)
		}
	})
}

func TestBadNamesAndAddressesAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		for _, email := range []string{"", "ann", "@example.com", "ann@", "a@b@c", "a b@example.com", "a\x00@example.com", "a\x1b@example.com", strings.Repeat("a", 250) + "@b.de", "\xff@b.de"} {
			_, err := s.AddUser(t.Context(), store.NewUser{TeamID: team, Email: email, Name: "X"})
			wantKind(t, fmt.Sprintf("email %.20q", email), err, desk.Invalid)
		}
		for _, name := range []string{"", " \t ", strings.Repeat("é", 201), "a\x00b", "\xff", "a\nb", "a\tb", "a\x1b[1mb", "a\u2028b"} {
			_, err := s.AddUser(t.Context(), store.NewUser{TeamID: team, Email: "x@example.com", Name: name})
			wantKind(t, fmt.Sprintf("name %.20q", name), err, desk.Invalid)
			_, err = s.AddTeam(t.Context(), name)
			wantKind(t, fmt.Sprintf("team %.20q", name), err, desk.Invalid)
			_, err = s.AddRole(t.Context(), team, name)
			wantKind(t, fmt.Sprintf("role %.20q", name), err, desk.Invalid)
		}
		if _, err := s.AddTeam(t.Context(), strings.Repeat("é", 200)); err != nil {
			t.Errorf("name of 200 characters: got %v, want it taken", err)
		}
	})
}

func TestAnExistingUserJoinsASecondTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		first := setUp(t, s)
		second, err := s.AddTeam(ctx, "Beta")
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.AddUser(ctx, store.NewUser{TeamID: second.ID, Email: " ANN@Example.com ", Name: "Other", PasswordHash: "other"})
		if err != nil || id != first.UserID {
			t.Fatalf("join: got user %d, %v, want %d", id, err, first.UserID)
		}
		c, err := s.Credentials(ctx, "Ann@EXAMPLE.com")
		if err != nil || c.PasswordHash != "hash" || c.User.Name != "Ann" {
			t.Errorf("credentials: got %+v, %v, want them unchanged", c, err)
		}
		_, err = s.AddUser(ctx, store.NewUser{TeamID: second.ID, Email: "ann@example.com", Name: "Ann"})
		wantKind(t, "join twice", err, desk.Conflict)
		_, err = s.AddUser(ctx, store.NewUser{TeamID: 999, Email: "bob@example.com", Name: "Bob"})
		wantKind(t, "no such team", err, desk.NotFound)

		teams, err := s.TeamsOf(ctx, id)
		if err != nil || len(teams) != 2 || teams[0].Name != "Acme" || teams[1].Name != "Beta" {
			t.Errorf("teams of the user: got %v, %v, want Acme and Beta", teams, err)
		}
		if team, err := s.Team(ctx, second.ID); err != nil || team.WidgetToken != second.WidgetToken {
			t.Errorf("team: got %+v, %v, want token %q", team, err, second.WidgetToken)
		}
	})
}

func TestUnknownPeopleAndTeamsAreNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, done := t.Context(), setUp(t, s)
		other, err := s.AddTeam(ctx, "Beta")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Member(ctx, other.ID, done.UserID)
		wantKind(t, "member of another team", err, desk.NotFound)
		_, err = s.Team(ctx, 999)
		wantKind(t, "team", err, desk.NotFound)
		_, err = s.UserByEmail(ctx, "nobody@example.com")
		wantKind(t, "user", err, desk.NotFound)
		_, err = s.Credentials(ctx, "not an address\x00")
		wantKind(t, "hostile address", err, desk.NotFound)
		_, err = s.WidgetByToken(ctx, "wrong\x00\xff")
		wantKind(t, "widget token", err, desk.NotFound)
		wantKind(t, "password", s.SetPassword(ctx, 999, "x"), desk.NotFound)
		wantKind(t, "disable through another team", s.DisableUser(ctx, other.ID, done.UserID), desk.NotFound)
	})
}

func TestDisablingEndsSessionsAndKeepsTheLastAdmin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, done := t.Context(), setUp(t, s)
		wantKind(t, "last admin", s.DisableUser(ctx, done.TeamID, done.UserID), desk.Conflict)

		bob, err := s.AddUser(ctx, store.NewUser{TeamID: done.TeamID, Email: "bob@example.com", Name: "Bob"})
		if err != nil {
			t.Fatal(err)
		}
		role, err := s.AddRole(ctx, done.TeamID, "Support")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddRoleMember(ctx, done.TeamID, role, bob); err != nil {
			t.Fatal(err)
		}
		createSession(t, s, "bob", bob)
		createSession(t, s, "ann", done.UserID)
		if err := s.DisableUser(ctx, done.TeamID, bob); err != nil {
			t.Fatal(err)
		}

		_, err = s.LoadSession(ctx, []byte("bob"))
		wantKind(t, "session of the disabled user", err, desk.NotFound)
		if _, err := s.LoadSession(ctx, []byte("ann")); err != nil {
			t.Errorf("session of another user: got %v, want it kept", err)
		}
		d, err := s.Directory(ctx, done.TeamID)
		if err != nil || len(d.Users) != 1 || len(d.Roles[role].Members) != 0 {
			t.Errorf("directory: got %+v, %v, want Bob gone", d, err)
		}
		if c, err := s.Credentials(ctx, "bob@example.com"); err != nil || !c.User.Disabled {
			t.Errorf("credentials: got %+v, %v, want them disabled", c, err)
		}
		if members, err := s.Members(ctx, done.TeamID); err != nil || len(members) != 2 || !members[1].Disabled {
			t.Errorf("members: got %+v, %v, want Bob shown as disabled", members, err)
		}
	})
}

func TestRolesHaveUniqueNamesAndMembersOfTheirTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, done := t.Context(), setUp(t, s)
		other, err := s.AddTeam(ctx, "Beta")
		if err != nil {
			t.Fatal(err)
		}
		role, err := s.AddRole(ctx, done.TeamID, " Senior Support ")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.AddRole(ctx, done.TeamID, "senior SUPPORT")
		wantKind(t, "name in other case", err, desk.Conflict)
		if _, err := s.AddRole(ctx, other.ID, "Senior Support"); err != nil {
			t.Errorf("same name in another team: got %v, want it free", err)
		}

		wantKind(t, "role of another team", s.AddRoleMember(ctx, other.ID, role, done.UserID), desk.NotFound)
		wantKind(t, "user of no team", s.AddRoleMember(ctx, done.TeamID, role, 999), desk.NotFound)
		for range 2 { // twice is once
			if err := s.AddRoleMember(ctx, done.TeamID, role, done.UserID); err != nil {
				t.Fatal(err)
			}
		}
		wantRoles(t, s, done.TeamID, []desk.Role{{ID: role, Name: "Senior Support", Members: []int64{done.UserID}}})
		for range 2 {
			if err := s.RemoveRoleMember(ctx, done.TeamID, role, done.UserID); err != nil {
				t.Fatal(err)
			}
		}
		wantRoles(t, s, done.TeamID, []desk.Role{{ID: role, Name: "Senior Support"}})
	})
}

func TestOfManyEqualRolesAtOnceOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		names := []string{"Support", "support", "SUPPORT", "sUPPORT"}
		wantOneWinner(t, atOnce(len(names), func(i int) error {
			_, err := s.AddRole(t.Context(), team, names[i])
			return err
		}))
	})
}

func TestSecretsAreMadeOnce(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		handles := []*store.Store{storetest.Open(t, c), storetest.Open(t, c)}
		found := make([][]byte, 8)
		for _, err := range atOnce(len(found), func(i int) (err error) {
			found[i], err = handles[i%2].Secret(t.Context(), "cookie", 32)
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range found {
			if len(found[i]) != 32 || !slices.Equal(found[i], found[0]) {
				t.Errorf("secret %d: got %x, want %x", i, found[i], found[0])
			}
		}
		if _, err := handles[0].Secret(t.Context(), "cookie", 64); err == nil {
			t.Error("another size: got no error, want one")
		}
	})
}

func wantRoles(t *testing.T, s *store.Store, team int64, want []desk.Role) {
	t.Helper()
	got, err := s.Roles(t.Context(), team)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("roles: %v, -want +got:\n%s", err, diff)
	}
}

var newDesk = store.NewDesk{Team: "Acme", AdminEmail: "Ann@example.com", AdminName: "Ann", PasswordHash: "hash"}

func setUp(t *testing.T, s *store.Store) store.SetUp {
	t.Helper()
	done, err := s.Setup(t.Context(), newDesk)
	if err != nil {
		t.Fatalf("set up: %v", err)
	}
	return done
}

func wantKind(t *testing.T, what string, err error, want desk.Kind) {
	t.Helper()
	var e interface{ Kind() string }
	if !errors.As(err, &e) || e.Kind() != string(want) {
		t.Errorf("%s: got %v, want an error of kind %s", what, err, want)
	}
}

// atOnce runs f n times at the same time and returns the errors.
func atOnce(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	return errs
}

func wantOneWinner(t *testing.T, errs []error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantKind(t, "a loser", err, desk.Conflict)
	}
	if won != 1 {
		t.Errorf("got %d winners, want 1 (%v)", won, errs)
	}
}

// clock stands until it is told to go on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) use(config *store.Config) { config.Now = c.read }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
