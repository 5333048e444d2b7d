package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// atOnce does the same several times at the same moment and returns what failed.
func atOnce(do func() error) error {
	const times = 6
	var group sync.WaitGroup
	begin, results := make(chan struct{}), make(chan error, times)
	for range times {
		group.Go(func() {
			<-begin
			results <- do()
		})
	}
	close(begin)
	group.Wait()
	close(results)
	var failed error
	for err := range results {
		failed = errors.Join(failed, err)
	}
	return failed
}

func TestProgramsThatStartOnAFreshFolderAtOnceMigrateItOnce(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	err := atOnce(func() error {
		s, err := Open(t.Context(), c)
		if err != nil {
			return err
		}
		return s.Close()
	})
	if err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(c.Dir); len(left) != 1 {
		t.Errorf("the folder holds %v, %v, want the database alone", left, err)
	}
}

func TestProgramsThatStartOnAnOldDatabaseAtOnceCopyItOnce(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	if _, err := upgrade(t.Context(), c, 1); err != nil {
		t.Fatal(err)
	}
	err := atOnce(func() error {
		_, err := upgrade(t.Context(), c, 2)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if copies, err := filepath.Glob(filepath.Join(c.Dir, "backups", "*")); len(copies) != 1 {
		t.Errorf("copies: %v, %v, want one", copies, err)
	}
}

func TestWhoWaitsForAMigrationCanBeStopped(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	unlock, err := lockFolder(t.Context(), c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := lockFolder(stopped, c.Dir); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was stopped", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatalf("after the migration: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
