package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 keeps blobs as objects of a bucket. Spools are in the system's folder of temporary files.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// NewS3 reads s3://key:secret@host/bucket/prefix?region=…&tls=off. It does not call the server, and its errors never
// quote the address, which has a secret in it.
func NewS3(address string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Hostname() == "" || u.User == nil {
		return nil, errS3Address
	}
	secret, given := u.User.Password()
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	tls := u.Query().Get("tls")
	if !given || bucket == "" || tls != "" && tls != "off" {
		return nil, errS3Address
	}
	if prefix != "" {
		prefix += "/"
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: tls != "off", Region: u.Query().Get("region"),
	})
	if err != nil {
		return nil, errS3Address
	}
	return &S3{client, bucket, prefix}, nil
}

var errS3Address = errors.New("this is not a bucket; write it as s3://key:secret@host/bucket?region=…, and tls=off for plain HTTP")

// Check asks the server whether the bucket can be used.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return fmt.Errorf("look for bucket %s: %w", s.bucket, err)
	}
	if !there {
		return fmt.Errorf("there is no bucket %s", s.bucket)
	}
	return nil
}

// Spool writes to a temporary file: the hash, and with it the object's name, is known only at the end.
func (s *S3) Spool(r io.Reader, limit int64) (*Spool, error) { return spool("", r, limit) }

// Keep sends the spool in one request, which the server takes whole or not at all.
func (s *S3) Keep(ctx context.Context, sp *Spool, key Key) error {
	if info, err := s.client.StatObject(ctx, s.bucket, s.object(key), minio.StatObjectOptions{}); err == nil && info.Size == sp.Size {
		return nil
	}
	_, err := s.client.PutObject(ctx, s.bucket, s.object(key), sp.Reader(), sp.Size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", DisableMultipart: true,
	})
	if err != nil {
		return fmt.Errorf("put object: %w", err)
	}
	return nil
}

// Open asks for the object at once, so that a missing one is known before anything was read.
func (s *S3) Open(ctx context.Context, key Key) (io.ReadSeekCloser, error) {
	object, err := s.client.GetObject(ctx, s.bucket, s.object(key), minio.GetObjectOptions{})
	if err == nil {
		if _, err = object.Stat(); err == nil {
			return object, nil
		}
		_ = object.Close()
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		err = fs.ErrNotExist
	}
	return nil, fmt.Errorf("open object: %w", err)
}

// Remove deletes a blob and its pictures.
func (s *S3) Remove(ctx context.Context, h Hash) error {
	for _, key := range keys(h) {
		err := s.client.RemoveObject(ctx, s.bucket, s.object(key), minio.RemoveObjectOptions{})
		if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
			return fmt.Errorf("remove object: %w", err)
		}
	}
	return nil
}

func (s *S3) object(key Key) string { return s.prefix + key.name() }
