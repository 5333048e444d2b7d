package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// keyBytes is how much chance there is in a key: so much that a plain hash of it is safe to keep.
const keyBytes = 32

// newKey makes a text that nobody can guess, of 43 characters that stand unescaped in an address.
func newKey() string {
	var raw [keyBytes]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// keyHash is by what a key is kept and found.
func keyHash(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}
