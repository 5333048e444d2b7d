package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Dir keeps blobs in a folder, ab/cdef… by the digits of their hash.
type Dir struct{ path string }

// NewDir uses the folder at path, which need not exist before the first blob.
func NewDir(path string) *Dir { return &Dir{path} }

const (
	folderMode = 0o700 // customers' files, for the desk's user alone
	spoolName  = "spool"
)

// Spool writes beside the blobs, so that Keep need only rename.
func (d *Dir) Spool(r io.Reader, limit int64) (*Spool, error) {
	dir := filepath.Join(d.path, spoolName)
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return nil, fmt.Errorf("make the folder of spools: %w", err)
	}
	return spool(dir, r, limit)
}

// Keep renames the spool after its bytes are on the disk, and then brings the folder there too: a crash leaves a
// spool at the most.
func (d *Dir) Keep(_ context.Context, s *Spool, key Key) error {
	path := d.file(key)
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return fmt.Errorf("make the folder of a blob: %w", err)
	}
	// Pictures are made anew by other means, so only a blob's own bytes are known to be the same.
	if info, err := os.Stat(path); err != nil || info.Size() != s.Size {
		if err := s.file.Sync(); err != nil {
			return fmt.Errorf("sync blob: %w", err)
		}
		if err := os.Rename(s.file.Name(), path); err != nil {
			return fmt.Errorf("keep blob: %w", err)
		}
	}
	// Even when it was there: whoever put it there may not have come this far yet.
	return errors.Join(syncFolder(filepath.Dir(path)), syncFolder(d.path), syncFolder(filepath.Dir(d.path)))
}

// Open opens a blob.
func (d *Dir) Open(_ context.Context, key Key) (io.ReadSeekCloser, error) {
	f, err := os.Open(d.file(key))
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return f, nil
}

// Remove deletes a blob and its pictures.
func (d *Dir) Remove(_ context.Context, h Hash) error {
	for _, key := range keys(h) {
		if err := os.Remove(d.file(key)); err != nil && !missing(err) {
			return fmt.Errorf("remove blob: %w", err)
		}
	}
	return nil
}

// Sweep deletes spools that a crash left behind before a time.
func (d *Dir) Sweep(before time.Time) error {
	left, err := filepath.Glob(filepath.Join(d.path, spoolName, spoolPattern))
	if err != nil {
		return fmt.Errorf("list spools: %w", err)
	}
	for _, path := range left {
		info, err := os.Stat(path)
		if err != nil || !info.ModTime().Before(before) {
			continue // gone meanwhile, or under way
		}
		if err := os.Remove(path); err != nil && !missing(err) {
			return fmt.Errorf("remove spool: %w", err)
		}
	}
	return nil
}

func (d *Dir) file(key Key) string {
	name := key.name()
	return filepath.Join(d.path, name[:2], name[2:])
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
