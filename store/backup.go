package store

import (
	"context"
	"os"
	"path/filepath"

	"signalbox/workflow/desk"
)

// backup copies the database while others may read and write it, through SQLite itself.
func (e *sqlite) backup(ctx context.Context, dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	err := os.MkdirAll(dir, 0o750)
	if err == nil {
		_, err = e.single.ExecContext(ctx, `VACUUM INTO ?`, path)
	}
	if err != nil {
		_ = os.Remove(path) // half a copy is worse than none
		return "", desk.Errorf(desk.Unavailable,
			"The database could not be copied to %s before its migration (%v). Make room there and start again.", path, err)
	}
	return path, removeOldBackups(dir)
}
