package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Lengths of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

// What OWASP recommends for argon2id; one check takes about 20 ms.
const (
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashThreads = 1
	saltBytes   = 16
	keyBytes    = 32
)

// Hashing takes 19 MiB and one core, so a flood of sign-ins must queue.
const hashesAtOnce = 2

// Passwords hashes and checks passwords with argon2id, a bounded number at once.
type Passwords struct{ slots chan struct{} }

// NewPasswords makes a Passwords; a program needs one.
func NewPasswords() *Passwords {
	return &Passwords{slots: make(chan struct{}, hashesAtOnce)}
}

// Hash returns a new salted hash in PHC format. A password that is too
// short or too long is an Error of KindInvalid.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return "", Refuse(KindInvalid, "The password has %d characters. Choose one of at least %d.", n, MinPassword)
	case n > MaxPassword:
		return "", Refuse(KindInvalid, "The password has %d characters. Choose one of at most %d.", n, MaxPassword)
	}

	h := passwordHash{memory: hashMemory, passes: hashPasses, threads: hashThreads, salt: make([]byte, saltBytes)}
	_, _ = rand.Read(h.salt) // never fails, see crypto/rand
	key, err := p.derive(ctx, h, password, keyBytes)
	if err != nil {
		return "", err
	}
	h.key = key
	return h.String(), nil
}

// Check reports whether hash was made from password, in a time that does
// not depend on the answer. For a user who does not exist hash is "": that takes
// as long as a wrong password and is always false.
func (p *Passwords) Check(ctx context.Context, hash, password string) (bool, error) {
	if utf8.RuneCountInString(password) > MaxPassword {
		password = "" // no account has it, and a long one must not cost more
	}
	h := passwordHash{memory: hashMemory, passes: hashPasses, threads: hashThreads, salt: make([]byte, saltBytes)}
	if hash != "" {
		var err error
		if h, err = parseHash(hash); err != nil {
			return false, err
		}
	}

	key, err := p.derive(ctx, h, password, max(len(h.key), keyBytes))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, h.key) == 1, nil
}

func (p *Passwords) derive(ctx context.Context, h passwordHash, password string, size int) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	defer func() { <-p.slots }()
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(size)), nil
}

// passwordHash is the content of $argon2id$v=19$m=…,t=…,p=…$salt$key.
type passwordHash struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func (h passwordHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parseHash takes other parameters than ours too, so that ours can change.
func parseHash(s string) (passwordHash, error) {
	var h passwordHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, fmt.Errorf("read password hash: not argon2id of version %d", argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil {
		return h, fmt.Errorf("read parameters of password hash: %w", err)
	}
	if h.passes == 0 || h.threads == 0 {
		return h, fmt.Errorf("read parameters of password hash: zero passes or threads")
	}

	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return h, fmt.Errorf("read salt of password hash: %w", err)
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return h, fmt.Errorf("read key of password hash: %w", err)
	}
	if len(h.key) < keyBytes {
		return h, fmt.Errorf("read key of password hash: %d bytes are too few", len(h.key))
	}
	return h, nil
}
