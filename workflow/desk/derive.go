package desk

import (
	"crypto/sha256"
	"encoding/binary"
)

// Derive returns an id that is always the same for the same parts: what a run makes has the same id however often it
// is decided anew. It keeps the time of id, and so its place in an index.
func (id ID) Derive(part string, n int) ID {
	h := sha256.New()
	h.Write(id[:])
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	h.Write([]byte(part))
	out := ID(h.Sum(nil)[:16])
	copy(out[:6], id[:6])
	out[6] = out[6]&0x0f | 0x70 // version 7
	out[8] = out[8]&0x3f | 0x80 // the variant of RFC 9562
	return out
}
