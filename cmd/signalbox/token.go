package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type tokenCommand struct {
	Add    tokenAdd    `cmd:"" help:"Make a token for a program; prints it, this once."`
	List   tokenList   `cmd:"" help:"List a team's tokens."`
	Rotate tokenRotate `cmd:"" help:"Give a token a new key; prints it, this once."`
	Revoke tokenRevoke `cmd:"" help:"End a token at once."`
}

type tokenAdd struct {
	teamFlags
	Name  string       `required:"" placeholder:"N" help:"What the program is called in the history."`
	Scope []desk.Scope `required:"" placeholder:"S,…" help:"What it may do: ticket:read, ticket:write."`
}

// madeToken is what both commands that make a key print for programs.
type madeToken struct {
	ID    int64  `json:"id"`
	Token string `json:"token"`
}

// Run makes a token and prints its key alone, so that a script can take it as it is.
func (c *tokenAdd) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	id, key, err := s.AddToken(ctx, commandLine(), store.NewToken{TeamID: team.ID, Name: c.Name, Scopes: c.Scope})
	if err != nil {
		return err
	}
	return con.say(madeToken{id, key}, "%s", key)
}

// commandLine is who acts when nobody is signed in.
func commandLine() desk.Actor { return desk.Actor{Kind: desk.BySystem, Name: "the command line"} }

type tokenList struct{ teamFlags }

type tokenRow struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	RevokedAt *time.Time `json:"revoked_at"`
	Keys      []keyRow   `json:"keys"`
	Changes   []actRow   `json:"changes"`
}

// actRow is what somebody did to a token after it was made: the latest first.
type actRow struct {
	Act desk.TokenAct `json:"act"`
	By  string        `json:"by"`
	At  time.Time     `json:"at"`
}

// keyRow is one of the keys that a token has: the newest first.
type keyRow struct {
	EndsIn     string     `json:"ends_in"` // its last characters
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	WorksUntil *time.Time `json:"works_until"`
}

// Run lists the tokens, those that were revoked at the end.
func (c *tokenList) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	tokens, err := s.Tokens(ctx, team.ID)
	if err != nil {
		return err
	}
	found := []tokenRow{}
	rows := [][]string{{"ID", "NAME", "SCOPES", "KEY", "LAST USED", "STATE"}}
	for _, t := range tokens {
		row := tokenRowOf(t)
		found = append(found, row)
		rows = append(rows, row.cells()...)
	}
	return con.table(map[string]any{"tokens": found}, rows)
}

func tokenRowOf(t store.ListedToken) tokenRow {
	row := tokenRow{
		ID: t.ID, Name: t.Name, Scopes: strings.Fields(desk.JoinScopes(t.Scopes, " ")), CreatedBy: t.CreatedBy,
		CreatedAt: t.CreatedAt, RevokedAt: timeOrNil(t.RevokedAt), Keys: []keyRow{}, Changes: []actRow{},
	}
	for _, c := range t.Changes {
		row.Changes = append(row.Changes, actRow{c.Act, c.By, c.At})
	}
	for _, k := range t.Keys {
		row.Keys = append(row.Keys, keyRow{
			EndsIn: k.Hint, CreatedAt: k.CreatedAt, LastUsedAt: timeOrNil(k.LastUsedAt), WorksUntil: timeOrNil(k.EndsAt),
		})
	}
	return row
}

// cells are a line for each key; the lines of older keys show what differs alone.
func (r tokenRow) cells() [][]string {
	head := []string{strconv.FormatInt(r.ID, 10), r.Name, strings.Join(r.Scopes, ",")}
	if r.RevokedAt != nil {
		return [][]string{append(head, "", "", "revoked "+atMinute(r.RevokedAt))}
	}
	var lines [][]string
	for _, k := range r.Keys {
		used, state := r.lastUse(k), "works"
		if k.WorksUntil != nil {
			state = "works until " + atMinute(k.WorksUntil)
		}
		lines = append(lines, append(head, "…"+k.EndsIn, used, state))
		head = []string{"", "", ""}
	}
	return lines
}

// lastUse also says where the newest key waits for a program that shows one before it.
func (r tokenRow) lastUse(k keyRow) string {
	if k.LastUsedAt != nil {
		return atMinute(k.LastUsedAt)
	}
	for _, before := range r.Keys {
		if k.WorksUntil == nil && before.LastUsedAt != nil {
			return "not yet; …" + before.EndsIn + " " + atMinute(before.LastUsedAt)
		}
	}
	return "never"
}

func atMinute(t *time.Time) string { return t.Format("2006-01-02 15:04Z") }

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type tokenRotate struct {
	teamFlags
	Token   string        `arg:"" help:"Id or name of the token; digits alone are an id."`
	Overlap time.Duration `default:"24h" placeholder:"D" help:"How long the key before goes on to work, such as 1h; 0s ends it at once."`
}

// Run makes a new key and prints it alone.
func (c *tokenRotate) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	id, err := tokenID(ctx, s, team.ID, c.Token)
	if err != nil {
		return err
	}
	key, err := s.RotateToken(ctx, commandLine(), store.Rotation{TeamID: team.ID, TokenID: id, Overlap: c.Overlap})
	if err != nil {
		return err
	}
	return con.say(madeToken{id, key}, "%s", key)
}

type tokenRevoke struct {
	teamFlags
	Token string `arg:"" help:"Id or name of the token; digits alone are an id."`
}

// Run ends a token.
func (c *tokenRevoke) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	id, err := tokenID(ctx, s, team.ID, c.Token)
	if err != nil {
		return err
	}
	if err := s.RevokeToken(ctx, commandLine(), team.ID, id); err != nil {
		return err
	}
	return con.say(map[string]any{"id": id, "revoked": true}, "Token %d is revoked.", id)
}

// tokenID finds a token that is not revoked by its id, or by its name in any case of letters. Digits alone are an id,
// whatever tokens are called: what a command ends must not depend on names.
func tokenID(ctx context.Context, s *store.Store, team int64, words string) (int64, error) {
	tokens, err := s.Tokens(ctx, team)
	if err != nil {
		return 0, err
	}
	id, notID := strconv.ParseUint(words, 10, 63)
	for _, t := range tokens {
		if !t.RevokedAt.IsZero() {
			continue
		}
		if notID == nil && t.ID == int64(id) || notID != nil && strings.EqualFold(t.Name, words) {
			return t.ID, nil
		}
	}
	return 0, desk.Errorf(desk.NotFound, "The team has no token %q. See signalbox token list.", words)
}
