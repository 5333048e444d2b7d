package web

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestPasswordsKnowTheirOwnHash(t *testing.T) {
	p := NewPasswords()
	hash, err := p.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %q, want the PHC format with our parameters", hash)
	}
	for _, c := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"the password", hash, "correct horse battery", true},
		{"another password", hash, "correct horse batterz", false},
		{"no password", hash, "", false},
		{"an unknown user", "", "correct horse battery", false},
		{"an unknown user without password", "", "", false},
		{"a password beyond the limit", hash, strings.Repeat("x", 1<<20), false},
	} {
		got, err := p.Check(t.Context(), c.hash, c.password)
		if err != nil || got != c.want {
			t.Errorf("%s: Check = %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestPasswordsSaltEachHash(t *testing.T) {
	p := NewPasswords()
	first, err := p.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if first == second {
		t.Error("the same password gave the same hash twice")
	}
}

func TestPasswordsRefuseLengths(t *testing.T) {
	for password, want := range map[string]string{
		"":                       "The password has 0 characters. Choose one of at least 10.",
		"ününününü":              "The password has 9 characters. Choose one of at least 10.",
		strings.Repeat("x", 201): "The password has 201 characters. Choose one of at most 200.",
	} {
		_, err := NewPasswords().Hash(t.Context(), password)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Kind() != KindInvalid || refusal.Error() != want {
			t.Errorf("Hash(%d bytes) = %v, want %q", len(password), err, want)
		}
	}
	for _, n := range []int{MinPassword, MaxPassword} {
		if _, err := NewPasswords().Hash(t.Context(), strings.Repeat("ü", n)); err != nil {
			t.Errorf("Hash of %d characters: %v", n, err)
		}
	}
}

func TestPasswordsReportBrokenHashes(t *testing.T) {
	for _, hash := range []string{
		"plain", "$argon2i$v=19$m=8,t=1,p=1$c2FsdA$a2V5", "$argon2id$v=19$m=8$c2FsdA$a2V5",
		"$argon2id$v=19$m=8,t=0,p=1$c2FsdA$a2V5", "$argon2id$v=19$m=8,t=1,p=1$!$a2V5",
		"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$!", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$",
	} {
		ok, err := NewPasswords().Check(t.Context(), hash, "correct horse battery")
		if ok || err == nil {
			t.Errorf("Check(%q) = %v, %v; want an error", hash, ok, err)
		}
	}
}

func TestPasswordsWaitNoLongerThanTheirCaller(t *testing.T) {
	p := NewPasswords()
	for range hashesAtOnce {
		p.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Check(ctx, "", "correct horse battery"); !errors.Is(err, context.Canceled) {
		t.Errorf("Check with all slots taken = %v, want context.Canceled", err)
	}
	for range hashesAtOnce {
		<-p.slots
	}
	if _, err := p.Check(t.Context(), "", "correct horse battery"); err != nil {
		t.Errorf("Check with free slots: %v", err)
	}
}
