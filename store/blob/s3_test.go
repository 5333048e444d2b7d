package blob_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signalbox/store/blob"
)

const s3Key, s3Secret = "desk", "correct-horse-battery"

// s3Server starts a real S3 server with a bucket, and returns its address and the folder of the bucket.
func s3Server(t *testing.T) (host, bucket string) {
	t.Helper()
	find := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../../cmd/check/s3.mod", "-n", "versitygw") // builds it once
	found, err := find.Output()
	if err != nil {
		t.Fatalf("find the S3 server: %v", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	host = ln.Addr().String()
	check(t, ln.Close())
	root := t.TempDir()
	bucket = filepath.Join(root, "files")
	check(t, os.Mkdir(bucket, 0o700))

	var said bytes.Buffer
	server := exec.Command(strings.TrimSpace(string(found)), "--access", s3Key, "--secret", s3Secret, "--port", host,
		"posix", "--nometa", root)
	server.Stdout, server.Stderr = &said, &said
	check(t, server.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Wait()
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	await(t, host, ended)
	return host, bucket
}

func await(t *testing.T, host string, ended <-chan struct{}) {
	t.Helper()
	for {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", host)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatal("the S3 server ended")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func openS3(t *testing.T, host, secret, path string) *blob.S3 {
	t.Helper()
	b, err := blob.NewS3("s3://" + s3Key + ":" + secret + "@" + host + path + "?region=us-east-1&tls=off")
	check(t, err)
	return b
}

func TestS3KeepsBlobs(t *testing.T) {
	host, folder := s3Server(t)
	b := openS3(t, host, s3Secret, "/files/desk")
	check(t, b.Check(t.Context()))
	everyBucket(t, b)

	h := keep(t, b, "hello").String()
	if text, err := os.ReadFile(filepath.Join(folder, "desk", h)); err != nil || string(text) != "hello" {
		t.Errorf("the server keeps %q (%v) under the blob's hash", text, err)
	}
	large := strings.Repeat("signalbox ", 2<<20)
	s, err := b.Spool(strings.NewReader(large), 25<<20)
	check(t, err)
	defer s.Discard()
	check(t, b.Keep(t.Context(), s, blob.Key{Hash: s.Hash}))
	if read(t, b, blob.Key{Hash: s.Hash}) != large {
		t.Error("20 MB came back changed")
	}

	t.Run("refuses a wrong secret and a bucket that is not there", func(t *testing.T) {
		if err := openS3(t, host, "wrong", "/files").Check(t.Context()); err == nil {
			t.Error("a wrong secret opens the bucket")
		}
		if err := openS3(t, host, s3Secret, "/other").Check(t.Context()); err == nil {
			t.Error("there is no bucket other")
		}
		stranger := openS3(t, host, "wrong", "/files/desk")
		if _, err := stranger.Open(t.Context(), blob.Key{Hash: s.Hash}); err == nil || strings.Contains(err.Error(), "wrong") {
			t.Errorf("a wrong secret opens a blob: %v", err)
		}
		again, err := b.Spool(strings.NewReader("new"), 10)
		check(t, err)
		defer again.Discard()
		if err := stranger.Keep(t.Context(), again, blob.Key{Hash: again.Hash}); err == nil {
			t.Error("a wrong secret keeps a blob")
		}
	})
}

func TestASilentS3ServerIsLeftInTime(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer func() { _ = ln.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := openS3(t, ln.Addr().String(), s3Secret, "/files").Check(ctx); err == nil {
		t.Error("a server that says nothing is fine")
	}
}

func TestTheAddressOfABucketIsReadAndNeverQuoted(t *testing.T) {
	for _, address := range []string{
		"", "s3://host/bucket", "s3://key@host/bucket", "s3://key:hush@host", "s3://key:hush@/bucket", "https://key:hush@host/bucket",
		"s3://key:hush@host/bucket?tls=on", "s3://key:hush@ho st/bucket", "s3://key:hush@host/bucket%zz",
	} {
		if _, err := blob.NewS3(address); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: got %v, want it refused without the secret", address, err)
		}
	}
	for _, address := range []string{"s3://key:a%2Fb@s3.example.com/bucket", "s3://key:hush@127.0.0.1:9000/bucket/a/b?region=eu-central-1&tls=off"} {
		if _, err := blob.NewS3(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}
