package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"signalbox/store"
)

// file is an SQLite database that has been migrated and holds nothing, made once for all tests of a package.
var file = sync.OnceValues(func() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "signalbox-template-")
	if err != nil {
		return nil, fmt.Errorf("make folder for template: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if _, err := store.Migrate(context.Background(), store.Config{Dir: dir}); err != nil {
		return nil, fmt.Errorf("migrate template: %w", err)
	}
	return os.ReadFile(filepath.Join(dir, "signalbox.db"))
})

// migrate puts a copy of the template where an SQLite database is to be.
func migrate(t *testing.T, c store.Config) {
	t.Helper()
	template, err := file()
	if err == nil {
		err = os.WriteFile(filepath.Join(c.Dir, "signalbox.db"), template, 0o600)
	}
	if err != nil {
		t.Fatalf("make database: %v", err)
	}
}
