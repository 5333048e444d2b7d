package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signalbox/store/blob"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keep puts a text into a bucket as a program does.
func keep(t *testing.T, b blob.Bucket, text string) blob.Hash {
	t.Helper()
	s, err := b.Spool(strings.NewReader(text), 1<<20)
	check(t, err)
	defer s.Discard()
	check(t, b.Keep(t.Context(), s, blob.Key{Hash: s.Hash}))
	return s.Hash
}

func read(t *testing.T, b blob.Bucket, key blob.Key) string {
	t.Helper()
	r, err := b.Open(t.Context(), key)
	check(t, err)
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(r)
	check(t, err)
	return string(text)
}

// everyBucket is the contract of Bucket.
func everyBucket(t *testing.T, b blob.Bucket) {
	t.Run("keeps bytes by their hash", func(t *testing.T) {
		h := keep(t, b, "hello")
		if h != blob.Hash(sha256.Sum256([]byte("hello"))) {
			t.Errorf("hash %s is not the SHA-256", h)
		}
		if got := read(t, b, blob.Key{Hash: h}); got != "hello" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("reads a part", func(t *testing.T) {
		r, err := b.Open(t.Context(), blob.Key{Hash: keep(t, b, "0123456789")})
		check(t, err)
		defer func() { _ = r.Close() }()
		end, err := r.Seek(0, io.SeekEnd)
		check(t, err)
		_, err = r.Seek(4, io.SeekStart)
		check(t, err)
		part := make([]byte, 3)
		_, err = io.ReadFull(r, part)
		check(t, err)
		if end != 10 || string(part) != "456" {
			t.Errorf("got %q of %d bytes, want 456 of 10", part, end)
		}
	})
	t.Run("refuses what is larger than the limit", func(t *testing.T) {
		if _, err := b.Spool(strings.NewReader("123456"), 5); !errors.Is(err, blob.ErrTooLarge) {
			t.Errorf("six bytes of five: %v", err)
		}
		s, err := b.Spool(strings.NewReader("12345"), 5)
		check(t, err)
		s.Discard()
	})
	t.Run("a broken upload leaves nothing", func(t *testing.T) {
		broken := io.MultiReader(strings.NewReader("half"), failing{})
		if _, err := b.Spool(broken, 100); !errors.Is(err, errBroken) {
			t.Errorf("got %v, want the cause", err)
		}
		absent(t, b, blob.Hash(sha256.Sum256([]byte("half"))))
	})
	t.Run("a discarded spool is not kept", func(t *testing.T) {
		s, err := b.Spool(strings.NewReader("never"), 100)
		check(t, err)
		s.Discard()
		absent(t, b, s.Hash)
	})
	t.Run("the same bytes from many at once are one blob", func(t *testing.T) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				s, err := b.Spool(strings.NewReader("shared"), 100)
				if err == nil {
					defer s.Discard()
					err = b.Keep(context.Background(), s, blob.Key{Hash: s.Hash})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := read(t, b, blob.Key{Hash: blob.Hash(sha256.Sum256([]byte("shared")))}); got != "shared" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("removes a blob with its pictures, and twice", func(t *testing.T) {
		h := keep(t, b, "picture")
		s, err := b.Spool(strings.NewReader("small"), 100)
		check(t, err)
		defer s.Discard()
		check(t, b.Keep(t.Context(), s, blob.Key{Hash: h, Size: blob.Thumb}))
		if got := read(t, b, blob.Key{Hash: h, Size: blob.Thumb}); got != "small" {
			t.Errorf("the picture reads %q", got)
		}
		check(t, b.Remove(t.Context(), h))
		check(t, b.Remove(t.Context(), h))
		absent(t, b, h)
		if _, err := b.Open(t.Context(), blob.Key{Hash: h, Size: blob.Thumb}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the picture is still there: %v", err)
		}
	})
}

func absent(t *testing.T, b blob.Bucket, h blob.Hash) {
	t.Helper()
	if _, err := b.Open(t.Context(), blob.Key{Hash: h}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of what is not there: %v, want fs.ErrNotExist", err)
	}
}

var errBroken = errors.New("the line broke")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func TestDirKeepsBlobs(t *testing.T) {
	everyBucket(t, blob.NewDir(filepath.Join(t.TempDir(), "files")))
}

// files lists what is in a folder, without the folders.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	}))
	return all
}

func TestDirNamesABlobByItsHashForItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	b := blob.NewDir(dir)
	h := keep(t, b, "hello").String()
	keep(t, b, "hello")
	want := filepath.Join(dir, h[:2], h[2:])
	if got := files(t, dir); len(got) != 1 || got[0] != want {
		t.Errorf("the folder holds %q, want %q alone", got, want)
	}
	info, err := os.Stat(want)
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want it for its owner alone", info.Mode())
	}
}

// A crash of the machine may leave a blob of the right name with too few bytes on some file systems.
func TestDirMendsABlobThatIsNotWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	b := blob.NewDir(dir)
	h := keep(t, b, "hello")
	check(t, os.Truncate(filepath.Join(dir, h.String()[:2], h.String()[2:]), 2))
	keep(t, b, "hello")
	if got := read(t, b, blob.Key{Hash: h}); got != "hello" {
		t.Errorf("read %q", got)
	}
}

func TestSweepDeletesSpoolsThatACrashLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	b := blob.NewDir(dir)
	check(t, b.Sweep(time.Now())) // before there is a folder
	h := keep(t, b, "kept")
	left, err := b.Spool(bytes.NewReader(make([]byte, 10)), 100) // and nobody discards it
	check(t, err)
	check(t, b.Sweep(time.Now().Add(-time.Minute)))
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("a spool under way was deleted: %q", got)
	}
	check(t, b.Sweep(time.Now().Add(time.Minute)))
	if got := files(t, dir); len(got) != 1 || read(t, b, blob.Key{Hash: h}) != "kept" {
		t.Errorf("the folder holds %q, want the blob alone", got)
	}
	left.Discard()
}
