// Package blob keeps the bytes of files by their hash: in a folder or in an S3 bucket.
// It refuses to know whose they are and what they are called, and takes no path from outside.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLarge answers bytes beyond the limit of Spool.
var ErrTooLarge = errors.New("larger than the limit")

// Hash is the SHA-256 of a blob's bytes, which is also its name.
type Hash [sha256.Size]byte

// ParseHash reads the 32 bytes that the database keeps.
func ParseHash(b []byte) (Hash, error) {
	if len(b) != len(Hash{}) {
		return Hash{}, fmt.Errorf("a hash of %d bytes", len(b))
	}
	return Hash(b), nil
}

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Bucket keeps blobs. All its methods may be called at the same time, by several processes too.
type Bucket interface {
	// Spool takes r to disk and hashes it on the way, at most limit bytes of it, else ErrTooLarge. What Keep does not
	// take, the caller discards.
	Spool(r io.Reader, limit int64) (*Spool, error)
	// Keep makes a spool the content of a key. It is durable when Keep returns, and it is there whole or not at all.
	Keep(ctx context.Context, s *Spool, key Key) error
	// Open reads a blob; none is an fs.ErrNotExist. ctx must last as long as the reader.
	Open(ctx context.Context, key Key) (io.ReadSeekCloser, error)
	// Remove deletes a blob and the pictures made of it; none is no error.
	Remove(ctx context.Context, h Hash) error
}

// Key names a blob, or a picture made of it.
type Key struct {
	Hash Hash
	Size PictureSize // "" is the blob itself
}

// name cannot hold anything but digits, letters and a dot.
func (k Key) name() string {
	if k.Size == "" {
		return k.Hash.String()
	}
	return k.Hash.String() + "." + string(k.Size)
}

// keys are all that a blob may have been made into.
func keys(h Hash) []Key {
	all := []Key{{Hash: h}}
	for _, size := range PictureSizes() {
		all = append(all, Key{h, size})
	}
	return all
}

// Spool is bytes on their way into a bucket.
type Spool struct {
	Hash Hash
	Size int64
	file *os.File
}

// Reader reads the spool from its beginning.
func (s *Spool) Reader() *io.SectionReader { return io.NewSectionReader(s.file, 0, s.Size) }

// Discard deletes the spool from disk; after Keep there is nothing left to delete.
func (s *Spool) Discard() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name()) // gone already once it was kept
}

// spool writes to a new file of dir.
func spool(dir string, r io.Reader, limit int64) (_ *Spool, err error) {
	f, err := os.CreateTemp(dir, spoolPattern)
	if err != nil {
		return nil, fmt.Errorf("make a spool: %w", err)
	}
	s := &Spool{file: f}
	defer func() {
		if err != nil {
			s.Discard()
		}
	}()
	hash := sha256.New()
	if s.Size, err = io.Copy(io.MultiWriter(f, hash), io.LimitReader(r, limit+1)); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	if s.Size > limit {
		return nil, ErrTooLarge
	}
	s.Hash = Hash(hash.Sum(nil))
	return s, nil
}

const spoolPattern = "spool-*"

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
