package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

// OpenFile returns a file that the actor may see, with its bytes. ctx must last as long as the reader.
func (s *Store) OpenFile(ctx context.Context, by desk.Actor, team int64, id desk.ID) (desk.File, io.ReadSeekCloser, error) {
	row, err := s.findFile(ctx, by, team, id)
	if err != nil {
		return desk.File{}, nil, err
	}
	return s.openFile(ctx, &row)
}

func (s *Store) openFile(ctx context.Context, row *fileRow) (desk.File, io.ReadSeekCloser, error) {
	hash, err := row.hash()
	if err != nil {
		return desk.File{}, nil, err
	}
	body, err := s.files.Open(ctx, blob.Key{Hash: hash})
	return row.file(), body, err
}

// OpenPicture returns a JPEG that we made of a picture, of a size. It is made once, when somebody first looks.
func (s *Store) OpenPicture(
	ctx context.Context, by desk.Actor, team int64, id desk.ID, size blob.PictureSize,
) (desk.File, io.ReadSeekCloser, error) {
	row, err := s.findFile(ctx, by, team, id)
	if err != nil {
		return desk.File{}, nil, err
	}
	return s.openPicture(ctx, &row, size)
}

func (s *Store) openPicture(ctx context.Context, row *fileRow, size blob.PictureSize) (desk.File, io.ReadSeekCloser, error) {
	file := row.file()
	if !file.Picture() {
		return desk.File{}, nil, errNoPicture
	}
	hash, err := row.hash()
	if err != nil {
		return desk.File{}, nil, err
	}
	body, err := s.picture(ctx, blob.Key{Hash: hash, Size: size})
	if errors.Is(err, blob.ErrNoPicture) {
		if err = s.showAsFile(ctx, row.Hash); err == nil {
			err = errNoPicture
		}
	}
	return file, body, err
}

// showAsFile lets no page show what has only the head of a picture, which is all that was looked at when it came in.
func (s *Store) showAsFile(ctx context.Context, hash []byte) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `UPDATE attachments SET width = 0, height = 0 WHERE hash = ? AND width > 0`, hash); err != nil {
			return fmt.Errorf("show a broken picture as a file: %w", err)
		}
		return nil
	})
}

var errNoPicture = desk.Errorf(desk.NotFound, "This file cannot be shown as a picture. Download it.")

// picture opens a picture or makes it. Only one is made at a time: decoded, one takes up to a hundred megabytes.
func (s *Store) picture(ctx context.Context, key blob.Key) (io.ReadSeekCloser, error) {
	body, err := s.files.Open(ctx, key)
	if !errors.Is(err, fs.ErrNotExist) {
		return body, err
	}
	select {
	case s.studio <- struct{}{}:
		defer func() { <-s.studio }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to make a picture: %w", ctx.Err())
	}
	if body, err = s.files.Open(ctx, key); !errors.Is(err, fs.ErrNotExist) {
		return body, err // somebody else has made it meanwhile
	}
	if err := s.makePicture(ctx, key); err != nil {
		return nil, err
	}
	return s.files.Open(ctx, key)
}

func (s *Store) makePicture(ctx context.Context, key blob.Key) error {
	original, err := s.files.Open(ctx, blob.Key{Hash: key.Hash})
	if err != nil {
		return err
	}
	defer func() { _ = original.Close() }()
	var small bytes.Buffer
	if err := blob.Shrink(&small, original, key.Size); err != nil {
		return err
	}
	spool, err := s.files.Spool(&small, desk.MaxFile)
	if err != nil {
		return err
	}
	defer spool.Discard()
	return s.files.Keep(ctx, spool, key)
}
