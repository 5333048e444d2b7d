package main

import (
	"context"
	"log/slog"
	"time"

	"signalbox/store/blob"
)

// bucketAddress is where attachments are kept, when that is not the data folder.
type bucketAddress string

// UnmarshalText never quotes the text, which has a secret in it.
func (b *bucketAddress) UnmarshalText(text []byte) error {
	if _, err := blob.NewS3(string(text)); err != nil {
		return err
	}
	*b = bucketAddress(text)
	return nil
}

// bucketPatience is how long the start waits to hear from a bucket.
const bucketPatience = 5 * time.Second

// bucket is nil for the data folder. One that does not answer is only logged: the desk works without attachments, and
// it may come back.
func (c *serveCommand) bucket(ctx context.Context, log *slog.Logger) (blob.Bucket, error) {
	if c.Files == "" {
		return nil, nil
	}
	s3, err := blob.NewS3(string(c.Files))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, bucketPatience)
	defer cancel()
	if err := s3.Check(ctx); err != nil {
		log.ErrorContext(ctx, "attachments cannot be kept", "error", err)
	}
	return s3, nil
}
