package main

import (
	"context"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestThrowawayPostgresAnswersAndLeavesNothing(t *testing.T) {
	pg := &postgres{}
	var address string

	err := pg.around(func(_ context.Context, sh shell) error {
		i := slices.IndexFunc(sh.env, func(v string) bool { return strings.HasPrefix(v, postgresVariable+"=") })
		if i < 0 {
			t.Fatalf("got environment %v, want %s in it", sh.env, postgresVariable)
		}
		u, err := url.Parse(strings.TrimPrefix(sh.env[i], postgresVariable+"="))
		if err != nil {
			return err
		}
		address = u.Host
		return dial(address)
	})(t.Context(), shell{})
	if err != nil {
		t.Errorf("use the cluster: %v", err)
	}

	if err := pg.stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	if err := dial(address); err == nil {
		t.Errorf("%s still answers after stop", address)
	}
	if _, err := os.Stat(pg.data); !os.IsNotExist(err) {
		t.Errorf("folder %s: got %v, want it gone", pg.data, err)
	}
}

func TestAGivenPostgresIsUsedAndLeftAlone(t *testing.T) {
	pg := &postgres{url: "postgres://elsewhere/desk"}

	err := pg.around(func(_ context.Context, sh shell) error {
		if want := postgresVariable + "=" + pg.url; !slices.Contains(sh.env, want) {
			t.Errorf("got environment %v, want %s in it", sh.env, want)
		}
		return nil
	})(t.Context(), shell{})
	if err != nil {
		t.Fatal(err)
	}
	if err := pg.stop(); err != nil || pg.data != "" {
		t.Errorf("got %v and folder %q, want nothing started", err, pg.data)
	}
}

func dial(address string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	return c.Close()
}
