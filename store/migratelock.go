package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"signalbox/workflow/desk"
)

const (
	lockWait = 5 * time.Minute // for another process that migrates; PostgreSQL's is as long
	lockLook = 50 * time.Millisecond
)

// locked runs do while no other process migrates the same database. On PostgreSQL the migrations lock it themselves.
func (sch schema) locked(ctx context.Context, do func() error) (err error) {
	if sch.lock == nil {
		return do()
	}
	unlock, err := sch.lock(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return do()
}

// lockFolder locks the folder itself, so that nothing is left lying that another user could not open, and the system
// lets go of it with the process, however that ends.
func lockFolder(ctx context.Context, dir string) (unlock func() error, err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open data folder to lock it: %w", err)
	}
	given, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	err = awaitLock(given, folder)
	switch {
	case err == nil:
		return folder.Close, nil // which unlocks it
	case ctx.Err() == nil && given.Err() != nil:
		err = desk.Errorf(desk.Unavailable,
			"Another Signalbox has been updating the database in %s for more than %s. Start again when it is done.", dir, lockWait)
	}
	return nil, errors.Join(err, folder.Close())
}

func awaitLock(ctx context.Context, folder *os.File) error {
	look := time.NewTicker(lockLook)
	defer look.Stop()
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return lockable(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// lockable lets file systems pass that cannot lock a folder: a desk on one of them is better unlocked than not there.
func lockable(err error) error {
	switch {
	case err == nil, errors.Is(err, syscall.EBADF), errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.ENOSYS),
		errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.EINVAL):
		return nil
	}
	return fmt.Errorf("lock data folder: %w", err)
}

// lock is of the whole data folder.
func (e *sqlite) lock(ctx context.Context) (unlock func() error, err error) {
	return lockFolder(ctx, filepath.Dir(e.path))
}
