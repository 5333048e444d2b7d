package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"signalbox/workflow/desk"
)

// backup copies the database while others may read and write it, through SQLite itself.
func (e *sqlite) backup(ctx context.Context, dir, name string) (string, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make backup folder: %w", err)
	}
	path := filepath.Join(dir, name)
	if _, err := e.single.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		_ = os.Remove(path) // half a copy is worse than none
		return "", desk.Errorf(desk.Unavailable,
			"The database could not be copied to %s before its migration (%v). Make room there and start again.", path, err)
	}
	return path, removeOldBackups(dir)
}
