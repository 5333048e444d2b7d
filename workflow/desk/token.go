package desk

import (
	"slices"
	"strings"
	"time"
)

// Scope is one thing that a program may do with its token.
type Scope string

// The scopes of spec/5. None of them includes another.
const (
	ReadTickets  Scope = "ticket:read"
	WriteTickets Scope = "ticket:write"
)

// Scopes lists every Scope.
func Scopes() []Scope { return []Scope{ReadTickets, WriteTickets} }

// CleanScopes leaves out repeated scopes and puts the rest into the order of Scopes; there must be one.
func CleanScopes(scopes []Scope) ([]Scope, error) {
	for _, s := range scopes {
		if !slices.Contains(Scopes(), s) {
			return nil, FieldErrorf("scope", "%q is not a scope. Use %s.", Cut(string(s), 40), JoinScopes(Scopes(), " or "))
		}
	}
	clean := slices.DeleteFunc(Scopes(), func(s Scope) bool { return !slices.Contains(scopes, s) })
	if len(clean) == 0 {
		return nil, FieldErrorf("scope", "A token without a scope opens nothing. Choose one.")
	}
	return clean, nil
}

// JoinScopes writes scopes as one text.
func JoinScopes(scopes []Scope, between string) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, between)
}

// Token lets a program act for a team.
type Token struct {
	ID     int64
	TeamID int64
	Name   string
	Scopes []Scope
}

// Allows reports whether the token has the scope.
func (t Token) Allows(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Actor is the token as whoever makes a change.
func (t Token) Actor() Actor { return Actor{Kind: ByAPI, ID: t.ID, Name: t.Name} }

// TokenAct is what somebody did to a token that was there.
type TokenAct string

// The acts, each of which is kept with whoever did it.
const (
	TokenRotated TokenAct = "rotated" // it got a new key
	TokenRevoked TokenAct = "revoked" // it ended for good
)

// MaxKeys is how many keys of one token may work at the same time.
const MaxKeys = 5

// MaxOverlap is how long the key before may be accepted beside its successor.
const MaxOverlap = 30 * 24 * time.Hour

// CheckOverlap refuses an overlap that is negative or longer than MaxOverlap.
func CheckOverlap(d time.Duration) error {
	if d < 0 || d > MaxOverlap {
		return FieldErrorf("overlap", "The old key can work for 30 more days at the most. Choose a shorter time.")
	}
	return nil
}
