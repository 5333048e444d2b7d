package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// postgresVariable tells the tests where their PostgreSQL is; they make their own databases there.
const postgresVariable = "SIGNALBOX_TEST_POSTGRES"

// postgres is a throwaway cluster, started for the first step that asks and stopped at the end of the run.
type postgres struct {
	url  string // of the running cluster, or of the one that the environment named
	data string // empty unless the cluster is ours
}

// around gives a step the address of a running PostgreSQL.
func (pg *postgres) around(run func(context.Context, shell) error) func(context.Context, shell) error {
	return func(ctx context.Context, sh shell) error {
		if pg.url == "" {
			if err := pg.start(ctx); err != nil {
				return fmt.Errorf("start PostgreSQL: %w", err)
			}
		}
		sh.env = append(sh.env, postgresVariable+"="+pg.url)
		return run(ctx, sh)
	}
}

// start trusts everyone, so it listens on the loopback address alone; it gives up durability, because nothing
// in the cluster outlives the run; and it sorts by bytes, as SQLite does.
func (pg *postgres) start(ctx context.Context) error {
	data, err := os.MkdirTemp("", "signalbox-postgres-")
	if err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	pg.data = data

	if err := giveAway(data); err != nil {
		return err
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}

	err = pg.server(ctx, "initdb", "--username=signalbox", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	if err != nil {
		return err
	}

	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%s -c unix_socket_directories='' "+
		"-c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off", port)
	err = pg.server(ctx, "pg_ctl", "start", "--wait", "--silent",
		"--log="+filepath.Join(data, "log"), "--options="+options)
	if err != nil {
		return err
	}

	pg.url = fmt.Sprintf("postgres://signalbox@127.0.0.1:%s/postgres?sslmode=disable", port)
	return nil
}

// stop ends the server that start began, whose process id is in its folder, and deletes the folder.
// It has a context of its own, because the run's has ended when someone pressed Ctrl-C.
func (pg *postgres) stop() error {
	if pg.data == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(pg.data, "cluster", "postmaster.pid")); err == nil {
		err := pg.server(context.Background(), "pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")
		if err != nil {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
	}
	return os.RemoveAll(pg.data)
}

// server runs one of PostgreSQL's programs on the cluster, as a user it accepts.
func (pg *postgres) server(ctx context.Context, name string, args ...string) error {
	owner, err := postgresUser()
	if err != nil {
		return err
	}

	var said bytes.Buffer
	sh := shell{dir: pg.data, out: &said, asUser: owner}
	cluster := "--pgdata=" + filepath.Join(pg.data, "cluster")
	if err := sh.run(ctx, filepath.Join(postgresFolder(), name), append(args, cluster)...); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(said.String()))
	}
	return nil
}
